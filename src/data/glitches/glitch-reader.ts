import { builtUrl, QuadrupoleError, workerTask } from '../../core/index.ts'
import { type Span, TimeSeries } from '../../gw/index.ts'
import type { FloatArray } from '../../tensor/fft/index.ts'
import type { NoiseIdentity } from '../noise/coloured-noise.ts'
import { sampleNumberFrom, sampleTimeOf } from '../sample-grid.ts'
import { blockOf, glitchesIn, glitchesOfBlock } from './draw-glitches.ts'
import type { Glitch } from './glitch.ts'
import type { GlitchModel } from './glitch-model.ts'
import { longestGlitch } from './glitch-population.ts'
import { type GlitchSupport, glitchSupport, renderGlitch } from './render-glitch.ts'

export interface FillGlitchesRequest extends NoiseIdentity {
  readonly model: GlitchModel
  /** Number of the first sample, counted from GPS 0. */
  readonly firstSample: number
  /** Where the glitches go; its length says how much. In shared memory for a worker to write. */
  readonly out: FloatArray
}

/** Glitches of one detector, read anywhere. */
export interface GlitchReader {
  /**
   * Strain that is glitches and nothing else within a span, float64, at the times of the samples of noise.
   *
   * @throws `argument` for a span without samples.
   */
  read(span: Span): TimeSeries
  /** Fills an array with the strain of glitches from a sample on, counted from GPS 0. */
  fill(out: FloatArray, firstSample: number): void
  /** Adds the same to what is there. */
  add(out: FloatArray, firstSample: number): void
  /** The glitches whose times lie in a span, in order; one may begin before it and end after it. */
  glitches(span: Span): readonly Glitch[]
}

/** A glitch whose samples are made when they are first read. */
interface Entry extends GlitchSupport {
  readonly glitch: Glitch
  values?: Float64Array
}

/**
 * The glitches of a detector for all GPS times: sample n of their strain is a function of the model, the key, the detector
 * and n alone, so that any stretch comes out with the same bits, alone, in pieces or by other workers. The key may be that
 * of the noise: the draws are others.
 *
 * Reading on from the end of the last read is fastest: glitches near it are kept.
 *
 * @example
 * const model = glitchModel({ psd: aligoDesignPsd, sampleRate: 2048 })
 * const noise = noiseReader(noiseModel({ psd: aligoDesignPsd, sampleRate: 2048 }), { key, detector: 'H1' })
 * const out = new Float64Array(2048 * 64)
 * noise.fill(out, firstSample)
 * glitchReader(model, { key, detector: 'H1' }).add(out, firstSample)
 */
export function glitchReader(model: GlitchModel, identity: NoiseIdentity): GlitchReader {
  const { sampleRate, reach } = model.colouring
  const margin = longestGlitch + (reach + 1) / sampleRate
  let kept = new Map<number, readonly Entry[]>()

  /** All glitches that can reach into a stretch of samples, in order of time. */
  const entriesNear = (firstSample: number, samples: number): Entry[] => {
    const first = blockOf(sampleTimeOf(Math.max(0, firstSample), sampleRate).plus(-margin))
    const last = blockOf(sampleTimeOf(Math.max(0, firstSample + samples), sampleRate).plus(margin))
    const blocks = new Map<number, readonly Entry[]>()
    for (let block = first; block <= last; block++)
      blocks.set(
        block,
        kept.get(block) ??
          glitchesOfBlock(model.population, identity, block).map(glitch => ({
            glitch,
            ...glitchSupport(glitch, model),
          })),
      )
    kept = blocks
    return [...blocks.values()].flat()
  }

  /** The sum of all glitches in a stretch, or nothing where there are none: in one order, whatever the stretch. */
  const sumOf = (firstSample: number, samples: number): Float64Array | undefined => {
    let sum: Float64Array | undefined
    for (const entry of entriesNear(firstSample, samples)) {
      const from = Math.max(firstSample, entry.firstSample)
      const to = Math.min(firstSample + samples, entry.firstSample + entry.samples)
      if (from >= to) continue
      entry.values ??= renderGlitch(entry.glitch, model)
      sum ??= new Float64Array(samples)
      for (let n = from; n < to; n++) sum[n - firstSample]! += entry.values[n - entry.firstSample]!
    }
    return sum
  }

  const fill = (out: FloatArray, firstSample: number): void => {
    const sum = sumOf(firstSample, out.length)
    if (sum) out.set(sum)
    else out.fill(0)
  }
  return {
    fill,
    add(out, firstSample) {
      const sum = sumOf(firstSample, out.length)
      if (sum) for (let n = 0; n < out.length; n++) out[n]! += sum[n]!
    },
    glitches: span => glitchesIn(model.population, identity, span),
    read({ start, end }) {
      const firstSample = sampleNumberFrom(start, sampleRate)
      const samples = sampleNumberFrom(end, sampleRate) - firstSample
      if (!(samples > 0))
        throw new QuadrupoleError('argument', `data.glitchReader: no sample lies in GPS ${start} to ${end}`)
      const values = new Float64Array(samples)
      fill(values, firstSample)
      return new TimeSeries(values, {
        t0: sampleTimeOf(firstSample, sampleRate),
        sampleRate,
        channel: `${identity.detector}:STRAIN`,
      })
    },
  }
}

/** Fills an array with the strain of glitches: `glitchReader` for once, and for workers. */
export function fillGlitches({ model, out, firstSample, ...identity }: FillGlitchesRequest): void {
  glitchReader(model, identity).fill(out, firstSample)
}

/** Adds the strain of glitches to an array, such as one that `fillNoise` has filled. */
export function addGlitches({ model, out, firstSample, ...identity }: FillGlitchesRequest): void {
  glitchReader(model, identity).add(out, firstSample)
}

/** `fillGlitches` for the threads of a pool. */
export const fillGlitchesTask = workerTask<FillGlitchesRequest, void>(
  builtUrl(import.meta.url, './glitch-reader.js'),
  'fillGlitches',
)

/** `addGlitches` for the threads of a pool. */
export const addGlitchesTask = workerTask<FillGlitchesRequest, void>(
  builtUrl(import.meta.url, './glitch-reader.js'),
  'addGlitches',
)
