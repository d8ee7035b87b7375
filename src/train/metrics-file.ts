import { type FileHandle, open, readFile, truncate } from 'node:fs/promises'
import { ioError, QuadrupoleError } from '../core/index.ts'

/** A line of metrics: numbers at a step, either of the training or of an evaluation. */
export interface MetricsLine {
  /** Steps that were done. */
  readonly step: number
  readonly kind: 'training' | 'evaluation'
  readonly values: Readonly<Record<string, number>>
}

/** A file of JSON lines that grows with a training: `{"step":100,"kind":"training","loss":0.41,"learningRate":0.001}`. */
export interface MetricsFile extends AsyncDisposable {
  /** All lines so far. */
  readonly lines: readonly MetricsLine[]
  /** Bytes of the file. */
  readonly bytes: number
  append(line: MetricsLine): Promise<void>
  /** Makes sure that what was written is on the disk. */
  flush(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a file of metrics, cut to the `bytes` that a checkpoint knows of: what a killed run wrote after it is written
 * again.
 *
 * @throws `io`; `format` where the file is shorter than that, or holds other lines.
 */
export async function openMetricsFile(
  path: string,
  { bytes = 0 }: { readonly bytes?: number } = {},
): Promise<MetricsFile> {
  const where = 'train.openMetricsFile'
  let file: FileHandle
  try {
    file = await open(path, 'a+')
  } catch (cause) {
    throw ioError(where, 'write', path, cause)
  }
  const lines: MetricsLine[] = []
  let length = bytes
  try {
    const { size } = await file.stat()
    if (size < bytes)
      throw new QuadrupoleError('format', `${where}: ${path} has ${size} bytes, the checkpoint knows of ${bytes}`)
    await truncate(path, bytes)
    const text = await readFile(path, 'utf8')
    for (const line of text.split('\n')) if (line !== '') lines.push(parsed(line, path))
  } catch (error) {
    await file.close()
    throw error
  }
  const close = () => file.close()
  return {
    lines,
    get bytes() {
      return length
    },
    append: async line => {
      const { step, kind, values } = line
      const text = `${JSON.stringify({ step, kind, ...values })}\n`
      await file.appendFile(text).catch((cause: unknown) => {
        throw ioError(where, 'write', path, cause)
      })
      length += Buffer.byteLength(text)
      lines.push(line)
    },
    flush: () =>
      file.sync().catch((cause: unknown) => {
        throw ioError(where, 'write', path, cause)
      }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function parsed(line: string, path: string): MetricsLine {
  try {
    const { step, kind, ...values } = JSON.parse(line)
    return { step, kind, values }
  } catch (cause) {
    throw new QuadrupoleError('format', `train.openMetricsFile: ${path} holds a line that is no JSON: ${line}`, {
      cause,
    })
  }
}
