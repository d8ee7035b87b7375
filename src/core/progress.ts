import type { TextStream } from './log.ts'
import { formatCount, formatDuration } from './quantity-text.ts'

/** A piece of long work. */
export interface Work {
  /** How much there is in all; without it no share and no time left are shown. */
  readonly total?: number
  /** What is counted, in the plural: `windows`, `steps`. */
  readonly unit?: string
  /** How much was done before, by a run that is resumed; it does not count for the rate. */
  readonly done?: number
}

/** Extra values to show beside the progress, such as the loss. */
export type ProgressValues = Readonly<Record<string, number | string>>

/** Reports on one piece of work. */
export interface WorkProgress {
  /** So much more is done (1 by default). Cheap enough for every step of a loop. */
  advance(count?: number, values?: ProgressValues): void
  /** The work ended; shows a last line. */
  finish(values?: ProgressValues): void
}

/** What long work reports to: an option of library functions, silent by default. */
export interface Progress {
  begin(name: string, work?: Work): WorkProgress
}

/** Shows nothing. */
export const silentProgress: Progress = { begin: () => ({ advance() {}, finish() {} }) }

/** A stream to show progress on; `process.stderr` is one. */
export interface ProgressStream extends TextStream {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** How progress is shown. */
export interface ProgressOptions {
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number
  /** Whether a line can be redrawn; what the stream says by default. */
  readonly isTerminal?: boolean
  /** Seconds from one line to the next: 0.1 on a terminal, else 10. */
  readonly interval?: number
}

/** The rate is that of the last so many seconds: recent enough for a time left, long enough not to jump. */
const rateWindow = 30_000

/**
 * Shows progress as text: one line, redrawn, on a terminal, and elsewhere a plain line every ten seconds and at the end.
 * `search: 1.2 M of 4.8 M windows (25 %), 12.3 k windows/s, 4 min 53 s left`.
 */
export function textProgress(stream: ProgressStream, options: ProgressOptions = {}): Progress {
  const { now = () => performance.now(), isTerminal = stream.isTTY === true } = options
  const { interval = isTerminal ? 0.1 : 10 } = options
  return {
    begin(name, work = {}) {
      const meter = createMeter(work, now)
      let shown = now()
      let values: ProgressValues = {}
      let isFinished = false
      const show = (line: string, end: string) => {
        const fitting = isTerminal ? line.slice(0, Math.max(1, (stream.columns ?? 80) - 1)) : line
        stream.write(isTerminal ? `\r\x1b[2K${fitting}${end}` : `${line}\n`)
      }
      return {
        advance(count = 1, latest) {
          if (isFinished) return
          if (latest) values = latest
          const time = meter.add(count)
          if (time - shown < interval * 1000) return
          shown = time
          show(`${name}: ${[meter.status(), ...valueTexts(values)].join(', ')}`, '')
        },
        finish(latest = values) {
          if (isFinished) return
          isFinished = true
          show(`${name}: ${[meter.summary(), ...valueTexts(latest)].join(', ')}`, '\n')
        },
      }
    },
  }
}

function createMeter({ total, unit = 'steps', done: before = 0 }: Work, now: () => number) {
  const start = now()
  let done = before
  let samples = [{ time: start, done }]
  const amount = () =>
    total === undefined
      ? `${formatCount(done)} ${unit}`
      : `${formatCount(done)} of ${formatCount(total)} ${unit} (${total > 0 ? Math.floor((100 * done) / total) : 100} %)`
  const rateText = (rate: number) => `${formatCount(rate)} ${unit}/s`

  return {
    add(count: number): number {
      done += count
      const time = now()
      if (time - samples.at(-1)!.time >= 1000) {
        samples.push({ time, done })
        // The newest sample that is a whole window old stays, as the point to measure from.
        const first = samples.findLastIndex(sample => time - sample.time >= rateWindow)
        if (first > 0) samples = samples.slice(first)
      }
      return time
    },
    status(): string {
      const from = samples[0]!
      const rate = (1000 * (done - from.done)) / (now() - from.time)
      if (!(rate > 0 && rate < Infinity)) return amount()
      const left = total === undefined || done >= total ? [] : [`${formatDuration((total - done) / rate)} left`]
      return [amount(), rateText(rate), ...left].join(', ')
    },
    summary(): string {
      const seconds = (now() - start) / 1000
      const rate = (done - before) / seconds
      return [
        amount(),
        `took ${formatDuration(seconds)}`,
        ...(rate > 0 && rate < Infinity ? [rateText(rate)] : []),
      ].join(', ')
    },
  }
}

const valueTexts = (values: ProgressValues): string[] =>
  Object.entries(values).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`,
  )
