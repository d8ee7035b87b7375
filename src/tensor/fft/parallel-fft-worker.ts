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
  /** Rows that a thread takes at a time, and how many of the rows, the first ones, are there to be taken. */
  readonly rowsAtOnce: number
  readonly sharedRows: number
}

/** Transforms rows of a request until none is left to take. */
export function transformSharedRows(request: FftRequest): void {
  const { next, rowsAtOnce, sharedRows } = request
  for (;;) {
    const first = Atomics.add(next, 0, rowsAtOnce)
    if (first >= sharedRows) return
    transformRows(request, first, Math.min(first + rowsAtOnce, sharedRows))
  }
}

/** Transforms rows `first` to before `end` of a request, on the plans of the thread it runs in. */
export function transformRows(request: FftRequest, first: number, end: number): void {
  const { transform, n, inverse, rows, inputs, outputs } = request
  const taken = (array: FloatArray): FloatArray => {
    const width = array.length / rows
    return array.subarray(first * width, end * width)
  }
  const [a, b] = inputs.map(taken)
  const [c, d] = outputs.map(taken)
  if (transform === 'rfft') rfft(a!, n, { out: { re: c!, im: d! } })
  else if (transform === 'irfft') irfft(a!, b!, n, { out: c! })
  else fft(a!, b!, n, { inverse, out: { re: c!, im: d! } })
}
