import { QuadrupoleError } from '../../core/index.ts'
import type { ComplexArrays } from '../../tensor/fft/index.ts'
import { type BinaryParameters, requireBinary } from '../binary.ts'
import { finalState } from './final-state.ts'
import { intrinsicOf } from './intrinsic.ts'
import { cutoff, phenomDModel } from './model.ts'
import { binCount, type SpectrumGrid } from './spectrum-grid.ts'
import { gridKernel, listKernel } from './thread-kernels.ts'

/** Fourier transforms of the two polarisations, strain per Hz. */
export interface PolarizationSpectra {
  readonly plus: ComplexArrays<Float64Array>
  readonly cross: ComplexArrays<Float64Array>
}

/**
 * IMRPhenomD: the Fourier transform of inspiral, merger and ringdown of a binary with aligned spins, at any frequencies
 * above zero (Hz, in any order). Float64 throughout; the same as LALSimulation's `IMRPhenomD`: its constants, phase
 * convention (`exp(-2 pi i f t)`) and time convention, by which the peak is about at time 0. No mass ratio is refused but
 * where the final spin's fit fails: see `imrPhenomDWarnings` for what the model was made for.
 *
 * Husa et al., Phys. Rev. D 93, 044006 (2016); Khan et al., Phys. Rev. D 93, 044007 (2016).
 *
 * @throws `argument` for parameters outside of the model's domain (spins beyond -1..1, masses, distance not positive) and
 * frequencies that are not positive.
 *
 * @example
 * const { plus, cross } = imrPhenomD(
 *   { mass1Solar: 36, mass2Solar: 29, spin1z: 0, spin2z: 0, distanceMpc: 410, inclination: 0, phase: 0 },
 *   Float64Array.of(30, 100, 250),
 * )
 */
export function imrPhenomD(parameters: BinaryParameters, frequencies: Float64Array): PolarizationSpectra {
  requireBinary('waveforms.imrPhenomD', parameters)
  const wrong = frequencies.findIndex(f => !(f > 0 && Number.isFinite(f)))
  if (wrong >= 0)
    throw new QuadrupoleError(
      'argument',
      `waveforms.imrPhenomD: expected frequencies above 0 Hz, got ${frequencies[wrong]} at index ${wrong}`,
    )
  if (frequencies.length === 0) return emptySpectra(0)
  const order = Uint32Array.from(frequencies.keys()).sort((i, j) => frequencies[i]! - frequencies[j]!)
  const kernel = listKernel(frequencies.length)
  kernel.tabulate(Float64Array.from(order, i => frequencies[i]!))
  const model = phenomDModel(parameters, parameters.referenceFrequency || frequencies[0]!)
  kernel.evaluate(model, { unit: 1, from: 0, to: frequencies.length })
  kernel.wave({ from: 0, to: frequencies.length })
  const wave = { re: new Float64Array(frequencies.length), im: new Float64Array(frequencies.length) }
  for (const [sorted, i] of order.entries()) {
    wave.re[i] = kernel.output.re[sorted]!
    wave.im[i] = kernel.output.im[sorted]!
  }
  return polarizations(wave, parameters.inclination, 0, emptySpectra(frequencies.length))
}

/**
 * `imrPhenomD` on a uniform grid: `maximumFrequency / resolution + 1` bins from 0 Hz on, zero outside of the band. As in
 * LALSimulation the band is of the bins from `floor(minimumFrequency / resolution)` to before
 * `floor(min(maximumFrequency, cutoff) / resolution)`, where the cutoff is at M f = 0.2; the bin at 0 Hz is zero. The
 * reference frequency is `minimumFrequency` unless the parameters name one. Writes to `out` if given.
 *
 * @throws `argument` as `imrPhenomD`, and for a grid that is not in order or lies above the cutoff.
 *
 * @example
 * const { plus } = imrPhenomDSpectrum(binary, { resolution: 1 / 8, minimumFrequency: 20, maximumFrequency: 1024 })
 */
