import { QuadrupoleError } from '../core/index.ts'
import type { FloatArray } from '../tensor/fft/index.ts'

/**
 * Refuses series that hold NaN or an infinity, one of which would spoil a whole spectrum or all that follows in a
 * recursive filter.
 *
 * @throws `data` with the index of the first such sample, and its channel where there are several.
 */
export function requireFinite(where: string, x: FloatArray, channels = 1): void {
  // NaN and infinities alike make the sum of x - x something else than zero; looking for the place is rarer and slower.
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! - x[i]!
  if (sum === 0) return
  const at = x.findIndex((value: number) => !Number.isFinite(value))
  const length = x.length / channels
  const [channel, index] = [Math.floor(at / length), at % length]
  const place = channels === 1 ? `${index}` : `${index} of channel ${channel}`
  throw new QuadrupoleError(
    'data',
    `${where}: the sample at index ${place} is ${x[at]}, expected finite numbers; cut the series there`,
    { details: { index, channel, value: x[at] } },
  )
}
