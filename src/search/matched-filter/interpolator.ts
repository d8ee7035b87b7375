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
export const phaseTaps = Array.from({ length: interpolation }, (_, phase) =>
  interpolationTaps(
    Array.from({ length: 2 * interpolationReach }, (_, i) => phase / interpolation - i + interpolationReach - 1),
  ),
)

/**
 * Values between the samples of a complex series that holds positive frequencies: point i is at sample
 * `from + i / interpolation`. Samples from `from - reach + 1` to `from + points / interpolation + reach` are read.
 */
export function interpolate(
  { re, im }: { readonly re: Float32Array; readonly im: Float32Array },
  from: number,
  points: number,
): { readonly re: Float64Array; readonly im: Float64Array } {
  const out = { re: new Float64Array(points), im: new Float64Array(points) }
  for (let i = 0; i < points; i++) {
    const taps = phaseTaps[i % interpolation]!
    const first = from + Math.floor(i / interpolation) - (interpolationReach - 1)
    let [x, y] = [0, 0]
    for (let k = 0; k < 2 * interpolationReach; k++) {
      const [a, b] = [re[first + k]!, im[first + k]!]
      x += taps.re[k]! * a - taps.im[k]! * b
      y += taps.re[k]! * b + taps.im[k]! * a
    }
    out.re[i] = x
    out.im[i] = y
  }
  return out
}