export function imrPhenomDSpectrum(
  parameters: BinaryParameters,
  { out, ...grid }: SpectrumGrid & { readonly out?: PolarizationSpectra },
): PolarizationSpectra {
  const name = 'imrPhenomDSpectrum'
  requireBinary(`waveforms.${name}`, parameters)
  const bins = binCount(name, grid)
  const { resolution, minimumFrequency, maximumFrequency } = grid
  const model = phenomDModel(parameters, parameters.referenceFrequency || minimumFrequency)
  const end = cutoff / model.massSeconds
  if (end <= minimumFrequency)
    throw new QuadrupoleError(
      'argument',
      `waveforms.${name}: the spectrum ends at ${end} Hz (M f = ${cutoff}), below minimumFrequency = ${minimumFrequency} Hz; lower that`,
      { details: { ...parameters, ...grid } },
    )
  const from = Math.max(1, Math.floor(minimumFrequency / resolution))
  const to = Math.max(from, Math.floor(Math.min(maximumFrequency, end) / resolution))
  const kernel = gridKernel(to)
  kernel.evaluate(model, { unit: resolution, from, to })
  kernel.wave({ from, to })
  const spectra = out ?? emptySpectra(bins)
  for (const { re, im } of [spectra.plus, spectra.cross]) for (const part of [re, im]) part.fill(0, 0, from).fill(0, to)
  const part = { re: kernel.output.re.subarray(from, to), im: kernel.output.im.subarray(from, to) }
  return polarizations(part, parameters.inclination, from, spectra)
}

/** The two polarisations of a wave that is `h` seen face-on (arXiv:1005.3306, equation 2.4 of l = |m| = 2), from bin `to` on. */
function polarizations(
  { re, im }: ComplexArrays<Float64Array>,
  inclination: number,
  to: number,
  out: PolarizationSpectra,
): PolarizationSpectra {
  const cosine = Math.cos(inclination)
  const plus = 0.5 * (1 + cosine * cosine)
  for (let i = 0; i < re.length; i++) {
    out.plus.re[to + i] = plus * re[i]!
    out.plus.im[to + i] = plus * im[i]!
    out.cross.re[to + i] = cosine * im[i]!
    out.cross.im[to + i] = -cosine * re[i]!
  }
  return out
}

const emptySpectra = (bins: number): PolarizationSpectra => ({
  plus: { re: new Float64Array(bins), im: new Float64Array(bins) },
  cross: { re: new Float64Array(bins), im: new Float64Array(bins) },
})

/** Final spin below which the model is known to misbehave, and mass ratios it was calibrated for and is meant for. */
const trusted = { finalSpin: -0.717, calibratedRatio: 18, ratio: 5000 } as const

/**
 * What is to be said against IMRPhenomD for a binary, a sentence each; nothing within its domain. It was calibrated to
 * mass ratios up to 18 (Khan et al. 2016); LALSimulation warns above 5000 and at final spins below -0.717.
 *
 * @throws `argument` as `imrPhenomD`.
 *
 * @example
 * imrPhenomDWarnings(binary) // []
 */
export function imrPhenomDWarnings(parameters: BinaryParameters): string[] {
  requireBinary('waveforms.imrPhenomDWarnings', parameters)
  const ratio =
    Math.max(parameters.mass1Solar, parameters.mass2Solar) / Math.min(parameters.mass1Solar, parameters.mass2Solar)
  const { spin } = finalState(intrinsicOf(parameters))
  const warnings: string[] = []
  if (ratio > trusted.ratio)
    warnings.push(`mass ratio ${ratio} is above ${trusted.ratio}, where the model is not supported`)
  else if (ratio > trusted.calibratedRatio)
    warnings.push(`mass ratio ${ratio} is above ${trusted.calibratedRatio}, to where the model was calibrated`)
  if (spin < trusted.finalSpin)
    warnings.push(`the final spin ${spin} is below ${trusted.finalSpin}, where the model may misbehave`)
  return warnings
}
