import { exponential, foldIn, normal, randomKey } from '../../../core/index.ts'
import { aligoDesignPsd, psdSpectrum } from '../../../data/index.ts'
import { detectorNamed, GpsTime, responseTable, toUtc } from '../../../gw/index.ts'
import { whiten } from '../../../signal/index.ts'
import { strains } from '../../../waveforms/index.ts'
import { type Background, createBackground } from '../../background/background.ts'
import { falseAlarmRate } from '../../background/false-alarm-rate.ts'
import type { EventView, SearchEvent, SearchOutcome } from '../../outcome/search-outcome.ts'
import type { Sensitivity } from '../../outcome/sensitivity.ts'
import { julianYearSeconds } from '../../rate-units.ts'
import { efficiencyByBins, efficiencyByCells } from '../../recovery/efficiency.ts'

const sampleRate = 2048
const duration = 4
const mergerAfter = 2.5
const names = ['H1', 'L1'] as const

const merger = GpsTime.parse('1126259462.4')

const template = { mass1Solar: 38.5, mass2Solar: 32.1, spin1z: 0.1, spin2z: -0.2 }

/** Where a binary like GW150914's is, and how each detector sees it. */
const table = responseTable(
  names.map(name => detectorNamed(name)),
  [{ time: merger, rightAscension: 1.95, declination: -1.27, polarization: 0.82 }],
)

/** Whitened strain around a merger like GW150914's in Advanced LIGO's design noise. */
export function exampleView({ distanceMpc = 1400 } = {}): EventView {
  const start = merger.plus(-mergerAfter)
  const signal = strains([{ ...template, distanceMpc, inclination: 2.7, phase: 1 }], table, {
    sampleRate,
    duration,
    mergerTime: mergerAfter,
  })
  const samples = sampleRate * duration
  const psd = psdSpectrum(frequency => aligoDesignPsd(Math.max(frequency, 10)), { sampleRate, resolution: 0.25 })
  const whitened = names.map((name, i) => {
    const noise = normal(foldIn(randomKey(4), name), samples)
    const row = whiten(signal.subarray(i * samples, (i + 1) * samples), { psd, sampleRate, highPass: 20 })
    return [name, row.map((value, n) => value + noise[n]!)] as const
  })
  const times = Float64Array.from({ length: 256 }, (_, i) => (i - 128) / 128)
  const noise = normal(randomKey(5), times.length)
  return {
    start: start.minus(GpsTime.fromSeconds(exampleEventTime)),
    sampleRate,
    whitened: Object.fromEntries(whitened),
    output: { times, values: times.map((t, i) => -12 + noise[i]! + 37 * Math.exp(-((t / 0.02) ** 2))) },
  }
}

const arrivals = names.map((_, i) => merger.plus(table.values[3 * i + 2]!).seconds)
const exampleEventTime = (arrivals[0]! + arrivals[1]!) / 2

/** A year of background whose statistic falls off exponentially. */
export const exampleBackground = (): Background =>
  createBackground(
    exponential(randomKey(1), 40_000).map(value => value - 8),
    { livetimeSeconds: julianYearSeconds },
  )

function eventOf(gpsTime: number, statistic: number, snrs: readonly [number, number], background: Background) {
  const { perYear, perYearInterval, kind } = falseAlarmRate(background, statistic)
  const event: SearchEvent = {
    gpsTime,
    utc: toUtc(GpsTime.fromSeconds(gpsTime)),
    statistic,
    far: perYear,
    farInterval: perYearInterval,
    farKind: kind,
    detectors: names,
    times: Object.fromEntries(names.map((name, i) => [name, gpsTime + (i - 0.5) * 0.004])),
    snrs: { H1: snrs[0], L1: snrs[1] },
    snr: Math.hypot(...snrs),
    consistency: { H1: 1.03, L1: 0.97 },
    template,
  }
  return event
}

/** What a search of three hours came to: one loud signal, one event that may be one, and noise. */
export function exampleOutcome(background: Background = exampleBackground()): SearchOutcome {
  const loud: SearchEvent = {
    ...eventOf(exampleEventTime, 24.6, [19.83, 14.21], background),
    times: { H1: arrivals[0]!, L1: arrivals[1]! },
  }
  const noise = exponential(randomKey(3), 14).map(value => value - 8)
  const others = [...noise, 1.4].sort((a, b) => b - a)
  const start = 1_126_252_000
  return {
    events: [
      loud,
      ...others.map((statistic, i) => eventOf(start + 600 * i + 0.137, statistic, [5.1, 4.2], background)),
    ],
    livetime: 10_736,
    stretches: [
      { start, end: start + 3600, detectors: names, livetime: 3592, remarks: [] },
      {
        start: start + 4000,
        end: start + 4064,
        detectors: names,
        livetime: 56,
        remarks: ['L1 is flat for 0.2 s from GPS 1126256064 on.'],
      },
      { start: start + 4100, end: start + 11_200, detectors: names, livetime: 7088, remarks: [] },
    ],
    remarks: ['GPS 1126255600 to 1126256000: H1 fails the test CBC_CAT1.'],
    background: {
      livetime: background.livetimeSeconds,
      source: { kind: 'time slides of the model’s own data', slides: 4000 },
    },
    model: { name: 'example-model', folder: 'models/example-model', hash: '0123456789abcdef' },
    config: { threshold: 6, search: { psdSegment: 8, band: [20, 512] } },
  }
}

/** What a search came to that found nothing at all. */
export const emptyOutcome = (): SearchOutcome => ({
  ...exampleOutcome(),
  events: [],
  remarks: [],
})

/** What injections of a data set of the challenge told. */
export function exampleSensitivity(): Sensitivity {
  const snrs = exponential(randomKey(7), 5000).map(value => 3 + 3 * value)
  const heavier = exponential(randomKey(8), 5000).map(value => 10 + ((15 * value) % 40))
  const lighter = heavier.map((mass, i) => 10 + (mass - 10) * ((i % 97) / 97))
  const statistics = snrs.map((snr, i) => snr + ((i * 7919) % 100) / 50 - 1)
  const at = (falseAlarmsPerMonth: number, threshold: number) => ({
    falseAlarmsPerMonth,
    bins: efficiencyByBins(snrs, [2, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20], { statistics, threshold }),
  })
  const edges = [10, 18, 26, 34, 42, 50]
  return {
    injections: '5000 binaries of the population of MLGWSC-1, data set 1, in its noise',
    challengeSet: 1,
    models: [
      {
        model: 'example-model',
        distances: [1000, 100, 10, 1].map((falseAlarmsPerMonth, i) => ({
          falseAlarmsPerMonth,
          distanceMpc: 3100 - 130 * i,
          error: 14,
        })),
      },
      {
        model: 'matched filter',
        distances: [1000, 100, 10, 1].map((falseAlarmsPerMonth, i) => ({
          falseAlarmsPerMonth,
          distanceMpc: 3020 - 125 * i,
          error: 15,
        })),
      },
    ],
    bySnr: [at(1000, 7), at(10, 7.7), at(1, 8.1)],
    byMasses: {
      falseAlarmsPerMonth: 1,
      cells: efficiencyByCells([heavier, lighter], [edges, edges], { statistics, threshold: 8.1 }),
    },
  }
}
