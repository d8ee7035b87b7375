import { canonicalJson, type Json } from '../../core/index.ts'
import { card, escapeHtml, fact, table } from '../../plot/index.ts'
import type { Background } from '../background/background.ts'
import type { ChallengeOutcome } from '../challenge/challenge-run.ts'
import type { Sensitivity } from '../outcome/sensitivity.ts'
import { backgroundFigure } from './background-figures.ts'
import { type ModelCard, modelSection } from './method-section.ts'
import { countText, durationText, listText, monthlyText, numberText } from './rate-text.ts'
import { publishedFor, sensitivityFigures } from './sensitivity-figures.ts'
import { backgroundWarnings } from './warnings.ts'
import { type ReportFiles, writeReport } from './write-report.ts'

/** What the report of a challenge's data set is made of. */
export interface ChallengeReportSource {
  readonly outcome: ChallengeOutcome
  /** Of the events on the data without injections. */
  readonly background: Background
  readonly sensitivity?: Sensitivity | undefined
  /** Name of what searched. */
  readonly model: string
  readonly modelCard?: ModelCard | undefined
}

/** The lowest rate of which there is a distance. */
const lowestDistance = ({ distances }: ChallengeOutcome) =>
  distances
    .filter(each => 'sensitiveDistance' in each)
    .reduce<Resolved | undefined>(
      (lowest, each) => (lowest && lowest.falseAlarmsPerMonth <= each.falseAlarmsPerMonth ? lowest : each),
      undefined,
    )

type Resolved = Extract<ChallengeOutcome['distances'][number], { readonly sensitiveDistance: number }>

const distanceText = ({
  sensitiveDistance,
  sensitiveDistanceError,
}: Pick<Resolved, 'sensitiveDistance' | 'sensitiveDistanceError'>): string =>
  `${sensitiveDistance.toFixed(1)} ± ${sensitiveDistanceError.toFixed(1)} Mpc`

/** One or a few sentences on how far the search sees. */
export function challengeVerdict(outcome: ChallengeOutcome, sensitivity?: Sensitivity): readonly string[] {
  const lowest = lowestDistance(outcome)
  if (lowest === undefined)
    return ['No distance can be given: the background holds too few events for any of the rates asked for.']
  const unresolved = outcome.distances.filter(each => !('sensitiveDistance' in each))
  const published = (sensitivity ? publishedFor(sensitivity) : []).flatMap(({ model, distances }) =>
    distances
      .filter(each => each.falseAlarmsPerMonth === lowest.falseAlarmsPerMonth)
      .map(each => `${model} ${each.distanceMpc} ± ${each.error} Mpc`),
  )
  return [
    `At ${monthlyText(lowest.falseAlarmsPerMonth)} the search sees to ${distanceText(lowest)}, by the official rules of MLGWSC-1, data set ${outcome.set}.`,
    ...(published.length > 0 ? [`At the same rate: ${listText(published)}.`] : []),
    ...(unresolved.length > 0
      ? [
          `The background is too short for ${listText(unresolved.map(each => numberText(each.falseAlarmsPerMonth)))} a month.`,
        ]
      : []),
  ]
}

