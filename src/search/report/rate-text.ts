import { formatDuration } from '../../core/index.ts'
import { powerOfTen } from '../../plot/index.ts'
import type { FalseAlarmRate } from '../background/false-alarm-rate.ts'
import { julianYearSeconds } from '../rate-units.ts'
import type { Interval } from '../statistics/intervals.ts'

/** A number to a few significant digits: `1,230`, `4.56`, `0.0078`, `9.1 × 10⁻¹⁰`. */
export function numberText(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return value > 0 ? 'infinite' : value < 0 ? 'minus infinity' : 'not a number'
  if (value === 0) return '0'
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e') as [string, string]
  const power = Number(exponent)
  if (power < -4 || power > 6) return `${Number(mantissa)} × ${powerOfTen(10 ** power)}`
  return Number(value.toPrecision(digits)).toLocaleString('en-US', { maximumFractionDigits: 20 })
}

const yearsText = (years: number): string => (numberText(years) === '1' ? 'a year' : `${numberText(years)} years`)

/** A length of time in plain words: `32 s`, `2 h 5 min`, `a year`, `3.4 years`. */
export const durationText = (seconds: number): string =>
  seconds >= 0.9995 * julianYearSeconds ? yearsText(seconds / julianYearSeconds) : formatDuration(seconds)

/** How often something of a yearly rate happens: `once in 1,230 years`, `once a year`, `4.5 times a day`. */
export function frequencyText(perYear: number): string {
  if (perYear === 0) return 'never'
  if (numberText(perYear) === '1') return 'once a year'
  if (perYear < 1) return `once in ${numberText(1 / perYear)} years`
  const perDay = perYear / 365.25
  if (numberText(perDay) === '1') return 'once a day'
  return perDay < 1 ? `${numberText(perYear)} times a year` : `${numberText(perDay)} times a day`
}

/** How a false-alarm rate was reached, for a table. */
export const rateKinds: Readonly<Record<FalseAlarmRate['kind'], string>> = {
  counted: 'counted',
  extrapolated: 'extrapolated',
  limit: 'upper limit',
  floor: 'at least',
}

/** What each of these means, in a sentence. */
export const rateKindSentences: Readonly<Record<FalseAlarmRate['kind'], string>> = {
  counted: 'Counted: from the number of background events at least as loud.',
  extrapolated:
    'Extrapolated: no background event is as loud; an exponential that fits the loudest of them says how rare.',
  limit:
    'Upper limit: no background event is as loud and no exponential fits the loudest, so it may be rarer by any factor.',
  floor: 'At least: quieter than any background event that was kept, so it may be more frequent.',
}

export const intervalText = ([lower, upper]: Interval): string => `${numberText(lower)} to ${numberText(upper)}`

/** A GPS time as events are given: to the millisecond. */
export const gpsText = (seconds: number): string => seconds.toFixed(3)

/** A time of ISO 8601 as people read it: `2015-09-14 09:50:45.420 UTC`. */
export const utcText = (iso: string): string => iso.replace('T', ' ').replace(/Z$/, ' UTC')

/** Names in a row: `H1`, `H1 and L1`, `H1, L1 and V1`. */
export const listText = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** A count with its noun: `1 event`, `1,234 events`. */
export const countText = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`

/** A rate of false alarms as the challenge counts them: `1 false alarm a month`. */
export const monthlyText = (falseAlarmsPerMonth: number): string =>
  `${numberText(falseAlarmsPerMonth)} false alarm${falseAlarmsPerMonth === 1 ? '' : 's'} a month`

/** A rate of false alarms per Julian year: `1 false alarm a year`. */
export const yearlyText = (perYear: number): string =>
  `${numberText(perYear)} false alarm${numberText(perYear) === '1' ? '' : 's'} a year`
