import { cumulativeFigure, type MarkedRate, type RatePoint, rateFigure } from '../../plot/index.ts'
import { type Background, compactBackground } from '../background/background.ts'
import { cumulativeEvents } from '../background/cumulative-events.ts'
import { falseAlarmRate } from '../background/false-alarm-rate.ts'
import type { SearchEvent } from '../outcome/search-outcome.ts'
import { type NumberedFigure, numberedFigure, rounded } from './numbered-figure.ts'
import { durationText, frequencyText } from './rate-text.ts'

/** The loudest events, that are marked on the background. */
const markedEvents = 20

/** Points of the fitted tail. */
const tailPoints = 60

const pointAt = (background: Background, statistic: number): RatePoint & { readonly kind: string } => {
  const { perYear, perYearInterval, kind } = falseAlarmRate(background, statistic)
  return { statistic, rate: perYear, lower: perYearInterval[0], upper: perYearInterval[1], kind }
}

/** The fitted tail from the loudest background event to the loudest event, or a little on. */
function tailOf(background: Background, events: readonly SearchEvent[]): readonly RatePoint[] {
  const loudest = background.statistics.at(-1)
  if (loudest === undefined || !background.tail?.isExponential) return []
  const end = Math.max(loudest + 3 / background.tail.slope, ...events.map(({ statistic }) => statistic))
  return Array.from({ length: tailPoints }, (_, i) =>
    // The loudest itself is counted: the tail begins just beyond.
    pointAt(background, loudest + Math.max(1e-6, i / (tailPoints - 1)) * (end - loudest)),
  )
}

/**
 * How often noise makes an event at least as loud as a statistic, by the background and the tail that fits it, with events
 * marked where they are; nothing for a background without events.
 */
export function backgroundFigure(
  background: Background,
  events: readonly SearchEvent[] = [],
): NumberedFigure | undefined {
  if (background.statistics.length === 0) return undefined
  const shown = events.slice(0, markedEvents)
  const counted = Array.from(compactBackground(background).statistics, statistic => pointAt(background, statistic))
  const extrapolated = tailOf(background, shown)
  const marks: MarkedRate[] = shown.map(({ statistic, far, farInterval, farKind }, i) => ({
    statistic,
    rate: far,
    lower: farInterval[0],
    upper: farInterval[1],
    label: String(i + 1),
    isLimit: farKind === 'limit',
  }))
  const { tail } = background
  const caption = [
    `False alarms per year at least as loud as a statistic, from ${durationText(background.livetimeSeconds)} of background: ` +
      '(N + 1) / T, with the interval of one standard deviation that the Poisson count N allows.',
    extrapolated.length > 0
      ? `Beyond the loudest background event it is extrapolated (dashed) by an exponential fitted to the ${tail!.events} loudest.`
      : 'Nothing is extrapolated beyond the loudest background event.',
    marks.length > 0
      ? `Marked: ${marks.length < events.length ? `the ${marks.length} loudest events` : 'the events'} of the search, by their number in the table` +
        (marks.some(({ isLimit }) => isLimit) ? '; a triangle is an upper limit.' : '.')
      : '',
  ]
  const numbersOf = (points: readonly RatePoint[]) => ({
    statistic: rounded(points.map(({ statistic }) => statistic)),
    perYear: rounded(points.map(({ rate }) => rate)),
    lower: rounded(points.map(({ lower }) => lower)),
    upper: rounded(points.map(({ upper }) => upper)),
  })
  return numberedFigure({
    name: 'background',
    heading: 'How loud noise is',
    caption: caption.filter(Boolean).join(' '),
    svg: rateFigure({
      counted,
      extrapolated,
      marks,
      statisticLabel: 'statistic',
      rateLabel: 'false alarms per year',
      title: 'False-alarm rate over statistic',
    }),
    numbers: {
      livetimeSeconds: background.livetimeSeconds,
      counted: numbersOf(counted),
      extrapolated: numbersOf(extrapolated),
      tail: tail ? { ...tail } : null,
      events: shown.map(({ gpsTime, statistic, far, farInterval, farKind }) => ({
        gpsTime,
        statistic,
        far,
        farInterval: [...farInterval],
        farKind,
      })),
    },
  })
}

export interface CumulativeEventsFigureOptions {
  /** Time that was searched, seconds. */
  readonly livetimeSeconds: number
  /** False alarms per year above which the search records no events: there is nothing to compare beyond. */
  readonly recordedRate?: number
}

/**
 * Events up to each inverse false-alarm rate against what noise gives, with its bands; nothing where there is no background,
 * or nothing to compare.
 */
export function cumulativeEventsFigure(
  background: Background,
  events: readonly SearchEvent[],
  { livetimeSeconds, recordedRate = Infinity }: CumulativeEventsFigureOptions,
): NumberedFigure | undefined {
  if (background.statistics.length === 0 || !(livetimeSeconds > 0)) return undefined
  const all = cumulativeEvents(
    Float64Array.from(events, ({ statistic }) => statistic),
    background,
    { livetimeSeconds },
  )
  const points = all.perYear.filter(rate => rate <= recordedRate * (1 + 1e-9)).length
  if (points < 2) return undefined
  const recorded = (values: Float64Array): Float64Array => values.subarray(0, points)
  const [perYear, observed, expected] = [recorded(all.perYear), recorded(all.observed), recorded(all.expected)]
  const bands = all.bands.map(({ confidence, lower, upper }) => ({
    confidence,
    lower: recorded(lower),
    upper: recorded(upper),
  }))
  // The events' own rates, which are the outcome's.
  const eventYears = Float64Array.from(events, ({ far }) => 1 / far)
    .sort()
    .reverse()
  return numberedFigure({
    name: 'cumulative-events',
    heading: 'Events against what noise gives',
    caption:
      `How many events have at least an inverse false-alarm rate, in ${durationText(livetimeSeconds)} searched. Dashed: what ` +
      'noise alone gives on average; shaded: where noise stays with 68.3, 95.5 and 99.7 % (one, two and three standard ' +
      'deviations). Signals stand above the bands at the right; noise that is well understood keeps within them at the ' +
      `left.${recordedRate < Infinity ? ` Events that noise makes more often than ${frequencyText(recordedRate)} are not recorded.` : ''}`,
    svg: cumulativeFigure({
      x: perYear.map(rate => 1 / rate),
      expected,
      bands,
      events: eventYears,
      bandLabel: '1, 2, 3 σ',
      xLabel: 'inverse false-alarm rate (years of 365.25 days)',
      yLabel: 'events',
      title: 'Cumulative events over inverse false-alarm rate',
    }),
    numbers: {
      livetimeSeconds,
      perYear: rounded(perYear),
      observed: Array.from(observed),
      expected: rounded(expected),
      bands: bands.map(({ confidence, lower, upper }) => ({
        confidence,
        lower: Array.from(lower),
        upper: Array.from(upper),
      })),
      eventYears: rounded(eventYears),
    },
  })
}
