import { fact } from '../../plot/index.ts'
import type { Background } from '../background/background.ts'
import type { EventView, SearchOutcome } from '../outcome/search-outcome.ts'
import type { Sensitivity } from '../outcome/sensitivity.ts'
import type { SensitivityOutcome } from '../outcome/sensitivity-outcome.ts'
import { backgroundFigure, cumulativeEventsFigure } from './background-figures.ts'
import { eventFigures, type ViewedEvent } from './event-figures.ts'
import { eventsSection } from './events-section.ts'
import { livetimeSection } from './livetime-section.ts'
import { type ModelCard, methodSection } from './method-section.ts'
import {
  countText,
  durationText,
  frequencyText,
  gpsText,
  listText,
  numberText,
  rateKinds,
  utcText,
} from './rate-text.ts'
import { chanceOf, detectorsOf, recordedRate, searchVerdict, standingOf } from './search-verdict.ts'
import { sensitivityFigures } from './sensitivity-figures.ts'
import { measuredSensitivity, sensitivityFact, sensitivitySection, sensitivityVerdict } from './sensitivity-section.ts'
import { searchWarnings } from './warnings.ts'
import { type ReportFiles, writeReport } from './write-report.ts'

/** What a search's report is made of. */
export interface SearchReportSource {
  /** If `config.maximumRate` says up to which rate events are recorded, the page says so and compares no further. */
  readonly outcome: SearchOutcome
  /** By which the events have their false-alarm rates. */
  readonly background: Background
  /** Of the loudest events, in the order of `outcome.events`; those that are missing or undefined are not shown. */
  readonly views: readonly (EventView | undefined)[]
  readonly sensitivity?: Sensitivity | undefined
  /** What was measured with signals put into the strain: a section of its own, and figures. */
  readonly measured?: SensitivityOutcome | undefined
  /** What the model's card says: `model.json` in its folder. */
  readonly modelCard?: ModelCard | undefined
  /** Files that were searched, to be hashed into the manifest. */
  readonly inputs?: readonly string[] | undefined
}

/** Which events are shown one by one. */
export interface ViewedEventsOptions {
  /** At most so many, the loudest. */
  readonly limit?: number
  /** False alarms per year above which an event is not shown; one a day by default. */
  readonly maximumFar?: number
}

/**
 * The events that a report shows one by one, and so those whose views a search needs to make: the loudest up to a limit
 * whose false-alarm rate is low enough. They are the first of `outcome.events`.
 *
 * @example
 * const views = await Promise.all(viewedEvents(outcome).map(viewOf))
 */
export function viewedEvents(
  { events }: Pick<SearchOutcome, 'events'>,
  { limit = 10, maximumFar = 365.25 }: ViewedEventsOptions = {},
): SearchOutcome['events'] {
  const first = events.findIndex(({ far }) => !(far <= maximumFar))
  return events.slice(0, Math.min(limit, first < 0 ? events.length : first))
}

function facts(outcome: SearchOutcome, measured?: SensitivityOutcome): string {
  const { events, livetime, background } = outcome
  const [loudest] = events
  const found = events.filter(event => standingOf(event, outcome) === 'found').length
  return `<dl class="facts">${[
    ...(measured ? [sensitivityFact(measured)] : []),
    fact('Found', String(found), `of ${countText(events.length, 'event')} recorded`),
    ...(loudest
      ? [
          fact('Loudest event, GPS', gpsText(loudest.gpsTime), utcText(loudest.utc)),
          fact(
            'Its false alarms per year',
            numberText(loudest.far),
            `${rateKinds[loudest.farKind]}: ${frequencyText(loudest.far)}`,
          ),
        ]
      : []),
    fact(
      'Searched',
      durationText(livetime),
      `${listText(detectorsOf(outcome))}; background: ${durationText(background.livetime)}`,
    ),
  ].join('')}</dl>`
}

/** The outcome of the search stands beside it. */
const withoutSearch = ({ search: _, ...rest }: SensitivityOutcome) => rest

function spanOf(outcome: SearchOutcome): string {
  const { stretches } = outcome
  const names = listText(detectorsOf(outcome)) || 'strain'
  if (stretches.length === 0) return names
  const [start, end] = [Math.min(...stretches.map(each => each.start)), Math.max(...stretches.map(each => each.end))]
  return `${names}, GPS ${Math.floor(start)} to ${Math.ceil(end)}`
}

/**
 * Writes the report of a search into a folder, which is made if need be: `index.html` (one page that needs nothing beside
 * it), `search.json` (the outcome and the numbers behind every figure), each figure as SVG and `manifest.json`. A file is
 * there whole or not at all.
 *
 * @throws `io` where the folder can't be written to or a file that was searched can't be read.
 *
 * @example
 * await writeSearchReport('report', { outcome, background, views })
 */
export async function writeSearchReport(folder: string, source: SearchReportSource): Promise<ReportFiles> {
  const { outcome, background, views, measured, modelCard, inputs = [] } = source
  const sensitivity = measured ? measuredSensitivity(measured) : source.sensitivity
  const viewed = outcome.events.flatMap((event, i): ViewedEvent[] => {
    const view = views[i]
    return view ? [{ event, view, place: i + 1 }] : []
  })
  const figures = [
    ...viewed.flatMap(each => eventFigures(each, { model: outcome.model.name })),
    backgroundFigure(background, outcome.events),
    cumulativeEventsFigure(background, outcome.events, {
      livetimeSeconds: outcome.livetime,
      recordedRate: recordedRate(outcome),
    }),
  ].filter(figure => figure !== undefined)
  const ofSensitivity = sensitivity ? sensitivityFigures(sensitivity) : []
  const verdict = [...(measured ? sensitivityVerdict(measured) : []), ...searchVerdict(outcome)]
  const warnings = [...(measured?.warnings ?? []), ...searchWarnings(outcome, background)]
  return writeReport(folder, {
    where: 'search.writeSearchReport',
    title: `${measured ? 'Sensitivity and search' : 'Search'} of ${spanOf(outcome)}`,
    lead: `Mergers of black holes in ${durationText(outcome.livetime)} of strain, by the model ${outcome.model.name}.`,
    facts: facts(outcome, measured),
    verdict,
    warnings,
    sections: [
      ...(measured ? [sensitivitySection(measured), ...ofSensitivity] : []),
      eventsSection(outcome),
      ...figures,
      ...(measured ? [] : ofSensitivity),
      livetimeSection(outcome),
      methodSection(outcome, modelCard),
    ],
    dataName: 'search.json',
    data: {
      outcome,
      verdict,
      warnings,
      chances: outcome.events.map(event => chanceOf(event, outcome)),
      ...(sensitivity && { sensitivity }),
      ...(measured && { measured: withoutSearch(measured) }),
    },
    manifest: {
      command: measured ? 'quad sensitivity' : 'quad search',
      configuration: {
        ...outcome.config,
        model: outcome.model,
        background: outcome.background,
        ...(measured && { injections: measured.injections, populations: measured.populations.map(({ name }) => name) }),
      },
      ...(measured && { seed: measured.injections.seed }),
      inputs,
    },
  })
}
