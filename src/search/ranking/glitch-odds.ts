import { log, log1p, logSumExp, maximum, softplus, Tensor, take, zeros } from '../../tensor/index.ts'
import type { CoincidenceInputs } from './coincidence-network.ts'

/** What is learned of glitches. */
export type GlitchParameters = {
  /** How the logarithm of their odds grows with half the squared SNR, [2 detectors]. */
  readonly power: Tensor
  /** How it falls with the logarithm of the squared SNR, [2 detectors]: of loud glitches there are fewer. */
  readonly fall: Tensor
  /** How it grows with the logarithm of what the template leaves over, [2 detectors]. */
  readonly residual: Tensor
  /** How frequent glitches are, [2 detectors]. */
  readonly offset: Tensor
  /** Which templates they look like, [templates of the bank]. */
  readonly template: Tensor
}

const ofEach = (value: number): Tensor => Tensor.of(Float32Array.of(value, value), [2])

/** Glitches are rare, four times rarer at twice the SNR, like any template and unlike it in detail. */
export const initialGlitches = (bankSize: number): GlitchParameters => ({
  power: ofEach(1),
  fall: ofEach(2),
  residual: ofEach(2),
  offset: ofEach(-6),
  template: zeros([bankSize]),
})

/**
 * The logarithm of how much likelier the detectors' data are if each may hold a glitch of its own than if both are Gaussian
 * noise. A signal's likelihood ratio less this weighs signals against glitches too: however loud, a glitch
 * beside which the other detector has noise gains no more than that noise does.
 *
 * The incoherent hypothesis of Isi et al. 2018 (arXiv:1803.09783, section II), each detector with glitch or noise; the
 * evidence of a glitch is modelled by the SNR `z(t)` and the residual power r of templates k,
 *
 *     ln g = ln sum_k sum_t exp(power |z|^2 / 2 - fall ln(1 + |z|^2) + residual ln max(r, 1) + template_k) + offset,
 *
 * and the result is the sum of ln(1 + g) over detectors.
 *
 * @returns [batch]
 */
export function glitchOdds(
  {
    series,
    templates,
    consistency,
  }: CoincidenceInputs & {
    /** Residual powers: [batch, templates, 2 detectors]. */
    readonly consistency: Tensor
  },
  { power, fall, residual, offset, template }: GlitchParameters,
): Tensor {
  const [batch, kept] = series.shape as [number, number]
  // [batch, templates, 2 detectors, samples]
  const squared = series.square().sum({ axes: 3 })
  const beside = (each: Tensor) => each.reshape([1, 1, 2, 1])
  const exponents = squared
    .mul(0.5)
    .mul(beside(power))
    .sub(log1p(squared).mul(beside(fall)))
  const perTemplate = logSumExp(exponents, { axes: 3 })
    .add(log(maximum(consistency, 1)).mul(residual.reshape([1, 1, 2])))
    .add(take(template, templates).reshape([batch, kept, 1]))
  return softplus(logSumExp(perTemplate, { axes: 1 }).add(offset)).sum({ axes: 1 })
}
