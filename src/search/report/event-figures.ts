import { GpsTime, TimeSeries } from '../../gw/index.ts'
import { spectrogramFigure, strainFigure, traceFigure } from '../../plot/index.ts'
import { butterworth, filterZeroPhase, spectrogram } from '../../signal/index.ts'
import type { EventView, SearchEvent } from '../outcome/search-outcome.ts'
import { type NumberedFigure, numberedFigure, rounded } from './numbered-figure.ts'
import { gpsText } from './rate-text.ts'

/** An event that is shown. */
export interface ViewedEvent {
  readonly event: SearchEvent
  readonly view: EventView
  /** Its place by loudness, from 1. */
  readonly place: number
}

/** Where most of the power of a merger of stellar black holes is, Hz. */
const shownBand = [25, 400] as const

/** Seconds about the event that strain and spectrogram show, as far as there are data. */
const strainRange = [-0.2, 0.08] as const
const spectrogramRange = [-0.5, 0.2] as const
/** Over which the detectors are compared: the loudest part of a merger. */
const comparedRange = [-0.06, 0.02] as const

const bandPassOrder = 4

/** A round time just before an event, and seconds from it to the event. */
function originOf({ gpsTime }: SearchEvent): { readonly origin: GpsTime; readonly middle: number } {
  const time = GpsTime.fromSeconds(gpsTime)
  const origin = GpsTime.fromNanoseconds(time.nanoseconds - (time.nanoseconds % 100_000_000n))
  return { origin, middle: time.minus(origin) }
}

/** Whitened strain of a detector. */
const seriesOf = ({ event, view }: ViewedEvent, detector: string): TimeSeries =>
  new TimeSeries(view.whitened[detector]!, {
    t0: GpsTime.fromSeconds(event.gpsTime).plus(view.start),
    sampleRate: view.sampleRate,
    channel: `${detector}:WHITENED`,
  })

/** Band-passed without delay, such that white noise of unit variance keeps it. */
function bandPassed(series: TimeSeries, [low, high]: readonly [number, number]): TimeSeries {
  const { sampleRate, values } = series
  const filter = butterworth({ order: bandPassOrder, low, high, sampleRate })
  const impulse = new Float64Array(2 * Math.ceil(sampleRate) + 1)
  impulse[Math.ceil(sampleRate)] = 1
  const power = filterZeroPhase(impulse, filter).reduce((sum, value) => sum + value * value, 0)
  const level = Math.sqrt(power)
  return series.with({ values: filterZeroPhase(values, filter).map(value => value / level) })
}

