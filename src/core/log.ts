/** How grave a message is, least first. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const

export type LogLevel = (typeof logLevels)[number]

/** Where messages go: passed to what has something to say, never global. Fields are the message's values, for programs. */
export interface Logger {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** A destination of text: `process.stderr`, a file's stream. */
export interface TextStream {
  write(text: string): unknown
}

/** Says nothing. */
export const silentLogger: Logger = { log() {} }

/**
 * Writes a line for each message of at least `level`: `2015-09-14T09:50:45.400Z warn: message key=value`. The time comes
 * from `now` (milliseconds since 1970) and is left out without it.
 *
 * @example
 * const logger = lineLogger(process.stderr, { level: 'debug', now: Date.now })
 */
export function lineLogger(
  stream: TextStream,
  options: { readonly level?: LogLevel; readonly now?: () => number } = {},
): Logger {
  const { level: least = 'info', now } = options
  return {
    log(level, message, fields = {}) {
      if (logLevels.indexOf(level) < logLevels.indexOf(least)) return
      const time = now === undefined ? '' : `${new Date(now()).toISOString()} `
      const values = Object.entries(fields).map(([key, value]) => ` ${key}=${fieldText(value)}`)
      stream.write(`${time}${level}: ${message.replaceAll('\n', '\\n')}${values.join('')}\n`)
    },
  }
}

function fieldText(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(`${value.name}: ${value.message}`)
  if (typeof value === 'string' && /^[\w.:/+-]+$/.test(value)) return value
  if (typeof value !== 'object' && typeof value !== 'string') return String(value)
  try {
    return JSON.stringify(value)
  } catch {
    return String(value)
  }
}
