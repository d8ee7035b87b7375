import { QuadrupoleError } from '../core/index.ts'
import type { FloatArray } from '../tensor/fft/index.ts'
import { lengthOfChannels, requireFinite } from './finite.ts'
import { type Average, averagePeriodograms } from './spectral-average.ts'
import { periodograms, type SpectralDensityOptions, type Spectrum } from './spectral-density.ts'
import { appendToChannels } from './stream-piece.ts'
import { hannWindow } from './windows.ts'

export interface RunningPsdOptions extends SpectralDensityOptions {
  /** Seconds of data behind each estimate. */
  readonly psdDuration: number
  /** Seconds from one estimate to the next. */
  readonly psdInterval: number
  /** As in `psd`, but the median unless given: a stream meets glitches. */
  readonly average?: Average
}

/** One of a running PSD's estimates. */
export interface PsdEstimate {
  readonly psd: Spectrum
  /** First sample behind the estimate, counted from the beginning of the stream. */
  readonly start: number
  /** First sample after those behind it. */
  readonly end: number
}

/** A PSD that follows a stream. */
export interface RunningPsd {
  /** Takes samples, `[channels, any length]`, and gives the estimates that are complete with them, perhaps none. */
  push(samples: FloatArray): PsdEstimate[]
  /** Forgets everything: the next sample begins a new stream. */
  reset(): void
}

/** The options of a running PSD in samples. */
export interface RunningPsdGrid {
  readonly duration: number
  readonly interval: number
  /** From one segment to the next. */
  readonly step: number
}

/** Checks and converts the options. Estimates share segments, so the interval is a whole number of steps between those. */
export function runningPsdGrid(
  where: string,
  { sampleRate, segmentLength, overlap = segmentLength >> 1, psdDuration, psdInterval }: RunningPsdOptions,
): RunningPsdGrid {
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `${where}: ${message}`, {
      details: { sampleRate, segmentLength, overlap, psdDuration, psdInterval },
    })
  }
  if (!Number.isInteger(segmentLength) || segmentLength < 1)
    fail(`segmentLength must be a positive integer, got ${segmentLength}`)
  if (!Number.isInteger(overlap) || overlap < 0 || overlap >= segmentLength)
    fail(`overlap must be an integer from 0 to ${segmentLength - 1}, got ${overlap}`)
  const step = segmentLength - overlap
  const duration = Math.round(psdDuration * sampleRate)
  const interval = Math.round(psdInterval * sampleRate)
  if (Math.abs(duration - psdDuration * sampleRate) > 1e-6 || duration < segmentLength)
    fail(
      `psdDuration must be a whole number of samples and at least a segment of ${segmentLength / sampleRate} s, got ${psdDuration} s`,
    )
  if (Math.abs(interval - psdInterval * sampleRate) > 1e-6 || interval < step || interval % step !== 0)
    fail(`psdInterval must be a multiple of the ${step / sampleRate} s from segment to segment, got ${psdInterval} s`)
  return { duration, interval, step }
}

/**
 * A PSD that follows a stream: every `psdInterval`, the estimate that `psd` gives of the last `psdDuration`, with the same
 * bits, however the stream is cut into pieces. Estimate j is of samples from `j * psdInterval` to before `j * psdInterval
 * + psdDuration`. Each segment is transformed once and kept until no estimate needs it.
 *
 * @throws `argument` for a psdInterval that is no whole number of steps between segments; what `psd` throws.
 *
 * @example
 * const running = createRunningPsd({ sampleRate: 2048, segmentLength: 4096, average: 'median', psdDuration: 64, psdInterval: 16 })
 * for (const { psd, end } of running.push(strain)) console.log(end / 2048, psd.values[200])
 */
export function createRunningPsd(options: RunningPsdOptions): RunningPsd {
  const { sampleRate, segmentLength, average = 'median', channels = 1 } = options
  const { duration, interval, step } = runningPsdGrid('signal.createRunningPsd', options)
  const window = options.window ?? hannWindow(segmentLength)
  const bins = (segmentLength >> 1) + 1
  const segmentsBehind = Math.floor((duration - segmentLength) / step) + 1
  // One place for each segment behind an estimate, used in turn.
  const powers = Array.from({ length: channels }, () => new Float64Array(segmentsBehind * bins))
  let tails = Array.from({ length: channels }, (): Float64Array => new Float64Array(0))
  let [received, segments, estimates] = [0, 0, 0]

  const estimate = (): PsdEstimate => {
    const start = estimates * interval
    const first = start / step
    const rows = Array.from({ length: segmentsBehind }, (_, i) => (first + i) % segmentsBehind)
    const values = new Float64Array(channels * bins)
    powers.forEach((own, channel) => {
      values.set(averagePeriodograms(own, bins, rows, average), channel * bins)
    })
    estimates++
    return { psd: { values, resolution: sampleRate / segmentLength }, start, end: start + duration }
  }

  return {
    push(samples) {
      const length = lengthOfChannels('signal.RunningPsd', samples, channels)
      requireFinite('signal.RunningPsd', samples, { channels, start: received })
      const buffers = appendToChannels(tails, samples, length)
      const origin = received - tails[0]!.length
      received += length
      const found: PsdEstimate[] = []
      for (; segments * step + segmentLength <= received; segments++) {
        const at = segments * step - origin
        buffers.forEach((buffer, channel) => {
          const one = periodograms(buffer.subarray(at, at + segmentLength), { ...options, window }).powers
          powers[channel]!.set(one, (segments % segmentsBehind) * bins)
        })
        if (segments + 1 === (estimates * interval) / step + segmentsBehind) found.push(estimate())
      }
      tails = buffers.map(buffer => buffer.slice(Math.max(0, Math.min(buffer.length, segments * step - origin))))
      return found
    },
    reset() {
      tails = tails.map(() => new Float64Array(0))
      ;[received, segments, estimates] = [0, 0, 0]
    },
  }
}
