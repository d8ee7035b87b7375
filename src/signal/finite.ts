import { QuadrupoleError } from '../core/index.ts'
import type { FloatArray } from '../tensor/fft/index.ts'

/**
 * Refuses series (`[channels, length]`) that hold NaN or an infinity, one of which would spoil a whole spectrum, or all
 * that follows in a recursive filter. `start` is the index of the first sample, where the series continues another.
 *
 * @throws `data` with the index of the first such sample, and its channel where there are several.
 */
export function requireFinite(
  where: string,
  x: FloatArray,
  { channels = 1, start = 0 }: { readonly channels?: number; readonly start?: number } = {},
): void {
  // NaN and infinities alike make the sum of x - x something else than zero; looking for the place is rarer and slower.
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! - x[i]!
  if (sum === 0) return
  const at = x.findIndex((value: number) => !Number.isFinite(value))
  const length = x.length / channels
  const [channel, index] = [Math.floor(at / length), start + (at % length)]
  const place = channels === 1 ? `${index}` : `${index} of channel ${channel}`
  throw new QuadrupoleError(
    'data',
    `${where}: the sample at index ${place} is ${x[at]}, expected finite numbers; cut the series there`,
    { details: { index, channel, value: x[at] } },
  )
}

/** Samples of each channel of an array `[channels, length]`; throws `shape` if that is no whole number. */
export function lengthOfChannels(where: string, x: FloatArray, channels: number): number {
  if (!Number.isSafeInteger(channels) || channels < 1)
    throw new QuadrupoleError('argument', `${where}: channels must be a positive integer, got ${channels}`)
  if (x.length % channels !== 0)
    throw new QuadrupoleError(
      'shape',
      `${where}: ${x.length} samples are no whole number for each of ${channels} channels; check channels`,
      { details: { channels, length: x.length } },
    )
  return x.length / channels
}
