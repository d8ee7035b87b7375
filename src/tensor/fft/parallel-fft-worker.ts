import type { FloatArray } from './rows.ts'
import { fft, irfft, rfft } from './thread-fft.ts'

/** Rows to transform by several threads, in shared memory: two inputs (`rfft` one) and two outputs (`irfft` one). */
export interface FftRequest {
  readonly transform: 'fft' | 'rfft' | 'irfft'
  readonly n: number
  readonly inverse: boolean
  readonly rows: number
  readonly inputs: readonly FloatArray[]
  readonly outputs: readonly FloatArray[]
  /** The first row that no thread has taken yet, shared by all. */
  readonly next: Int32Array
  /** Rows that a thread takes at a time. */
  readonly rowsAtOnce: number
}

/** Transforms rows of a request, on the plans of the thread it runs in, until none is left to take. */
export function transformRows({ transform, n, inverse, rows, inputs, outputs, next, rowsAtOnce }: FftRequest): void {
  for (;;) {
    const first = Atomics.add(next, 0, rowsAtOnce)
    if (first >= rows) return
    const last = Math.min(first + rowsAtOnce, rows)
    const taken = (array: FloatArray): FloatArray => {
      const width = array.length / rows
      return array.subarray(first * width, last * width)
    }
    const [a, b] = inputs.map(taken)
    const [c, d] = outputs.map(taken)
    if (transform === 'rfft') rfft(a!, n, { out: { re: c!, im: d! } })
    else if (transform === 'irfft') irfft(a!, b!, n, { out: c! })
    else fft(a!, b!, n, { inverse, out: { re: c!, im: d! } })
  }
}
