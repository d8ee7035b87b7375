import type { WorkerPool } from '../../core/index.ts'
import { sampleNumberFrom } from '../../data/index.ts'
import type { Span } from '../../gw/index.ts'
import { samplingDown } from '../strain/grid-resampler.ts'
import { type StrainStretch, strainStretch } from '../strain/stretch.ts'
import { addSignal, createMergerSignals, isAmong, type Merger } from './merger-signals.ts'

/** A stretch of strain with signals added, and as it was. */
export interface InjectedStretch {
  readonly injected: StrainStretch
  /** The same strain without them, which is not read anew where the other was read last. */
  readonly plain: StrainStretch
}

/**
 * Adds the signals of mergers to a stretch of strain as it is read: sample by sample the sum of strain and signals, whatever
 * part is asked for. Signals are IMRPhenomD from 20 Hz on; of longer ones than 32 s the beginning is missing. They end with the
 * pass band of `openSearchStrain`, as if they had been in the files.
 *
 * @example
 * const { injected, plain } = injectedStretch(stretch, mergers, { pool })
 * for await (const candidate of search.candidates(injected, { noise: plain })) use(candidate)
 */
export function injectedStretch(
  stretch: StrainStretch,
  mergers: readonly Merger[],
  { pool }: { readonly pool?: WorkerPool | undefined } = {},
): InjectedStretch {
  const { detectors, sampleRate, span } = stretch
  const signals = createMergerSignals({ detectors, sampleRate, pool, lowPass: samplingDown })
  let last: { readonly key: string; readonly rows: Promise<Float64Array> } | undefined
  const remembered = (part: Span): Promise<Float64Array> => {
    const key = `${part.start} ${part.end}`
    if (last?.key !== key) last = { key, rows: stretch.read(part) }
    return last.rows
  }
  const read = async (part: Span): Promise<Float64Array> => (await remembered(part)).slice()
  const readInjected = async (part: Span): Promise<Float64Array> => {
    const rows = await read(part)
    const firstSample = sampleNumberFrom(part.start, sampleRate)
    const samples = { first: firstSample, count: rows.length / detectors.length, sampleRate }
    for (const signal of await signals(mergers.filter(merger => isAmong(merger, samples))))
      addSignal(rows, signal, { firstSample, detectors: detectors.length })
    return rows
  }
  return {
    injected: strainStretch({ detectors, sampleRate, read: readInjected }, span),
    plain: strainStretch({ detectors, sampleRate, read }, span),
  }
}
