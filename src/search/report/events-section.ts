import { card, escapeHtml, table } from '../../plot/index.ts'
import type { SearchEvent, SearchOutcome } from '../outcome/search-outcome.ts'
import {
  countText,
  frequencyText,
  gpsText,
  intervalText,
  numberText,
  rateKindSentences,
  rateKinds,
  utcText,
} from './rate-text.ts'
import { chanceOf, detectorsOf, noEventsText, recordedRate, standingOf } from './search-verdict.ts'

/** Events that the page lists; the rest are in its data. */
const listedEvents = 100

const standings = { found: 'found', candidate: 'undecided', noise: 'as noise' } as const

/** A decimal number, or a dash where a detector has none. */
const decimals = (value: number | undefined, digits: number): string =>
  value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits)

/** How sure each event is. */
function significanceTable(outcome: SearchOutcome, listed: readonly SearchEvent[]): string {
  const heads = [
    '#',
    'GPS',
    'UTC',
    'statistic',
    'false alarms per year',
    'interval (1 σ)',
    'rate is',
    'chance in this search',
    'verdict',
  ]
  const rows = listed.map((event, i) => [
    String(i + 1),
    gpsText(event.gpsTime),
    utcText(event.utc).replace(/ UTC$/, ''),
    decimals(event.statistic, 2),
    numberText(event.far),
    intervalText(event.farInterval),
    rateKinds[event.farKind],
    numberText(chanceOf(event, outcome), 2),
    standings[standingOf(event, outcome)],
  ])
  return table(heads, rows)
}

/** What each event is like in the detectors, and by which template. */
function signalTable(outcome: SearchOutcome, listed: readonly SearchEvent[]): string {
  const detectors = detectorsOf(outcome)
  const heads = [
    '#',
    'network SNR',
    ...detectors.map(detector => `SNR ${detector}`),
    ...detectors.map(detector => `consistency ${detector}`),
    'masses (M☉)',
    'aligned spins',
  ]
  const rows = listed.map(({ snr, snrs, consistency, template }, i) => [
    String(i + 1),
    decimals(snr, 2),
    ...detectors.map(detector => decimals(snrs[detector], 2)),
    ...detectors.map(detector => decimals(consistency[detector], 2)),
    `${decimals(template.mass1Solar, 1)} + ${decimals(template.mass2Solar, 1)}`,
    `${decimals(template.spin1z, 2)}, ${decimals(template.spin2z, 2)}`,
  ])
  return table(heads, rows)
}

/** The tables of events, loudest first. */
export function eventsSection(outcome: SearchOutcome): string {
  const { events } = outcome
  if (events.length === 0) return card('Events', `<p>None: ${escapeHtml(noEventsText(outcome))}.</p>`)
  const listed = events.slice(0, listedEvents)
  const kinds = [...new Set(listed.map(({ farKind }) => farKind))]
  const rate = recordedRate(outcome)
  const significanceNotes = [
    ...(rate < Infinity ? [`Only events are told that noise makes ${frequencyText(rate)} or less often.`] : []),
    ...kinds.map(kind => rateKindSentences[kind]),
    'Chance in this search: the probability that noise alone makes at least one as loud in the time searched.',
    ...(events.length > listed.length
      ? [`The ${listed.length} loudest of ${countText(events.length, 'event')}; all are in the data beside this page.`]
      : []),
  ]
  const signalNotes = [
    'Consistency: power that the best template leaves over, for each degree of freedom: about 1 for noise and for signals, more for disturbances.',
    'Masses and spins are those of the best template, in the detector frame: no measurement of the source.',
  ]
  return card(
    'Events',
    `${significanceTable(outcome, listed)}${notes(significanceNotes)}<h3>In the detectors</h3>` +
      `${signalTable(outcome, listed)}${notes(signalNotes)}`,
  )
}

const notes = (sentences: readonly string[]): string =>
  `<ul class="notes">${sentences.map(sentence => `<li>${escapeHtml(sentence)}</li>`).join('')}</ul>`
