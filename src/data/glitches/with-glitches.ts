import type { Key } from '../../core/index.ts'
import { dataError } from '../data-error.ts'
import { sampleNumberFrom, sampleTimeOf } from '../sample-grid.ts'
import type { StrainSource } from '../strain-source.ts'
import type { GlitchModel } from './glitch-model.ts'
import { type GlitchReader, glitchReader } from './glitch-reader.ts'

export interface WithGlitchesOptions {
  readonly key: Key
  /** Of the detectors that get glitches; all of the source's sample rate. */
  readonly models: Readonly<Record<string, GlitchModel>>
}

/**
 * Strain with simulated glitches added where it is read: of simulated noise, or of an archive of files.
 *
 * @throws `data`: `detectors` for a model of a detector that the source does not have, `times` for a model of another
 * sample rate, and on reading for data whose samples do not lie at multiples of the sample period since GPS 0.
 *
 * @example
 * withGlitches(simulatedStrain({ key, models: { H1: noise, L1: noise }, segments }), { key, models: { H1: glitches } })
 */
export function withGlitches(source: StrainSource, { key, models }: WithGlitchesOptions): StrainSource {
  const { sampleRate } = source
  const readers = new Map<string, GlitchReader>()
  for (const [detector, model] of Object.entries(models)) {
    if (!source.detectors.includes(detector))
      throw dataError(
        'detectors',
        `data.withGlitches: there is a model of ${detector}, but strain of ${source.detectors.join(', ')} alone`,
      )
    if (model.colouring.sampleRate !== sampleRate)
      throw dataError(
        'times',
        `data.withGlitches: the model of ${detector} is for ${model.colouring.sampleRate} Hz, the strain has ${sampleRate} Hz`,
      )
    readers.set(detector, glitchReader(model, { key, detector }))
  }
  return {
    detectors: source.detectors,
    sampleRate,
    coverage: detector => source.coverage(detector),
    read(detector, span) {
      const strain = source.read(detector, span)
      const reader = readers.get(detector)
      if (reader === undefined) return strain
      const firstSample = sampleNumberFrom(strain.t0, sampleRate)
      const away = Math.abs(sampleTimeOf(firstSample, sampleRate).minus(strain.t0))
      if (away > 2e-9)
        throw dataError(
          'times',
          `data.withGlitches: ${detector} has a sample at GPS ${strain.t0}, which is no multiple of 1 / ${sampleRate} s; ` +
            'resample the data to such times',
        )
      const values = strain.values.slice()
      reader.add(values, firstSample)
      return strain.with({ values })
    },
  }
}
