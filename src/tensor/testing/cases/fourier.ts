import type { Cases } from '../case.ts'
import { evenly } from '../inputs.ts'

/** Of one, two and three factors. */
const lengths = [1, 2, 9, 16, 31, 66, 128]
/** A prime that goes through a convolution. */
const chirped = 307

const bins = (n: number): number => Math.floor(n / 2) + 1

export const fourierCases = {
  rotate: [{ inputs: [evenly([2, 3, 8]), evenly([3, 4]), evenly([3, 4])] }],
  rfft: [...lengths, chirped].map(n => ({ inputs: [evenly([2, n])] })),
  irfft: [...lengths, chirped].map(n => ({ inputs: [evenly([2, bins(n)]), evenly([2, bins(n)])], params: { n } })),
  fft: lengths.flatMap(n =>
    [false, true].map(isInverse => ({ inputs: [evenly([2, n]), evenly([2, n])], params: { isInverse } })),
  ),
} satisfies Partial<Cases>