/** The correlation of two series over a stretch, sample by nearest sample. */
function correlation(a: TimeSeries, b: TimeSeries, { start, end }: { start: GpsTime; end: GpsTime }): number {
  const offset = Math.round(a.t0.minus(b.t0) * a.sampleRate)
  const from = Math.max(0, -offset, Math.round(start.minus(a.t0) * a.sampleRate))
  const to = Math.min(a.length, b.length - offset, Math.round(end.minus(a.t0) * a.sampleRate))
  let [ab, aa, bb] = [0, 0, 0]
  for (let n = from; n < to; n++) {
    const [x, y] = [a.values[n]!, b.values[n + offset]!]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0
}

const detectorsIn = ({ event, view }: ViewedEvent): readonly string[] =>
  event.detectors.filter(detector => (view.whitened[detector]?.length ?? 0) > 0)

/** A range cut to what a view holds, seconds from the event; nothing where little is left. */
function rangeIn(viewed: ViewedEvent, [from, to]: readonly [number, number]): readonly [number, number] | undefined {
  const { view } = viewed
  const lengths = detectorsIn(viewed).map(detector => view.whitened[detector]!.length)
  const end = view.start + Math.min(...lengths) / view.sampleRate
  const range = [Math.max(from, view.start), Math.min(to, end)] as const
  return range[1] - range[0] > 0.05 ? range : undefined
}

const headingOf = ({ place, event }: ViewedEvent, what: string): string =>
  `Event ${place}, GPS ${gpsText(event.gpsTime)}: ${what}`

function strainOf(viewed: ViewedEvent): NumberedFigure | undefined {
  const { event, view, place } = viewed
  const range = rangeIn(viewed, strainRange)
  if (range === undefined) return undefined
  const [reference, ...others] = detectorsIn(viewed)
  const high = Math.min(shownBand[1], 0.4 * view.sampleRate)
  const series = (detector: string) => bandPassed(seriesOf(viewed, detector), [shownBand[0], high])
  const first = series(reference!)
  const arrival = GpsTime.fromSeconds(event.times[reference!]!)
  const compared = { start: arrival.plus(comparedRange[0]), end: arrival.plus(comparedRange[1]) }
  const overlaid = others.map(detector => {
    const delay = event.times[reference!]! - event.times[detector]!
    const shifted = series(detector).shift(delay)
    const coefficient = correlation(first, shifted, compared)
    const sign = coefficient < 0 ? -1 : 1
    const milliseconds = `${delay < 0 ? '−' : ''}${(Math.abs(delay) * 1e3).toFixed(1)} ms`
    return {
      detector,
      delay,
      sign,
      coefficient: Math.abs(coefficient),
      series: shifted.with({ values: shifted.values.map(value => sign * value) }),
      change: [...(sign < 0 ? ['inverted'] : []), `shifted by ${milliseconds}`],
    }
  })
  const { origin, middle } = originOf(event)
  const how = overlaid.map(
    ({ detector, change, coefficient }) =>
      `${detector} is ${change.join(' and ')} to lie over ${reference}: over ` +
      `${Math.round((comparedRange[1] - comparedRange[0]) * 1e3)} ms about the merger their correlation is ${coefficient.toFixed(2)}.`,
  )
  return numberedFigure({
    name: `event-${place}-strain`,
    heading: headingOf(viewed, 'whitened strain'),
    caption: [
      `Strain in units of its noise, ${shownBand[0]} to ${Math.round(high)} Hz.`,
      ...how,
      `The dashed line is the merger's time in ${reference}.`,
    ].join(' '),
    svg: strainFigure({
      series: [first, ...overlaid.map(each => each.series)],
      labels: [reference!, ...overlaid.map(({ detector, change }) => `${detector} ${change.join(', ')}`)],
      origin,
      range: [middle + range[0], middle + range[1]],
      mark: arrival,
    }),
    numbers: {
      gpsTime: event.gpsTime,
      start: view.start,
      sampleRate: view.sampleRate,
      whitened: Object.fromEntries(detectorsIn(viewed).map(detector => [detector, rounded(view.whitened[detector]!)])),
      shownBand: [shownBand[0], high],
      overlaid: overlaid.map(({ detector, delay, sign, coefficient }) => ({ detector, delay, sign, coefficient })),
    },
  })
}

/** Power relative to white noise of unit variance. */
function powerOf(series: TimeSeries) {
  const { sampleRate } = series
  const segmentLength = 2 * Math.round(sampleRate / 24)
  const overlap = segmentLength - Math.max(1, Math.round(sampleRate / 1024))
  if (series.length < 2 * segmentLength) return undefined
  const { values, times, frequencies } = spectrogram(series.values, { sampleRate, segmentLength, overlap })
  return { values: values.map(value => (value * sampleRate) / 2), times, frequencies }
}

function spectrogramOf(viewed: ViewedEvent): NumberedFigure | undefined {
  const { event, view, place } = viewed
  const range = rangeIn(viewed, spectrogramRange)
  if (range === undefined) return undefined
  const panels = detectorsIn(viewed).flatMap(detector => {
    const series = seriesOf(viewed, detector)
    const power = powerOf(series)
    return power ? [{ title: detector, start: series.t0, spectrogram: power }] : []
  })
  if (panels.length === 0) return undefined
  const { origin, middle } = originOf(event)
  return numberedFigure({
    name: `event-${place}-spectrogram`,
    heading: headingOf(viewed, 'power over time and frequency'),
    caption:
      'Spectrogram of the whitened strain, windows of 83 ms; noise is near 1 everywhere. A binary that spirals in ' +
      'sweeps upwards, the same way in all detectors; a disturbance in one detector is in one panel alone.',
    svg: spectrogramFigure({
      panels,
      origin,
      range: [middle + range[0], middle + range[1]],
      frequencies: [20, Math.min(500, view.sampleRate / 2)],
    }),
    // It is made of the strain alone, whose numbers are with that figure.
    numbers: { gpsTime: event.gpsTime, windowSeconds: 1 / 12, range: [...range], of: `event-${place}-strain` },
  })
}

function outputOf(viewed: ViewedEvent, model: string): NumberedFigure | undefined {
  const { event, view, place } = viewed
  const { times, values } = view.output
  const known = Array.from(values.keys()).filter(i => Number.isFinite(values[i]))
  if (known.length < 2) return undefined
  const peak = known.reduce((best, i) => (values[i]! > values[best]! ? i : best))
  return numberedFigure({
    name: `event-${place}-output`,
    heading: headingOf(viewed, 'output of the network'),
    caption:
      `The statistic as ${model} would give it to a merger at each time. The event's, ` +
      `${event.statistic.toFixed(2)}, is what its false-alarm rate is of.`,
    svg: traceFigure({
      times: Float64Array.from(known, i => times[i]!),
      values: Float64Array.from(known, i => values[i]!),
      timeLabel: `seconds after GPS ${gpsText(event.gpsTime)}`,
      valueLabel: 'statistic',
      marks: [{ time: times[peak]!, value: values[peak]!, text: values[peak]!.toFixed(2) }],
      title: `Output of the network around GPS ${gpsText(event.gpsTime)}`,
    }),
    numbers: { gpsTime: event.gpsTime, times: rounded(times), values: rounded(values) },
  })
}

/** What an event looks like: strain of all detectors over each other, spectrograms and the network's output. */
export function eventFigures(viewed: ViewedEvent, { model }: { readonly model: string }): NumberedFigure[] {
  if (detectorsIn(viewed).length === 0) return []
  return [strainOf(viewed), spectrogramOf(viewed), outputOf(viewed, model)].filter(figure => figure !== undefined)
}
