import { QuadrupoleError } from '../core/index.ts'
import type { FloatArray } from '../tensor/fft/index.ts'
import { lengthOfChannels, requireFinite } from './finite.ts'
import { sincWithWindow, windowedSinc } from './kaiser-design.ts'
import { appendToChannels, joinPieces, type StreamPiece } from './stream-piece.ts'

export interface ResampleOptions {
  /** Sample rate of the input, Hz. */
  readonly from: number
  /** Sample rate wanted, Hz. */
  readonly to: number
  /**
   * Least attenuation of all that would alias, dB: then the stop band begins at the lower Nyquist frequency, and the pass
   * band is flat to 10^(-attenuation / 20). Without it the filter is SciPy's, whose slope lies on both sides of that
   * frequency: half of the amplitude passes there.
   */
  readonly attenuation?: number
  /** With `attenuation`: how much of the lower Nyquist frequency the pass band reaches. */
  readonly passBand?: number
  /** Series side by side, `[channels, samples]`. */
  readonly channels?: number
}

/** A change of sample rate that is fed piece by piece. */
export interface Resampler {
  /** Takes samples, `[channels, any length]`, and gives those of the new rate that are complete, perhaps none. */
  push(samples: FloatArray): StreamPiece
  /** Ends the stream and gives the rest; the next sample begins a new one. */
  flush(): StreamPiece
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** The anti-aliasing low-pass at `up` times the input's rate, symmetric, of gain `up` at zero frequency. */
function antiAliasingFilter(up: number, down: number, { attenuation, passBand = 0.9 }: ResampleOptions): Float64Array {
  const rate = Math.max(up, down)
  if (attenuation === undefined) return sincWithWindow(0.5 / rate, 10 * rate, 5).map(tap => tap * up)
  if (!(attenuation >= 21))
    throw new QuadrupoleError('argument', `signal.resample: attenuation must be at least 21 dB, got ${attenuation}`)
  if (!(passBand > 0 && passBand < 1))
    throw new QuadrupoleError('argument', `signal.resample: passBand must be above 0 and below 1, got ${passBand}`)
  const transition = (0.5 * (1 - passBand)) / rate
  return windowedSinc(0.5 / rate - transition / 2, { attenuation, transition }).map(tap => tap * up)
}

/** Checks the rates and reduces their ratio. */
function ratioOf({ from, to }: ResampleOptions): { readonly up: number; readonly down: number } {
  for (const rate of [from, to])
    if (!Number.isInteger(rate) || rate < 1)
      throw new QuadrupoleError(
        'argument',
        `signal.resample: sample rates must be positive integers in Hz, got ${rate}`,
      )
  const divisor = greatestCommonDivisor(from, to)
  return { up: to / divisor, down: from / divisor }
}

/**
 * Makes a resampler for a stream, with the filter of `resample`. However the stream is cut, the outputs have the bits of
 * the whole. It is behind its input by half of the filter.
 *
 * @throws What `resample` throws.
 *
 * @example
 * const resampler = createResampler({ from: 16384, to: 2048 })
 * for (const block of blocks) use(resampler.push(block).values)
 * use(resampler.flush().values)
 */
export function createResampler(options: ResampleOptions): Resampler {
  const { channels = 1 } = options
  const { up, down } = ratioOf(options)
  const taps = up === down ? Float64Array.of(1) : antiAliasingFilter(up, down, options)
  const half = (taps.length - 1) / 2
  const begin = () => ({
    // The samples from `first` on.
    kept: Array.from({ length: channels }, (): Float64Array => new Float64Array(0)),
    first: 0,
    received: 0,
    given: 0,
  })
  let state = begin()

  /** Output n lies at n * down on the grid of the upsampled signal, where only every up-th sample is not zero. */
  const outputAt = (kept: Float64Array, n: number): number => {
    const centre = n * down
    const from = Math.max(0, Math.ceil((centre - half) / up))
    const to = Math.min(state.received - 1, Math.floor((centre + half) / up))
    let sum = 0
    let tap = centre - from * up + half
    for (let k = from - state.first; k <= to - state.first; k++, tap -= up) sum += kept[k]! * taps[tap]!
    return sum
  }
  const give = (end: number): StreamPiece => {
    const start = state.given
    const length = Math.max(0, end - start)
    const values = new Float64Array(channels * length)
    state.kept.forEach((kept, channel) => {
      for (let i = 0; i < length; i++) values[channel * length + i] = outputAt(kept, start + i)
    })
    state.given += length
    const needed = Math.max(0, Math.ceil((state.given * down - half) / up))
    const drop = Math.min(state.received, needed) - state.first
    if (drop > 0) {
      state.kept = state.kept.map(kept => kept.slice(drop))
      state.first += drop
    }
    return { values, length, start }
  }

  return {
    push(samples) {
      const length = lengthOfChannels('signal.resample', samples, channels)
      requireFinite('signal.resample', samples, { channels, start: state.received })
      state.kept = appendToChannels(state.kept, samples, length)
      state.received += length
      // Outputs all of whose inputs are here: n down + half < received up.
      return give(Math.ceil((state.received * up - half) / down))
    },
    flush() {
      const piece = give(Math.ceil((state.received * up) / down))
      state = begin()
      return piece
    },
  }
}

/**
 * Changes the sample rate by any ratio of whole numbers: an anti-aliasing Kaiser-windowed FIR filter evaluated only where
 * an output sample falls, without delay. Output n lies exactly n / `to` seconds after the first input sample. By default
 * SciPy's `resample_poly` (beta 5, ten zero crossings a side); with `attenuation` a filter designed for it. Beyond the
 * ends the signal counts as zero, so as many samples there as the filter is long on one side (ten of the slower rate by
 * default) are affected.
 *
 * Returns `ceil(length * to / from)` samples of each channel.
 *
 * @throws `argument` for rates that are not positive integers, `data` for NaN and infinities with the index of the first.
 *
 * @example
 * resample(strain, { from: 16384, to: 2048, attenuation: 80 }).length // strain.length / 8
 */
export function resample(x: FloatArray, options: ResampleOptions): Float64Array {
  const resampler = createResampler(options)
  return joinPieces([resampler.push(x), resampler.flush()], options.channels ?? 1).values
}
