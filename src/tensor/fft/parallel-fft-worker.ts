import type { FloatArray } from './rows.ts'
import { fft, irfft, rfft } from './thread-fft.ts'

/** Rows to transform, in shared memory: two inputs (`rfft` one) and two outputs (`irfft` one) of whole rows. */
export interface FftRequest {
  readonly transform: 'fft' | 'rfft' | 'irfft'
  readonly n: number
  readonly inverse: boolean
  readonly inputs: readonly FloatArray[]
  readonly outputs: readonly FloatArray[]
}

/** Transforms the rows of a request on the plans of the thread it runs in. */
export function transformRows({ transform, n, inverse, inputs, outputs }: FftRequest): void {
  const [a, b] = inputs
  const [c, d] = outputs
  if (transform === 'rfft') rfft(a!, n, { out: { re: c!, im: d! } })
  else if (transform === 'irfft') irfft(a!, b!, n, { out: c! })
  else fft(a!, b!, n, { inverse, out: { re: c!, im: d! } })
}
