import { GpsTime, toUtc } from '../../gw/index.ts'
import { card, escapeHtml, table } from '../../plot/index.ts'
import type { SearchOutcome } from '../outcome/search-outcome.ts'
import { countText, durationText, utcText } from './rate-text.ts'

/** Stretches that the page lists; the rest are in its data. */
const listedStretches = 200

/** GPS seconds without trailing zeros. */
const secondsText = (seconds: number): string => String(Number(seconds.toFixed(3)))

/** Which stretches were searched, for how long, and what was left out and why. */
export function livetimeSection({ stretches, livetime, remarks }: SearchOutcome): string {
  const listed = stretches.slice(0, listedStretches)
  const rows = listed.map(({ start, end, detectors, livetime: searched, remarks: about }) => [
    secondsText(start),
    secondsText(end),
    utcText(toUtc(GpsTime.fromSeconds(start))),
    detectors.join(', '),
    `${secondsText(end - start)} s`,
    `${secondsText(searched)} s`,
    about.join(' '),
  ])
  const length = stretches.reduce((sum, { start, end }) => sum + (end - start), 0)
  const total =
    `${durationText(livetime)} (${secondsText(livetime)} s) were searched, of ${countText(stretches.length, 'stretch').replace('stretchs', 'stretches')} ` +
    `that last ${durationText(length)} together: a merger there would have been seen.`
  const more =
    stretches.length > listed.length ? `<p>The first ${listed.length}; all are in the data beside this page.</p>` : ''
  const leftOut =
    remarks.length > 0
      ? `<h3>Left out</h3><ul>${remarks.map(remark => `<li>${escapeHtml(remark)}</li>`).join('')}</ul>`
      : '<p>No data were left out.</p>'
  return card(
    'What was searched',
    `<p>${escapeHtml(total)}</p>` +
      (rows.length > 0
        ? table(['GPS start', 'GPS end', 'start, UTC', 'detectors', 'length', 'searched', 'remarks'], rows)
        : '') +
      more +
      leftOut,
  )
}
