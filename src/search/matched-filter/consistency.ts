import { powersAt } from './interpolator.ts'

/** Outputs of one detector's basis filters: the real parts above the imaginary ones, `[2 filters, samples]`. */
export interface FilterOutputs {
  readonly values: Float32Array
  readonly samples: number
}

/**
 * Power of all filters' outputs together, sum of |c|^2, at each of some points: p is at `p / interpolation` samples from the
 * first. Between samples it lacks what the interpolator does not pass, above 0.82 of the bandwidth: nothing, if the band's
 * `maximumFrequency` is lower; a per cent or two of noise, if it is the bandwidth.
 */
export function basisPowers({ values, samples }: FilterOutputs, points: readonly number[]): Float64Array {
  const filters = values.length / (2 * samples)
  const series = { re: values, im: values.subarray(filters * samples), samples }
  const powers = powersAt(series, [...Array(filters).keys()], points)
  const sums = new Float64Array(points.length)
  for (let row = 0; row < filters; row++)
    for (let i = 0; i < points.length; i++) sums[i]! += powers[row * points.length + i]!
  return sums
}

/**
 * What a template leaves over of the power that the basis holds, per degree of freedom: with outputs c_b of B basis filters
 * at one moment, and |z|^2 the template's power there (mean square 2 in noise), of which the basis holds the part `held` of
 * a signal,
 *
 *     r = (2 sum |c_b|^2 - |z|^2 / held) / (2 (B - 1))
 *
 * In noise r has mean 1 and variance 1 / (B - 1), the reduced chi-squared of 2 (B - 1) degrees of freedom, whatever |z| is;
 * a signal that the template fits adds nothing to it, and what another waveform or a glitch has in the span of the basis
 * and not along the template adds its power: a signal of SNR rho that the template matches to m adds
 * rho^2 (1 - m^2) / (2 (B - 1)). It is the chi-squared test of Messick et al. (2017,
 * arXiv:1604.04324) with a basis in place of one template's autocorrelation.
 */
export const residualPower = (basisPower: number, templatePower: number, held: number, filters: number): number =>
  (2 * basisPower - templatePower / held) / (2 * (filters - 1))
