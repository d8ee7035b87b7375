import { builtUrl, foldIn, type Key, normal, QuadrupoleError, workerTask } from '../../core/index.ts'
import { type Span, TimeSeries } from '../../gw/index.ts'
import { type FloatArray, irfft, rfft } from '../../tensor/fft/index.ts'
import { sampleNumberFrom, sampleTimeOf } from '../sample-grid.ts'
import type { NoiseModel } from './noise-model.ts'

/** Which noise: that of a detector under a key. */
export interface NoiseIdentity {
  readonly key: Key
  /** Such as `H1`; different detectors have independent noise. */
  readonly detector: string
}

export interface FillNoiseRequest extends NoiseIdentity {
  readonly model: NoiseModel
  /** Number of the first sample, counted from GPS 0. */
  readonly firstSample: number
  /** Where the noise goes; its length says how much. In shared memory for a worker to write. */
  readonly out: FloatArray
}

/** Noise of one detector, read anywhere. */
export interface NoiseReader {
  /**
   * The samples within a span, float64; they lie at multiples of the sample period from GPS 0 on.
   *
   * @throws `argument` for a span without samples.
   */
  read(span: Span): TimeSeries
  /** Fills an array with the noise from a sample on, counted from GPS 0. */
  fill(out: FloatArray, firstSample: number): void
}

/**
 * Coloured Gaussian noise of a detector for all GPS times: sample n is a function of the model, the key, the detector and
 * n alone, so that any stretch comes out with the same bits, alone, in pieces or by other workers, and neighbours join
 * without a seam. White noise is drawn by the number of its sample and filtered by overlap-save in blocks whose places
 * never depend on what is asked for (Oppenheim and Schafer, section 8.7.3).
 *
 * Reading on from the end of the last read is fastest: the last blocks are kept.
 *
 * @example
 * const model = noiseModel({ psd: aligoDesignPsd, sampleRate: 2048 })
 * noiseReader(model, { key: randomKey(1), detector: 'H1' }).read(span)
 */
export function noiseReader(model: NoiseModel, { key, detector }: NoiseIdentity): NoiseReader {
  const noiseKey = foldIn(key, detector)
  const { blockLength, sampleRate } = model
  let kept: { readonly index: number; readonly samples: Float64Array } | undefined
  const block = (index: number): Float64Array => {
    if (kept?.index !== index) kept = { index, samples: noiseBlock(model, noiseKey, index) }
    return kept.samples
  }
  const fill = (out: FloatArray, firstSample: number): void => {
    for (let done = 0; done < out.length; ) {
      const index = Math.floor((firstSample + done) / blockLength)
      const from = firstSample + done - index * blockLength
      const count = Math.min(blockLength - from, out.length - done)
      out.set(block(index).subarray(from, from + count), done)
      done += count
    }
  }
  return {
    fill,
    read({ start, end }) {
      const firstSample = sampleNumberFrom(start, sampleRate)
      const samples = sampleNumberFrom(end, sampleRate) - firstSample
      if (!(samples > 0))
        throw new QuadrupoleError('argument', `data.noiseReader: no sample lies in GPS ${start} to ${end}`)
      const values = new Float64Array(samples)
      fill(values, firstSample)
      return new TimeSeries(values, {
        t0: sampleTimeOf(firstSample, sampleRate),
        sampleRate,
        channel: `${detector}:STRAIN`,
      })
    },
  }
}

function noiseBlock({ blockLength, fftLength, reach, response }: NoiseModel, key: Key, index: number): Float64Array {
  const white = normal(key, fftLength, { offset: index * blockLength })
  const spectrum = rfft(white, fftLength)
  for (let k = 0; k < response.length; k++) {
    spectrum.re[k]! *= response[k]!
    spectrum.im[k]! *= response[k]!
  }
  return irfft(spectrum.re, spectrum.im, fftLength, { out: white }).subarray(reach, reach + blockLength)
}

/** Fills an array with noise: `noiseReader` for once, and for workers. */
export function fillNoise({ model, out, firstSample, ...identity }: FillNoiseRequest): void {
  noiseReader(model, identity).fill(out, firstSample)
}

/** `fillNoise` for the threads of a pool. */
export const fillNoiseTask = workerTask<FillNoiseRequest, void>(
  builtUrl(import.meta.url, './coloured-noise.js'),
  'fillNoise',
)
