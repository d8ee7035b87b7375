import { QuadrupoleError } from '../../core/index.ts'
import { type GpsTime, optimalSnrs, TimeSeries } from '../../gw/index.ts'
import { type ComplexArrays, irfft, rfft } from '../../tensor/fft/index.ts'
import { sampleNumberFrom, sampleTimeOf } from '../sample-grid.ts'
import type { Glitch } from './glitch.ts'
import type { GlitchModel } from './glitch-model.ts'
import { shapeOf } from './shapes/shapes.ts'

/** Where a glitch's samples are, counted from GPS 0 as those of noise are. */
export interface GlitchSupport {
  readonly firstSample: number
  readonly samples: number
}

/** The samples at which a glitch is not zero. */
export function glitchSupport(glitch: Glitch, { colouring }: GlitchModel): GlitchSupport {
  const { firstSample, samples } = shapeSupport(glitch, colouring.sampleRate)
  const reach = isFiltered(glitch, colouring.sampleRate) ? colouring.reach : 0
  return { firstSample: firstSample - reach, samples: samples + 2 * reach }
}

/**
 * The strain of one glitch, drawn or of your own making, from its first to its last sample.
 *
 * @throws `argument` for parameters that make it longer than the model's window, or leave it no power in the band.
 *
 * @example
 * const parameters = { frequency: 120, quality: 2, phase: 0 }
 * glitchStrain({ family: 'blip', detector: 'H1', time, snr: 30, parameters }, model)
 */
export function glitchStrain(glitch: Glitch, model: GlitchModel): TimeSeries {
  const { sampleRate } = model.colouring
  const { firstSample } = glitchSupport(glitch, model)
  return new TimeSeries(renderGlitch(glitch, model), {
    t0: sampleTimeOf(firstSample, sampleRate),
    sampleRate,
    channel: `${glitch.detector}:STRAIN`,
  })
}

/** The samples of a glitch's support. */
export function renderGlitch(glitch: Glitch, model: GlitchModel): Float64Array {
  const { fftLength, reach, sampleRate } = model.colouring
  const { samples } = shapeSupport(glitch, sampleRate)
  if (!(samples + 2 * reach <= fftLength))
    throw new QuadrupoleError(
      'argument',
      `data.glitchStrain: a ${glitch.family} of ${samples / sampleRate} s is longer than the ` +
        `${(fftLength - 2 * reach) / sampleRate} s that there is room for`,
      { details: { ...glitch.parameters } },
    )
  return isFiltered(glitch, sampleRate) ? filtered(glitch, model) : plain(glitch, model)
}

/** Strain that is a formula sampled as it is. */
function plain(glitch: Glitch, model: GlitchModel): Float64Array {
  const { sampleRate, fftLength } = model.colouring
  const { samples } = shapeSupport(glitch, sampleRate)
  const window = sampledFormula(glitch, sampleRate, { lead: 0, samples, factor: 1, length: fftLength })
  const scale = scaleOf(glitch, model, rfft(window, fftLength))
  return window.slice(0, samples).map(value => scale * value)
}

/** Strain that comes of a formula by a filter. */
function filtered(glitch: Glitch, model: GlitchModel): Float64Array {
  const { sampleRate, fftLength, reach, response } = model.colouring
  const { samples } = shapeSupport(glitch, sampleRate)
  const factor = oversampling(glitch, sampleRate)
  const length = factor * fftLength
  const window = sampledFormula(glitch, sampleRate, { lead: reach, samples, factor, length })
  const fine = rfft(window, length)
  const bins = response.length
  const [re, im] = [fine.re.slice(0, bins), fine.im.slice(0, bins)]
  const isColoured = shapeOf(glitch.family).of === 'whitened'
  for (let k = 0; k < bins; k++) {
    const gain = ((isColoured ? response[k]! : 1) * (factor === 1 ? 1 : antiAlias(k / (bins - 1)))) / factor
    re[k]! *= gain
    im[k]! *= gain
  }
  const scale = scaleOf(glitch, model, { re, im })
  return irfft(re, im, fftLength)
    .slice(0, samples + 2 * reach)
    .map(value => scale * value)
}

/** By what strain of a spectrum (the sum over samples) must be multiplied to have the glitch's SNR. */
function scaleOf(
  { family, snr }: Glitch,
  { weights, colouring }: GlitchModel,
  spectrum: ComplexArrays<Float64Array>,
): number {
  const scale = (snr * colouring.sampleRate) / optimalSnrs(spectrum, weights)[0]!
  if (!Number.isFinite(scale))
    throw new QuadrupoleError(
      'argument',
      `data.glitchStrain: a ${family} has no power from ${colouring.lowFrequency} to ${colouring.sampleRate / 2} Hz`,
    )
  return scale
}

/** Whether a glitch passes a filter: it is coloured, or reaches above what the sample rate holds. */
const isFiltered = (glitch: Glitch, sampleRate: number): boolean =>
  shapeOf(glitch.family).of === 'whitened' || oversampling(glitch, sampleRate) > 1

/** By what power of two the formula must be sampled faster, so that nothing of it folds back into the band. */
function oversampling({ family, parameters }: Glitch, sampleRate: number): number {
  const highest = shapeOf(family).highestFrequency({ ...parameters })
  let factor = 1
  while ((factor * sampleRate) / 2 < highest && factor < 64) factor *= 2
  return factor
}

/** The end of the band, by the frequency in units of the Nyquist frequency: 1 up to 0.8, then falling to 0. */
function antiAlias(frequency: number): number {
  return frequency <= 0.8 ? 1 : 0.5 + 0.5 * Math.cos((Math.PI * (frequency - 0.8)) / 0.2)
}

/** The samples at which a glitch's formula is not zero. */
function shapeSupport({ family, parameters, time }: Glitch, sampleRate: number): GlitchSupport {
  const shape = shapeOf(family)
  const { before, after } = shape.span({ ...parameters })
  const origin = sampleNumberFrom(time, sampleRate)
  if (shape.of === 'samples') return { firstSample: origin - before, samples: before + after + 1 }
  const offset = secondsAfter(time, origin, sampleRate)
  const first = Math.ceil((-before - offset) * sampleRate)
  const last = Math.floor((after - offset) * sampleRate)
  return { firstSample: origin + first, samples: Math.max(1, last - first + 1) }
}

/** A formula from `lead` samples before its support on, `factor` times as fast, zero outside of the support. */
function sampledFormula(
  glitch: Glitch,
  sampleRate: number,
  layout: { readonly lead: number; readonly samples: number; readonly factor: number; readonly length: number },
): Float64Array {
  const { lead, samples, factor, length } = layout
  const shape = shapeOf(glitch.family)
  const at = shape.formula({ ...glitch.parameters })
  const { firstSample } = shapeSupport(glitch, sampleRate)
  const window = new Float64Array(length)
  const start = shape.of === 'samples' ? 0 : secondsAfter(glitch.time, firstSample, sampleRate)
  const period = shape.of === 'samples' ? 1 : 1 / (factor * sampleRate)
  for (let i = 0; i < samples * factor; i++) window[lead * factor + i] = at(start + i * period)
  return window
}

/** Seconds from a time to a sample, to a rounding of their difference. */
const secondsAfter = ({ nanoseconds }: GpsTime, sample: number, sampleRate: number): number =>
  Number(BigInt(sample) * 1_000_000_000n - nanoseconds * BigInt(sampleRate)) / (sampleRate * 1e9)
