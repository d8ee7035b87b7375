import { QuadrupoleError, type WorkerPool } from '../../core/index.ts'
import { SegmentSet } from '../../data/index.ts'
import { type GpsTime, type Span, toUtc } from '../../gw/index.ts'
import type { Background } from '../background/background.ts'
import { falseAlarmRate } from '../background/false-alarm-rate.ts'
import { type CandidateTable, candidateTable, meanTime, timeOf } from '../candidates/candidate-file.ts'
import { type CandidateSearch, createCandidateSearch, type TimedCandidate } from '../candidates/candidate-search.ts'
import { mergerLag } from '../challenge/merger-lag.ts'
import type { TemplateBank } from '../matched-filter/template-bank.ts'
import type { Intrinsic } from '../matched-filter/whitened-templates.ts'
import type { SearchModel } from '../model/search-model.ts'
import type { Ranking } from '../ranking/ranking.ts'
import type { SearchableStretch } from '../strain/searchable-stretches.ts'
import type { StrainStretch } from '../strain/stretch.ts'
import type { SearchEvent, SearchedStretch } from './search-outcome.ts'

export interface SearchStretchesOptions {
  readonly search: CandidateSearch
  readonly ranking: Ranking
  readonly background: Background
  /** Events of a higher false-alarm rate per year are not told. */
  readonly maximumRate: number
  /** Called with the seconds of strain that are done. */
  readonly onProgress?: (seconds: number) => void
  readonly signal?: AbortSignal | undefined
}

/** What was found in stretches of strain. */
export interface StretchesSearched {
  /** Loudest first. */
  readonly events: readonly SearchEvent[]
  readonly stretches: readonly SearchedStretch[]
  /** Seconds. */
  readonly livetime: number
}

/** The search of a model, to be run in a pool. */
export const searchOfModel = ({ bank, settings }: SearchModel, pool: WorkerPool): CandidateSearch =>
  createCandidateSearch({ bank, pool, settings })

/** What the search of a stretch came to, before anything is ranked. */
export interface StretchCandidates {
  readonly table: CandidateTable
  /** What was taken out of each detector's strain as a glitch, in order of time. */
  readonly gates: readonly (readonly Span[])[]
}

