import { card, escapeHtml, table } from '../../plot/index.ts'
import type { SearchOutcome } from '../outcome/search-outcome.ts'
import { countText, gpsText, intervalText, numberText, rateKindSentences, rateKinds, utcText } from './rate-text.ts'
import { chanceOf, detectorsOf, standingOf } from './search-verdict.ts'

/** Events that the page lists; the rest are in its data. */
const listedEvents = 100

const standings = { found: 'found', candidate: 'undecided', noise: 'as noise' } as const

/** A decimal number, or a dash where a detector has none. */
const decimals = (value: number | undefined, digits: number): string =>
  value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits)

/** The table of events, loudest first. */
export function eventsSection(outcome: SearchOutcome): string {
  const { events } = outcome
  if (events.length === 0) return card('Events', '<p>No moment was loud enough to be recorded as an event.</p>')
  const detectors = detectorsOf(outcome)
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
    'SNR',
    ...detectors.map(detector => `SNR ${detector}`),
    ...detectors.map(detector => `consistency ${detector}`),
    'masses (M☉)',
    'spins',
  ]
  const listed = events.slice(0, listedEvents)
  const rows = listed.map((event, i) => [
    String(i + 1),
    gpsText(event.gpsTime),
    utcText(event.utc),
    decimals(event.statistic, 2),
    numberText(event.far),
    intervalText(event.farInterval),
    rateKinds[event.farKind],
    numberText(chanceOf(event, outcome), 2),
    standings[standingOf(event, outcome)],
    decimals(event.snr, 2),
    ...detectors.map(detector => decimals(event.snrs[detector], 2)),
    ...detectors.map(detector => decimals(event.consistency[detector], 2)),
    `${decimals(event.template.mass1Solar, 1)} + ${decimals(event.template.mass2Solar, 1)}`,
    `${decimals(event.template.spin1z, 2)}, ${decimals(event.template.spin2z, 2)}`,
  ])
  const kinds = [...new Set(listed.map(({ farKind }) => farKind))]
  const notes = [
    ...kinds.map(kind => rateKindSentences[kind]),
    'Chance in this search: the probability that noise alone makes at least one as loud in the time searched.',
    'Consistency: power that the best template leaves over, for each degree of freedom: about 1 for noise and for signals, more for disturbances.',
    'Masses and spins are those of the best template, in the detector frame: no measurement of the source.',
    ...(events.length > listed.length
      ? [`The ${listed.length} loudest of ${countText(events.length, 'event')}; all are in the data beside this page.`]
      : []),
  ]
  return card(
    'Events',
    `${table(heads, rows)}<ul class="notes">${notes.map(note => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`,
  )
}
