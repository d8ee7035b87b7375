import { asdFigure, type ReportFigure, spectrogramFigure, strainFigure, traceFigure } from '../../plot/index.ts'
import { spectrogram } from '../../signal/index.ts'
import type { DetectorLook, LookResult } from '../look/look.ts'
import type { Standout } from '../look/standout.ts'

const milliseconds = (seconds: number): string => `${(Math.abs(seconds) * 1e3).toFixed(1)} ms`

function asds({ detectors, conditioning: { segmentSeconds, band } }: LookResult): ReportFigure {
  return {
    name: 'asd',
    heading: 'Noise of the detectors',
    caption:
      `Amplitude spectral density of the strain: median of overlapping ${segmentSeconds} s segments. The narrow lines are ` +
      `mains power, suspension and calibration lines. Shaded: the band that is searched, ${band[0]} to ${band[1]} Hz.`,
    svg: asdFigure({ spectra: detectors, band }),
  }
}

function whitened({ detectors: [first, second], event }: LookResult): ReportFigure {
  const origin = event.time.plus(-(Number(event.time.nanoseconds % 100_000_000n) / 1e9))
  const { delay, sign } = event
  const moved = second.whitened.with({ values: second.whitened.values.map(value => sign * value) }).shift(delay)
  const change = [sign < 0 ? 'inverted' : '', `shifted by ${delay < 0 ? '−' : ''}${milliseconds(delay)}`].filter(
    Boolean,
  )
  return {
    name: 'strain',
    heading: 'Whitened strain',
    caption:
      `Both detectors in units of their noise. ${second.detector} is ${change.join(' and ')} to lie over ` +
      `${first.detector}: over the length of a merger their correlation is ${event.coefficient.toFixed(2)}. ` +
      `The dashed line is the arrival in ${first.detector}.`,
    svg: strainFigure({
      series: [first.whitened, moved],
      labels: [first.detector, `${second.detector} ${change.join(', ')}`],
      origin,
      range: [event.time.minus(origin) - 0.17, event.time.minus(origin) + 0.08],
      mark: event.arrivals[0],
    }),
  }
}

/** Power of the broadband whitened strain near the event, one for unit noise. */
function powerAround({ broadband }: DetectorLook, { event }: LookResult) {
  const { sampleRate } = broadband
  const part = broadband.crop({ start: event.time.plus(-0.6), end: event.time.plus(0.4) })
  const segmentLength = 2 * Math.round(sampleRate / 24)
  const overlap = segmentLength - Math.max(1, Math.round(sampleRate / 1024))
  const { values, times, frequencies } = spectrogram(part.values, { sampleRate, segmentLength, overlap })
  // White noise of unit variance has a one-sided density of 2 / sampleRate.
  return { start: part.t0, spectrogram: { values: values.map(value => (value * sampleRate) / 2), times, frequencies } }
}

function spectrograms(result: LookResult): ReportFigure {
  const { event, detectors } = result
  const origin = event.time.plus(-(Number(event.time.nanoseconds % 100_000_000n) / 1e9))
  const middle = event.time.minus(origin)
  return {
    name: 'spectrogram',
    heading: 'Power over time and frequency',
    caption:
      'Spectrogram of the whitened strain, windows of 83 ms. A binary that spirals in sweeps upwards: the chirp. ' +
      'Noise is near 1 everywhere.',
    svg: spectrogramFigure({
      panels: detectors.map(detector => ({ title: detector.detector, ...powerAround(detector, result) })),
      origin,
      range: [middle - 0.35, middle + 0.15],
      frequencies: [20, 500],
    }),
  }
}

function marksOf({ index, value, nextIndex, next }: Standout, times: Float64Array, when: string) {
  return [
    { time: times[index]!, value, text: `${value.toFixed(2)} at GPS ${when}` },
    { time: times[nextIndex]!, value: next, text: `next: ${next.toFixed(2)}` },
  ]
}

function networkOutput({ network, span }: LookResult): ReportFigure | undefined {
  if (network === undefined) return undefined
  const { strength, times, integrated } = network
  return {
    name: 'network',
    heading: 'Output of the network',
    caption:
      `Output of ${network.network}, averaged over all windows that hold the moment. The peak stands ` +
      `${strength.sigmas.toFixed(1)} standard deviations above the median of the rest.`,
    svg: traceFigure({
      times,
      values: integrated,
      timeLabel: `seconds after GPS ${span.start}`,
      valueLabel: 'network output',
      marks: marksOf(strength, times, network.time.toFixed(2)),
      title: 'Network output over time',
    }),
  }
}

function coincidence({ crossCheck, span, analysed, detectors, lightTravelTime }: LookResult): ReportFigure {
  const { strength, strengths, time } = crossCheck
  const edge = analysed.start.minus(span.start)
  const times = crossCheck.times.map(seconds => seconds + edge)
  return {
    name: 'cross-correlation',
    heading: 'Cross-correlation of the detectors',
    caption:
      `Mean product of the two whitened series over 50 ms, at the best delay of up to ±${milliseconds(lightTravelTime)} ` +
      `(light between ${detectors.map(({ detector }) => detector).join(' and ')}) and either sign. Nothing here is ` +
      `learnt. The peak stands ${strength.sigmas.toFixed(1)} standard deviations above the median of the rest.`,
    svg: traceFigure({
      times,
      values: strengths,
      timeLabel: `seconds after GPS ${span.start}`,
      valueLabel: 'correlation (noise units)',
      marks: marksOf(strength, times, time.toFixed(2)),
      title: 'Cross-correlation over time',
    }),
  }
}

/** The figures of a look, in the order of the report. */
export function lookFigures(result: LookResult): ReportFigure[] {
  const figures = [whitened(result), spectrograms(result), networkOutput(result), coincidence(result), asds(result)]
  return figures.filter(figure => figure !== undefined)
}