export interface FindCandidatesOptions {
  readonly search: CandidateSearch
  /** Strain that PSDs are of, where it is not that of the stretch. */
  readonly noise?: StrainStretch
  /** Called with the seconds of strain that are done. */
  readonly onProgress?: ((seconds: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Finds the candidates of a stretch; throws `cancelled`. */
export async function findCandidates(
  stretch: StrainStretch,
  { search, noise, onProgress, signal }: FindCandidatesOptions,
): Promise<StretchCandidates> {
  const { span, detectors } = stretch
  const found: TimedCandidate[] = []
  const gates: Span[][] = detectors.map(() => [])
  let reached = 0
  const onGates = (ofBlock: readonly (readonly Span[])[]): void => {
    for (const [i, spans] of ofBlock.entries()) gates[i]!.push(...spans)
  }
  for await (const candidate of search.candidates(stretch, { onGates, ...(noise && { noise }) })) {
    if (signal?.aborted)
      throw new QuadrupoleError('cancelled', 'search.findCandidates: it was cancelled', { cause: signal.reason })
    found.push(candidate)
    const now = Math.max(reached, candidate.times[0].minus(span.start))
    onProgress?.(now - reached)
    reached = now
  }
  onProgress?.(span.end.minus(span.start) - reached)
  return { table: candidateTable(found), gates }
}

/** The times of a stretch at which a merger would be found: neither at its ends nor taken out in a detector. */
export const searchedTimes = (
  { span, sampleRate }: Pick<StrainStretch, 'span' | 'sampleRate'>,
  gates: StretchCandidates['gates'],
  search: Pick<CandidateSearch, 'edgeSeconds'>,
): SegmentSet => SegmentSet.of([span]).contract(search.edgeSeconds(sampleRate)).subtract(SegmentSet.of(gates.flat()))

/** By what candidates become events. */
export type RateStretchOptions = Pick<SearchStretchesOptions, 'search' | 'ranking' | 'background' | 'maximumRate'>

/**
 * Ranks the candidates of a stretch, and gives each its false-alarm rate by a background.
 *
 * The livetime of a stretch is its length less what whitening can't see whole at its ends, and less what is
 * taken out of either detector's strain as a glitch.
 */
export async function rateStretch(
  { stretch: { span, detectors, sampleRate }, remarks }: SearchableStretch,
  { table, gates }: StretchCandidates,
  { search, ranking, background, maximumRate }: RateStretchOptions,
): Promise<{ readonly events: readonly SearchEvent[]; readonly searched: SearchedStretch }> {
  const statistics = await ranking.rank(table)
  const events = Array.from({ length: table.count }, (_, row) =>
    eventOf(table, row, { statistic: statistics[row]!, search, detectors, background }),
  ).filter(({ far }) => far <= maximumRate)
  const gated = gates.flatMap((spans, i) =>
    spans.map(
      ({ start, end }) => `${detectors[i]}: a glitch louder than any signal was taken out, GPS ${start} to ${end}`,
    ),
  )
  return {
    events,
    searched: {
      start: span.start.seconds,
      end: span.end.seconds,
      detectors,
      livetime: searchedTimes({ span, sampleRate }, gates, search).livetime,
      remarks: [...remarks, ...gated],
    },
  }
}

/** What was found in all stretches together, the loudest event first. */
export function joinStretches(
  all: readonly { readonly events: readonly SearchEvent[]; readonly searched: SearchedStretch }[],
): StretchesSearched {
  return {
    events: all.flatMap(({ events }) => events).sort((a, b) => b.statistic - a.statistic || a.gpsTime - b.gpsTime),
    stretches: all.map(({ searched }) => searched),
    livetime: all.reduce((sum, { searched: { livetime } }) => sum + livetime, 0),
  }
}

/** Searches stretches of strain (`findCandidates`, `rateStretch`). */
export async function searchStretches(
  stretches: readonly SearchableStretch[],
  options: SearchStretchesOptions,
): Promise<StretchesSearched> {
  const all: Awaited<ReturnType<typeof rateStretch>>[] = []
  for (const searchable of stretches) {
    const { search, onProgress, signal } = options
    const candidates = await findCandidates(searchable.stretch, { search, onProgress, signal })
    all.push(await rateStretch(searchable, candidates, options))
  }
  return joinStretches(all)
}

const bestTemplate = (table: CandidateTable, row: number, { templates }: Pick<TemplateBank, 'templates'>): Intrinsic =>
  templates[table.templates[(row * table.templates.length) / table.count]!]!

/** Of a candidate, the time of the merger, the mean of those in the detectors. */
export const mergerTime = (table: CandidateTable, row: number, bank: Pick<TemplateBank, 'templates'>): GpsTime =>
  meanTime(table, row).plus(-mergerLag(bestTemplate(table, row, bank)))

interface EventContext {
  readonly statistic: number
  readonly search: CandidateSearch
  readonly detectors: readonly string[]
  readonly background: Background
}

function eventOf(
  table: CandidateTable,
  row: number,
  { statistic, search, detectors, background }: EventContext,
): SearchEvent {
  const best = table.templates.length / table.count
  const template = bestTemplate(table, row, search.bank)
  const time = mergerTime(table, row, search.bank)
  const { perYear, perYearInterval, kind } = falseAlarmRate(background, statistic)
  const perDetector = <T>(valueOf: (i: 0 | 1) => T) =>
    Object.fromEntries(detectors.map((detector, i) => [detector, valueOf(i as 0 | 1)]))
  return {
    gpsTime: time.seconds,
    utc: toUtc(time),
    statistic,
    far: perYear,
    farInterval: perYearInterval,
    farKind: kind,
    detectors,
    times: perDetector(i => timeOf(table, row, i).plus(-mergerLag(template)).seconds),
    snrs: perDetector(i => table.snrs[2 * row + i]!),
    snr: table.snr[row]!,
    consistency: perDetector(i => table.consistency[row * best * 2 + i]!),
    template: {
      mass1Solar: template.mass1Solar,
      mass2Solar: template.mass2Solar,
      spin1z: template.spin1z,
      spin2z: template.spin2z,
    },
  }
}
