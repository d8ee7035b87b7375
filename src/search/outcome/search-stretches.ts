import { QuadrupoleError, type WorkerPool } from '../../core/index.ts'
import { type Span, toUtc } from '../../gw/index.ts'
import type { Background } from '../background/background.ts'
import { falseAlarmRate } from '../background/false-alarm-rate.ts'
import { type CandidateTable, candidateTable, meanTime, timeOf } from '../candidates/candidate-file.ts'
import { type CandidateSearch, createCandidateSearch, type TimedCandidate } from '../candidates/candidate-search.ts'
import { mergerLag } from '../challenge/merger-lag.ts'
import type { SearchModel } from '../model/search-model.ts'
import type { Ranking } from '../ranking/ranking.ts'
import type { SearchableStretch } from '../strain/searchable-stretches.ts'
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

/**
 * Searches stretches of strain, and gives each candidate its false-alarm rate by a background.
 *
 * The livetime of a stretch is its length less what whitening can't see whole at its ends, and less what is
 * taken out of either detector's strain as a glitch.
 */
export async function searchStretches(
  stretches: readonly SearchableStretch[],
  options: SearchStretchesOptions,
): Promise<StretchesSearched> {
  const { search, ranking, background, maximumRate, onProgress, signal } = options
  const events: SearchEvent[] = []
  const searched: SearchedStretch[] = []
  for (const { stretch, remarks } of stretches) {
    const { span, detectors } = stretch
    const duration = span.end.minus(span.start)
    const found: TimedCandidate[] = []
    let reached = 0
    const gated: string[] = []
    let gatedSeconds = 0
    const onGates = (gates: readonly (readonly Span[])[]): void => {
      for (const [i, spans] of gates.entries())
        for (const { start, end } of spans) {
          gated.push(`${detectors[i]}: a glitch louder than any signal was taken out, GPS ${start} to ${end}`)
          gatedSeconds += end.minus(start)
        }
    }
    for await (const candidate of search.candidates(stretch, { onGates })) {
      if (signal?.aborted)
        throw new QuadrupoleError('cancelled', 'search.searchStretches: it was cancelled', { cause: signal.reason })
      found.push(candidate)
      const now = Math.max(reached, candidate.times[0].minus(span.start))
      onProgress?.(now - reached)
      reached = now
    }
    onProgress?.(duration - reached)
    const table = candidateTable(found)
    const statistics = await ranking.rank(table)
    for (let row = 0; row < table.count; row++) {
      const event = eventOf(table, row, { statistic: statistics[row]!, search, detectors, background })
      if (event.far <= maximumRate) events.push(event)
    }
    searched.push({
      start: span.start.seconds,
      end: span.end.seconds,
      detectors,
      livetime: Math.max(0, duration - 2 * search.edgeSeconds(stretch.sampleRate) - gatedSeconds),
      remarks: [...remarks, ...gated],
    })
  }
  events.sort((a, b) => b.statistic - a.statistic || a.gpsTime - b.gpsTime)
  return { events, stretches: searched, livetime: searched.reduce((sum, { livetime }) => sum + livetime, 0) }
}

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
  const template = search.bank.templates[table.templates[row * best]!]!
  const time = meanTime(table, row).plus(-mergerLag(template))
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
