import type { WorkerPool } from '../../core/index.ts'
import { sampleNumberFrom } from '../../data/index.ts'
import { detectorNamed, type GpsTime, responseTable } from '../../gw/index.ts'
import { resample } from '../../signal/index.ts'
import { type BinaryParameters, createParallelWaveforms, strains } from '../../waveforms/index.ts'
import { mergerLag } from '../challenge/merger-lag.ts'

/** A binary in data: when it merges, how far away it is and how it lies. */
export interface Merger {
  /** Of the merger at the Earth's centre: when the signal is loudest. */
  readonly time: GpsTime
  readonly binary: BinaryParameters
  readonly rightAscension: number
  readonly declination: number
  readonly polarization: number
}

/** What detectors see of a merger, on the sample grid that has sample 0 at GPS 0. */
export interface MergerSignal {
  /** `[detectors, samples]`, float64 strain. */
  readonly values: Float64Array
  /** Number of the first sample. */
  readonly start: number
}

/** The frequency, Hz, from which signals are complete and at which their phase is given. */
export const signalFrequency = 20

/** Seconds of a signal that are made before its merger and after. */
export const signalReach = { before: 32, after: 2 } as const

export interface MergerSignalsOptions {
  readonly detectors: readonly string[]
  /** Hz, whole. */
  readonly sampleRate: number
  /** Makes signals in these threads; in the calling one without. The bits are the same. */
  readonly pool?: WorkerPool | undefined
  /**
   * The low-pass of strain that was sampled down, which signals then have too. Without it they reach to half the rate, as in
   * strain that is made at it: where the strain falls off before, they would stand out from it there like nothing real.
   */
  readonly lowPass?: { readonly passBand: number; readonly attenuation: number } | undefined
}

/** How many times the rate signals are made at to be low-passed: what lies higher would be kept out by either filter. */
const oversampling = 2

/** Whether a merger's signal has samples among `count` from number `first` on. */
export function isAmong(
  { time }: Pick<Merger, 'time'>,
  { first, count, sampleRate }: { readonly first: number; readonly count: number; readonly sampleRate: number },
): boolean {
  const merger = sampleNumberFrom(time, sampleRate)
  return merger + signalReach.after * sampleRate > first && merger - signalReach.before * sampleRate < first + count
}

/** Makes what detectors see of mergers, IMRPhenomD, each on a window of its own whatever others there are. */
export function createMergerSignals({ detectors, sampleRate, pool, lowPass }: MergerSignalsOptions) {
  const parallel = pool && createParallelWaveforms(pool)
  const sites = detectors.map(name => detectorNamed(name))
  const duration = signalReach.before + signalReach.after
  return async (mergers: readonly Merger[]): Promise<readonly MergerSignal[]> => {
    const starts = mergers.map(({ time }) => sampleNumberFrom(time, sampleRate) - signalReach.before * sampleRate)
    const binaries = mergers.map(({ binary }) => binary)
    const options = {
      sampleRate: lowPass ? oversampling * sampleRate : sampleRate,
      duration,
      mergerTime: mergers.map(
        ({ time }, i) => secondsAfterSample(time, starts[i]!, sampleRate) + mergerLag(binaries[i]!),
      ),
      minimumFrequency: signalFrequency,
    }
    const table = responseTable(sites, mergers)
    const all = parallel ? await parallel.strains(binaries, table, options) : strains(binaries, table, options)
    const rates = { from: options.sampleRate, to: sampleRate, channels: sites.length }
    return starts.map((start, i) => {
      const values = all.subarray((i * all.length) / starts.length, ((i + 1) * all.length) / starts.length)
      return { values: lowPass ? resample(values, { ...rates, ...lowPass }) : values, start }
    })
  }
}

/** Seconds from a sample to a time. */
const secondsAfterSample = ({ nanoseconds }: GpsTime, sample: number, sampleRate: number): number =>
  Number(nanoseconds * BigInt(sampleRate) - BigInt(sample) * 1_000_000_000n) / (sampleRate * 1e9)

/**
 * Adds what of a signal lies among the samples of strain, in place.
 *
 * @param rows `[detectors, samples]`, from number `firstSample` on
 */
export function addSignal(
  rows: Float64Array,
  { values, start }: MergerSignal,
  { firstSample, detectors }: { readonly firstSample: number; readonly detectors: number },
): void {
  const count = rows.length / detectors
  const length = values.length / detectors
  const from = Math.max(firstSample, start)
  const to = Math.min(firstSample + count, start + length)
  for (let i = 0; i < detectors; i++)
    for (let n = from; n < to; n++) rows[i * count + n - firstSample]! += values[i * length + n - start]!
}
