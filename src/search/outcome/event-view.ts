import { GpsTime, TimeSeries } from '../../gw/index.ts'
import { candidateTable, meanTime } from '../candidates/candidate-file.ts'
import type { CandidateSearch } from '../candidates/candidate-search.ts'
import { condition } from '../look/condition.ts'
import type { Ranking } from '../ranking/ranking.ts'
import { viewedEvents } from '../report/search-report.ts'
import type { SearchableStretch } from '../strain/searchable-stretches.ts'
import type { StrainStretch } from '../strain/stretch.ts'
import type { EventView, SearchEvent, SearchOutcome } from './search-outcome.ts'

/** Strain to either side of an event that its noise is estimated from, and that is shown: seconds. */
const around = 16
const shown = 1

interface ViewSearch {
  readonly search: CandidateSearch
  readonly ranking: Ranking
}

/** What the events that a report shows (`viewedEvents`) look like. */
export async function viewEvents(
  outcome: Pick<SearchOutcome, 'events'>,
  stretches: readonly SearchableStretch[],
  by: ViewSearch,
): Promise<readonly EventView[]> {
  const views: EventView[] = []
  for (const event of viewedEvents(outcome)) {
    const isInside = ({ stretch: { span } }: SearchableStretch): boolean =>
      span.start.seconds <= event.gpsTime && event.gpsTime < span.end.seconds
    const { stretch } = stretches.find(isInside)!
    views.push({ ...(await viewEvent(event, stretch)), output: await outputAround(event, stretch, by) })
  }
  return views
}

/** What a search says of each moment around an event: the statistic that a candidate there would have. */
async function outputAround(
  event: SearchEvent,
  stretch: StrainStretch,
  { search, ranking }: ViewSearch,
): Promise<EventView['output']> {
  const table = candidateTable(await search.measureAround(stretch, GpsTime.fromSeconds(event.gpsTime), shown))
  const values = await ranking.rank(table)
  const order = Array.from({ length: table.count }, (_, row) => ({
    time: meanTime(table, row).seconds - event.gpsTime,
    value: values[row]!,
  })).sort((a, b) => a.time - b.time)
  return {
    times: Float64Array.from(order, ({ time }) => time),
    values: Float64Array.from(order, ({ value }) => value),
  }
}

/** Whitened strain of each detector around an event; what its data allow where it lies near an end of them. */
async function viewEvent(
  event: SearchEvent,
  { detectors, sampleRate, span, read }: Omit<StrainStretch, 'chunks'>,
): Promise<Omit<EventView, 'output'>> {
  const center = GpsTime.fromSeconds(Math.floor(event.gpsTime))
  const from = Math.max(0, center.minus(span.start) - around)
  const to = Math.min(span.end.minus(span.start), center.minus(span.start) + around + 1)
  const t0 = span.start.plus(from)
  const rows = await read({ start: t0, end: span.start.plus(to) })
  const samples = rows.length / detectors.length
  const offset = event.gpsTime - t0.seconds
  const first = Math.max(0, Math.round((offset - shown) * sampleRate))
  const last = Math.min(samples, Math.round((offset + shown) * sampleRate))
  const whitened = detectors.map((detector, i) => {
    const strain = new TimeSeries(rows.slice(i * samples, (i + 1) * samples), {
      t0,
      sampleRate,
      channel: detector,
      unit: '',
    })
    return [detector, condition(strain).whitened.values.slice(first, last)] as const
  })
  return { start: first / sampleRate - offset, sampleRate, whitened: Object.fromEntries(whitened) }
}
