import { foldIn, type Key, normal } from '../../core/index.ts'
import type { Network } from '../../nn/index.ts'
import { logSumExp, matmul, stack, Tensor, take, zeros } from '../../tensor/index.ts'
import { keptSamples } from '../matched-filter/candidate.ts'
import { interpolationTaps } from '../matched-filter/interpolator.ts'

/** Candidates as the network is given them. */
export type CoincidenceInputs = {
  /** SNR series of the best templates around the candidate, best first: [batch, templates, 2 detectors, 2 parts, samples]. */
  readonly series: Tensor
  /** Which templates of the bank they are: [batch, templates], int32. */
  readonly templates: Tensor
}

/** What the network learns; rows of weights are [components, lags]. */
export type CoincidenceParameters = {
  readonly first: Tensor
  readonly second: Tensor
  readonly inPhase: Tensor
  readonly inQuadrature: Tensor
  readonly bias: Tensor
  /** [templates of the bank] */
  readonly template: Tensor
  /** [] */
  readonly offset: Tensor
}

export interface CoincidenceNetworkOptions {
  /** Templates of the bank. */
  readonly bankSize: number
  /** Best templates that are looked at. */
  readonly templates?: number
  /** Gaussians that the prior of the two amplitudes is made of, for each lag. */
  readonly components?: number
  /** Samples from one time or lag to the next. */
  readonly step?: number
  /** Times of the first detector on each side of the candidate's, in steps. */
  readonly times?: number
  /** Largest lag, samples. */
  readonly maximumLag?: number
}

/**
 * A network that ranks candidates of two detectors by the logarithm of a likelihood ratio, marginalised over what is not
 * known: the template, the time, the lag between the detectors and their complex amplitudes.
 *
 * Under Gaussian noise the SNRs `z` of one template, time and lag weigh signal against noise by
 * `exp(z^H M z / 2 + bias)` if amplitudes are Gaussian, M = S / (1 + S) of their covariance S. The prior of amplitudes
 * (which of detectors facing each other nearly the same way are alike, with a phase that depends on the lag) is a mixture
 * of such, learned for each lag; each template has a weight of its own. The logit is the logarithm of the sum over all, so
 * noise falls off in it as a likelihood ratio does, and low false-alarm rates can be had from it.
 *
 * Biswas et al. 2012 (arXiv:1201.2959) derive such statistics; the mixture and its training are ours.
 */
export function coincidenceNetwork({
  bankSize,
  templates = 8,
  components = 6,
  step = 0.5,
  times = 3,
  maximumLag = 5.5,
}: CoincidenceNetworkOptions): Network<
  CoincidenceParameters,
  Record<never, never>,
  CoincidenceInputs,
  { logit: Tensor }
> {
  const lagCount = 2 * Math.round(maximumLag / step) + 1
  const half = times * step
  const timeCount = 2 * times + 1
  const first = interpolation(grid(half, step))
  const second = interpolation(grid(half + maximumLag, step))
  const shape = [components, lagCount] as const
  return {
    init(key: Key) {
      const draw = (name: string) =>
        Tensor.of(
          Float32Array.from(normal(foldIn(key, name), components * lagCount, { standardDeviation: 0.1 })),
          shape,
        )
      // Components of amplitudes from small to large: the eigenvalue S / (1 + S) of each.
      const spread = Float32Array.from(
        { length: components * lagCount },
        (_, i) => 0.85 + (0.12 * Math.floor(i / lagCount)) / Math.max(1, components - 1),
      )
      const parameters = {
        first: Tensor.of(spread, shape),
        second: Tensor.of(spread.slice(), shape),
        inPhase: draw('in phase'),
        inQuadrature: draw('in quadrature'),
        bias: draw('bias'),
        template: zeros([bankSize]),
        offset: Tensor.of(Float32Array.of(-24), []),
      }
      return { parameters, statistics: {} }
    },
    apply({ parameters: p, statistics }, { series, templates: indices }) {
      const best = series.slice({ 1: [0, templates] })
      const batch = best.shape[0]!
      const rows = batch * templates
      // rows come last, so that times and lags are shifts of whole rows: [points, rows]
      const parts = (detector: number, { re, im }: Interpolation) => {
        const values = best.slice({ 2: detector }).reshape([rows, 2 * keptSamples])
        return [re, im].map(matrix => matmul(matrix, values, { transposeB: true })) as [Tensor, Tensor]
      }
      // [times, 1, rows] and [times, lags, rows]
      const [ar, ai] = parts(0, first).map(values => values.expandAxis(1)) as [Tensor, Tensor]
      const [pr, pi] = parts(1, second)
      const [br, bi, power] = [pr, pi, pr.square().add(pi.square()).mul(0.5)].map(points =>
        stack(Array.from({ length: timeCount }, (_, time) => points.slice({ 0: [time, time + lagCount] }))),
      ) as [Tensor, Tensor, Tensor]
      const ownPower = ar.square().add(ai.square()).mul(0.5).broadcastTo(power.shape)
      const features = [
        ownPower,
        power,
        ar.mul(br).add(ai.mul(bi)),
        ai.mul(br).sub(ar.mul(bi)),
        power.like(1).broadcastTo(power.shape),
      ]
      const weights = stack([p.first, p.second, p.inPhase, p.inQuadrature, p.bias], { axis: 2 }).transpose([1, 0, 2])
      // [times, lags, components, rows]
      const exponents = matmul(weights.expandAxis(0), stack(features, { axis: 2 }))
      const perTemplate = logSumExp(exponents.reshape([-1, rows]), { axes: 0 }).reshape([batch, templates])
      const weighted = perTemplate.add(take(p.template, indices.slice({ 1: [0, templates] })))
      return { output: { logit: logSumExp(weighted, { axes: 1 }).add(p.offset) }, statistics }
    },
  }
}

interface Interpolation {
  readonly re: Tensor
  readonly im: Tensor
}

/** Points from -end to end about the middle of a series. */
const grid = (end: number, step: number): number[] =>
  Array.from({ length: 2 * Math.round(end / step) + 1 }, (_, i) => keptSamples / 2 - end + i * step)

/** Matrices from the real and imaginary parts of a series to the real and the imaginary parts at points of it. */
function interpolation(points: readonly number[]): Interpolation {
  const width = 2 * keptSamples
  const [re, im] = [new Float32Array(points.length * width), new Float32Array(points.length * width)]
  for (const [point, position] of points.entries()) {
    const taps = interpolationTaps(Array.from({ length: keptSamples }, (_, i) => position - i))
    for (let i = 0; i < keptSamples; i++) {
      const [ofRe, ofIm] = [point * width + i, point * width + keptSamples + i]
      re[ofRe] = taps.re[i]!
      re[ofIm] = -taps.im[i]!
      im[ofRe] = taps.im[i]!
      im[ofIm] = taps.re[i]!
    }
  }
  const shape = [points.length, width]
  return { re: Tensor.of(re, shape), im: Tensor.of(im, shape) }
}
