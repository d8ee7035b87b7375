import type { Key } from '../../core/index.ts'
import type { GpsTime } from '../../gw/index.ts'
import { dataError } from '../data-error.ts'
import { sampleNumberFrom, sampleTimeOf } from '../sample-grid.ts'
import { SegmentSet } from '../segments/segment-set.ts'
import type { StrainSource } from '../strain-source.ts'
import { type NoiseReader, noiseReader } from './coloured-noise.ts'
import type { NoiseModel } from './noise-model.ts'

export interface SimulatedStrainOptions {
  readonly key: Key
  /** The noise of each detector; all of one sample rate. */
  readonly models: Readonly<Record<string, NoiseModel>>
  /** When there are data, of every detector; from and to the next sample. */
  readonly segments: SegmentSet
}

/**
 * Simulated noise that is read as an archive of files is: any span within the segments, made when it is asked for.
 *
 * @throws `data`: `detectors` without a model, `times` for models of different sample rates.
 *
 * @example
 * simulatedStrain({ key: randomKey(1), models: { H1: model, L1: model }, segments }).read('H1', span)
 */
export function simulatedStrain({ key, models, segments }: SimulatedStrainOptions): StrainSource {
  const detectors = Object.keys(models).sort()
  const rates = [...new Set(Object.values(models).map(model => model.sampleRate))]
  const [sampleRate, other] = rates
  if (sampleRate === undefined)
    throw dataError('detectors', 'data.simulatedStrain: expected a noise model of at least one detector, got none')
  if (other !== undefined)
    throw dataError('times', `data.simulatedStrain: expected models of one sample rate, got ${rates.join(' and ')} Hz`)
  const toSample = (time: GpsTime): GpsTime => sampleTimeOf(sampleNumberFrom(time, sampleRate), sampleRate)
  const covered = SegmentSet.of(
    segments.spans.map(({ start, end }) => ({ start: toSample(start), end: toSample(end) })),
  )
  // Ends of spans are rounded to the nanosecond too.
  const readable = covered.contract(-1e-9)
  const readers = new Map<string, NoiseReader>()
  const readerOf = (detector: string): NoiseReader => {
    const model = models[detector]
    if (model === undefined)
      throw dataError(
        'detectors',
        `data.simulatedStrain: there is no noise of ${detector}, only of ${detectors.join(', ')}`,
      )
    const reader = readers.get(detector) ?? noiseReader(model, { key, detector })
    readers.set(detector, reader)
    return reader
  }
  return {
    detectors,
    sampleRate,
    coverage(detector) {
      readerOf(detector)
      return covered
    },
    read(detector, { start, end }) {
      const reader = readerOf(detector)
      if (!readable.holds({ start, end }))
        throw dataError('times', `data.simulatedStrain: GPS ${start} to ${end} does not lie in one of the segments`)
      return reader.read({ start, end })
    },
  }
}
