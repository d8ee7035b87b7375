import { kernels } from './kernels.ts'

/** Points between samples that an interpolator gives for each of them. */
export const interpolation = 4
/** Samples to each side that a point is made of. */
export const interpolationReach = 10

/**
 * Where the interpolator's band lies, as a part of the sample rate. A complex series holds 0 to its sample rate, and a
 * filter of few taps not quite all of it: what it leaves out is the upper end, where templates have next to no power.
 */
const centre = 0.42

/** What the samples at some distances before a point (after it, where negative) count in its value: a windowed sinc. */
export function interpolationTaps(distances: readonly number[]): {
  readonly re: Float64Array
  readonly im: Float64Array
} {
  const taps = distances.map(x => {
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
    return Math.abs(x) >= interpolationReach ? 0 : sinc * Math.cos((Math.PI / 2) * (x / interpolationReach)) ** 2
  })
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return {
    re: Float64Array.from(taps, (tap, i) => (tap / sum) * Math.cos(2 * Math.PI * centre * distances[i]!)),
    im: Float64Array.from(taps, (tap, i) => (tap / sum) * Math.sin(2 * Math.PI * centre * distances[i]!)),
  }
}

/** Taps of 2 `reach` samples for a point p / `interpolation` of a sample after the one at `reach - 1`. */
const phases = Array.from({ length: interpolation }, (_, phase) =>
  interpolationTaps(
    Array.from({ length: 2 * interpolationReach }, (_, i) => phase / interpolation - i + interpolationReach - 1),
  ),
)

/** The same as the kernels have them. */
const tapPairs = Float64Array.from(
  phases.flatMap(({ re, im }) => [...re].flatMap((tap, i) => [tap, tap, -im[i]!, im[i]!])),
)
const tapRows = Float64Array.from(phases.flatMap(({ re, im }) => [...re, ...im]))

/** Complex series of positive frequencies, `[rows, samples]`. */
export interface ComplexSeries {
  readonly re: Float32Array
  readonly im: Float32Array
  readonly samples: number
}

/**
 * Powers of complex series between their samples, `[rows, points]`: point p is at sample `p / interpolation`, and
 * `interpolationReach` samples to each side of it must be there.
 *
 * @param rows which series.
 */
export function powersAt(
  { re, im, samples }: ComplexSeries,
  rows: readonly number[],
  points: readonly number[],
): Float64Array {
  const size = rows.length * points.length
  // In order of their alignment, each behind the one before.
  const taps = 0
  const out = taps + tapPairs.byteLength
  const series = out + 8 * size
  const places = series + 8 * rows.length * samples
  const { memory, functions } = kernels(places + 4 * points.length)
  const { buffer } = memory
  new Float64Array(buffer, taps, tapPairs.length).set(tapPairs)
  new Int32Array(buffer, places, points.length).set(points)
  const pairs = new Float32Array(buffer, series, 2 * rows.length * samples)
  let at = 0
  for (const row of rows)
    for (let k = row * samples; k < (row + 1) * samples; k++) {
      pairs[at++] = re[k]!
      pairs[at++] = im[k]!
    }
  const width = 2 * interpolationReach
  functions.powersAt!(series, rows.length, samples, taps, interpolation, width, places, points.length, out)
  return new Float64Array(buffer, out, size).slice()
}

/** The same for `count` points from `start` on; one more sample must be there. */
export function powersFrom(
  { re, im, samples }: ComplexSeries,
  rows: readonly number[],
  { start, count }: { readonly start: number; readonly count: number },
): Float64Array {
  // The kernel takes two points of each alignment at a time.
  const whole = Math.ceil(count / (2 * interpolation)) * 2 * interpolation
  const size = rows.length * samples
  const taps = 0
  const out = taps + tapRows.byteLength
  const series = out + 8 * rows.length * whole
  const other = series + 8 * size
  const { memory, functions } = kernels(other + 8 * size)
  const { buffer } = memory
  new Float64Array(buffer, taps, tapRows.length).set(tapRows)
  const [x, y] = [new Float64Array(buffer, series, size), new Float64Array(buffer, other, size)]
  let at = 0
  for (const row of rows)
    for (let k = row * samples; k < (row + 1) * samples; k++) {
      x[at] = re[k]!
      y[at] = im[k]!
      at++
    }
  const width = 2 * interpolationReach
  functions.powersFrom!(series, other, rows.length, samples, taps, interpolation, width, start, whole, out)
  const powers = new Float64Array(rows.length * count)
  for (let row = 0; row < rows.length; row++)
    powers.set(new Float64Array(buffer, out + 8 * row * whole, count), row * count)
  return powers
}
