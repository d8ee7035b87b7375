import { QuadrupoleError } from '../core/index.ts'
import type { Spectrum } from './spectral-density.ts'

/**
 * Brings a spectrum to another resolution, frequency to frequency: bin k of the result stands for `k * resolution` Hz, up
 * to the last frequency of the input. Power and the centroid of a line are kept (within rounding, away from the ends),
 * and a straight spectrum stays what it is.
 *
 * Where the new bins are a whole fraction of the old ones, values between are interpolated linearly. Otherwise each value is
 * the mean of the interpolated spectrum under a triangle that reaches to the neighbouring new bins, so that narrow lines
 * are spread, not missed.
 *
 * @throws `argument` for a resolution that is not positive or leaves fewer than two bins.
 *
 * @example
 * regrid({ values: Float64Array.of(1, 3, 5), resolution: 1 }, { resolution: 0.5 }).values // [1, 2, 3, 4, 5]
 */
export function regrid(spectrum: Spectrum, { resolution }: { readonly resolution: number }): Spectrum {
  const { values } = spectrum
  // New bins in units of the old: rounding of the ratio must not drop the last bin or an exact fraction.
  const ratio = resolution / spectrum.resolution
  const last = values.length - 1
  const count = Math.floor(last / ratio + 1e-9) + 1
  if (!(resolution > 0) || !(count >= 2))
    throw new QuadrupoleError(
      'argument',
      `signal.regrid: resolution must be above 0 and at most ${last * spectrum.resolution} Hz, got ${resolution} Hz`,
      { details: { resolution, length: values.length } },
    )
  const parts = Math.round(1 / ratio)
  const isFraction = parts >= 1 && Math.abs(parts * ratio - 1) < 1e-9
  const at = (position: number): number => {
    const below = Math.min(last, Math.floor(position))
    const above = Math.min(last, below + 1)
    return values[below]! + (values[above]! - values[below]!) * Math.min(1, position - below)
  }
  const result = new Float64Array(count)
  for (let k = 0; k < count; k++)
    result[k] = isFraction
      ? at(Math.floor(k / parts) + (k % parts) / parts)
      : meanUnderTriangle(at, { centre: k * ratio, reach: ratio, end: last })
  return { values: result, resolution }
}

/**
 * The mean of a function that is linear between whole numbers, weighted by a triangle; where that leaves the range from 0
 * to `end`, by the rest of it. Exact: between the corners of both, the product is a parabola, which Simpson's rule
 * integrates.
 */
function meanUnderTriangle(
  at: (position: number) => number,
  { centre, reach, end }: { readonly centre: number; readonly reach: number; readonly end: number },
): number {
  const low = Math.max(0, centre - reach)
  const high = Math.min(end, centre + reach)
  const weight = (position: number) => Math.max(0, 1 - Math.abs(position - centre) / reach)
  let [sum, area] = [0, 0]
  for (let from = low; from < high; ) {
    const corner = Math.min(high, Math.floor(from) + 1)
    const to = from < centre && centre < corner ? centre : corner
    const [a, b, c] = [weight(from), weight((from + to) / 2), weight(to)]
    sum += ((to - from) * (a * at(from) + 4 * b * at((from + to) / 2) + c * at(to))) / 6
    area += ((to - from) * (a + 4 * b + c)) / 6
    from = to
  }
  return sum / area
}