function distancesSection({ distances }: ChallengeOutcome, sensitivity: Sensitivity | undefined): string {
  const published = sensitivity ? publishedFor(sensitivity) : []
  const rows = distances.map(each => {
    const quoted = published.map(({ distances: known }) => {
      const same = known.find(({ falseAlarmsPerMonth }) => falseAlarmsPerMonth === each.falseAlarmsPerMonth)
      return same ? `${same.distanceMpc} ± ${same.error}` : '–'
    })
    if ('extrapolated' in each && each.extrapolated)
      return [
        numberText(each.falseAlarmsPerMonth),
        distanceText(each.extrapolated),
        numberText(each.extrapolated.threshold, 6),
        `extrapolated by the exponential tail of the loudest ${each.extrapolated.tailEvents} background events`,
        ...quoted,
      ]
    return 'sensitiveDistance' in each
      ? [
          numberText(each.falseAlarmsPerMonth),
          distanceText(each),
          numberText(each.threshold, 6),
          `${each.backgroundEvents} background events are louder`,
          ...quoted,
        ]
      : [
          numberText(each.falseAlarmsPerMonth),
          'not resolved',
          '–',
          each.lowestPerMonth === undefined
            ? 'too few background events'
            : `the background resolves ${numberText(each.lowestPerMonth)} a month at the lowest`,
          ...quoted,
        ]
  })
  const heads = ['false alarms per month', 'sensitive distance', 'threshold', 'reached by']
  const note =
    'Rates are counts of background events over the length of the background, as officially, where nothing else is said. ' +
    'The errors are binomial and do not hold the scatter of the few loudest background events.'
  return card(
    'Sensitive distance',
    `${table([...heads, ...published.map(({ model }) => `${model}, Mpc`)], rows)}<p class="soft">${escapeHtml(note)}</p>`,
  )
}

function dataSection({ set, seed, psds, livetime, injections, events }: ChallengeOutcome): string {
  const rows = [
    [
      'with injections',
      durationText(livetime.foreground),
      String(livetime.foreground),
      String(injections),
      String(events.foreground),
    ],
    ['without', durationText(livetime.background), String(livetime.background), '–', String(events.background)],
  ]
  const text = `Data set ${set} of MLGWSC-1, made by seed ${seed}: Gaussian noise (PSD: ${listText([...new Set(psds)])}), the same with and without injections.`
  return card(
    'What was searched',
    `<p>${escapeHtml(text)}</p>${table(['data', 'length', 'seconds', 'injections', 'events'], rows)}`,
  )
}

function facts(outcome: ChallengeOutcome): string {
  const lowest = lowestDistance(outcome)
  const { livetime, injections, events } = outcome
  return `<dl class="facts">${[
    ...(lowest
      ? [fact('Sensitive distance', distanceText(lowest), `at ${monthlyText(lowest.falseAlarmsPerMonth)}`)]
      : []),
    fact(
      'With injections',
      durationText(livetime.foreground),
      `${countText(injections, 'injection')}, ${countText(events.foreground, 'event')}`,
    ),
    fact('Without', durationText(livetime.background), countText(events.background, 'event')),
  ].join('')}</dl>`
}

/**
 * Writes the report of a search of a challenge's data set into a folder, which is made if need be: `index.html`,
 * `challenge-report.json` (the outcome and the numbers behind every figure), each figure as SVG and `manifest.json`.
 *
 * @throws `io` where the folder can't be written to.
 *
 * @example
 * const { outcome, score } = challengeOutcome(source)
 * const sensitivity = challengeSensitivity({ plan, score, model })
 * await writeChallengeReport('report', { outcome, background, sensitivity, model })
 */
export async function writeChallengeReport(folder: string, source: ChallengeReportSource): Promise<ReportFiles> {
  const { outcome, background, sensitivity, model, modelCard } = source
  const search = canonicalJson(outcome.search, 'search.writeChallengeReport') as Readonly<Record<string, Json>>
  const figures = [...(sensitivity ? sensitivityFigures(sensitivity) : []), backgroundFigure(background)]
  const verdict = challengeVerdict(outcome, sensitivity)
  const warnings = backgroundWarnings(background)
  return writeReport(folder, {
    where: 'search.writeChallengeReport',
    title: `MLGWSC-1 data set ${outcome.set}, seed ${outcome.seed}: ${model}`,
    lead: `How far ${model} sees, in data made as those of the mock data challenge.`,
    facts: facts(outcome),
    verdict,
    warnings,
    sections: [
      distancesSection(outcome, sensitivity),
      ...figures.filter(figure => figure !== undefined),
      dataSection(outcome),
      modelSection({ name: model, modelCard, settings: search }),
    ],
    dataName: 'challenge-report.json',
    data: { outcome, model, verdict, warnings, ...(sensitivity && { sensitivity }) },
    manifest: { command: 'quad challenge run', configuration: search, seed: outcome.seed },
  })
}
