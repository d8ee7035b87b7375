import { QuadrupoleError } from '../core/index.ts'
import type { FloatArray } from '../tensor/fft/index.ts'
import { convolveValid } from './convolve.ts'
import { lengthOfChannels, requireFinite } from './finite.ts'
import { createRunningPsd, type PsdEstimate, type RunningPsdOptions, runningPsdGrid } from './running-psd.ts'
import type { Spectrum } from './spectral-density.ts'
import { appendToChannels, joinPieces, type StreamPiece } from './stream-piece.ts'
import { type WhiteningFilterOptions, whiteningFilters, whiteningReach } from './whiten.ts'

export interface RunningWhitenerOptions extends Omit<RunningPsdOptions, 'scaling'>, WhiteningFilterOptions {
  /**
   * Which data an estimate whitens. `trailing`: the `psdInterval` that follows the `psdDuration` it is of, so no sample is
   * whitened by an estimate that it is part of. `centred`: the `psdInterval` in the middle of it, which needs data to come.
   */
  readonly placement?: 'trailing' | 'centred'
  /**
   * PSD (`[bins]` or `[channels, bins]`) for the data before those that the first estimate is for. Without it the first
   * estimate serves them too, and a stream gives nothing until it is there.
   */
  readonly initialPsd?: Spectrum
}

/** Whitens a stream by a PSD that follows it. */
export interface RunningWhitener {
  /** Takes samples, `[channels, any length]`, and gives those whitened ones that are ready, perhaps none. */
  push(samples: FloatArray): StreamPiece
  /**
   * Ends the stream and gives the rest; the next sample begins a new stream.
   *
   * @throws `data` where the stream was shorter than `psdDuration` and there is no `initialPsd`.
   */
  flush(): StreamPiece
  /** The estimate that the last whitened sample was whitened by, once there is one. */
  readonly psd: Spectrum | undefined
}

/**
 * Whitens a stream with the filter of `whiteningFilter` for a running PSD (`createRunningPsd`). However the stream is cut
 * into pieces, the samples that come out have the bits of `whitenRunning` on the whole.
 *
 * Sample n is whitened by one estimate, whose filter reaches `filterDuration / 2` to both sides. With `trailing`
 * placement and D, I for `psdDuration`, `psdInterval` in samples, estimate j (of samples `j I` to before `j I + D`) is
 * for samples `D + j I` to before `D + (j + 1) I`; with `centred` for those from `(D - I) / 2 + j I` on. What lies before
 * the first estimate's samples is whitened by `initialPsd` or by it, what comes after the last one's by the last. The
 * filter changes from one sample to the next, without a cross-fade.
 *
 * A stream is behind its input by up to `psdInterval + filterDuration / 2`, `centred` by half of `psdDuration` more. The
 * first and last `filterDuration / 2` of a stream are corrupt, since silence is taken to lie beyond. At a gap, flush.
 *
 * @throws `argument` for what `createRunningPsd` and `whiteningFilter` refuse, `data` for NaN and infinities, with the
 * index of the first.
 *
 * @example
 * const whitener = createRunningWhitener({ sampleRate: 2048, segmentLength: 4096, psdDuration: 64, psdInterval: 16, highPass: 20 })
 * for (const block of blocks) use(whitener.push(block))
 * use(whitener.flush())
 */
export function createRunningWhitener(options: RunningWhitenerOptions): RunningWhitener {
  const { sampleRate, channels = 1, placement = 'trailing', initialPsd } = options
  const { duration, interval } = runningPsdGrid('signal.createRunningWhitener', options)
  const running = createRunningPsd(options)
  const half = whiteningReach(options)
  const filtersFor = (psd: Spectrum) => whiteningFilters({ ...options, psd })
  /** The first sample that the first estimate is meant for. */
  const origin = placement === 'trailing' ? duration : (duration - interval) >> 1
  const begin = () => ({
    // The samples from `from` on, silence before the beginning.
    kept: Array.from({ length: channels }, (): Float64Array => new Float64Array(half)),
    from: -half,
    received: 0,
    given: 0,
    // Those after the one in use, and the number of that.
    estimates: [] as PsdEstimate[],
    current: -1,
    filters: initialPsd && filtersFor(initialPsd),
    psd: initialPsd,
  })
  let state = begin()
  let lastPsd = initialPsd

  /** Number of the estimate for a sample: below 0 before those of the first. */
  const estimateFor = (sample: number): number => Math.floor((sample - origin) / interval)
  /** The end of the run of samples whitened at once that begins at one: runs end where estimates do. */
  const endOfRun = (start: number): number => origin + (estimateFor(start) + 1) * interval

  /** Brings the estimate for a run into use. False if it is still to come. */
  const selectEstimate = (start: number, isLast: boolean): boolean => {
    const wanted = estimateFor(start)
    if (wanted < 0 && state.filters !== undefined && state.current < 0) return true
    while (state.current < Math.max(0, wanted)) {
      const next = state.estimates[0]
      if (next === undefined) return isLast && state.filters !== undefined
      state.filters = filtersFor(next.psd)
      state.psd = next.psd
      state.current++
      state.estimates.shift()
    }
    return true
  }

  const whitenRuns = (isLast: boolean): StreamPiece => {
    const start = state.given
    const pieces: StreamPiece[] = [{ values: new Float64Array(0), length: 0, start }]
    while (state.given < state.received) {
      const first = state.given
      const end = endOfRun(first)
      if (!isLast && end + half > state.received) break
      if (!selectEstimate(first, isLast)) break
      const length = Math.min(end, state.received) - first
      const values = new Float64Array(channels * length)
      const at = first - half - state.from
      state.kept.forEach((kept, channel) => {
        // Always of one length, silence behind the last samples, so that the bits depend on nothing else.
        const x = new Float64Array(interval + 2 * half)
        x.set(kept.subarray(at, Math.min(kept.length, at + (end - first) + 2 * half)))
        values.set(convolveValid(x, state.filters![channel]!).subarray(0, length), channel * length)
      })
      pieces.push({ values, length, start: first })
      state.given += length
      lastPsd = state.psd
    }
    const done = state.given - half - state.from
    if (done > 0) state.kept = state.kept.map(kept => kept.slice(done))
    state.from += done
    return joinPieces(pieces, channels)
  }

  return {
    push(samples) {
      const length = lengthOfChannels('signal.RunningWhitener', samples, channels)
      requireFinite('signal.RunningWhitener', samples, { channels, start: state.received })
      state.estimates.push(...running.push(samples))
      state.kept = appendToChannels(state.kept, samples, length)
      state.received += length
      return whitenRuns(false)
    },
    flush() {
      const { received } = state
      const piece = whitenRuns(true)
      running.reset()
      state = begin()
      if (piece.start + piece.length < received)
        throw new QuadrupoleError(
          'data',
          `signal.RunningWhitener: a stream of ${received / sampleRate} s holds no ${duration / sampleRate} s for a first ` +
            'psd; pass a shorter psdDuration or initialPsd',
          { details: { received, duration } },
        )
      return piece
    },
    get psd() {
      return lastPsd
    },
  }
}

/**
 * Whitens whole series, `[channels, length]`, by a running PSD: what `createRunningWhitener` gives of a stream, as many
 * samples as went in.
 *
 * @throws What `createRunningWhitener` throws.
 */
export function whitenRunning(x: FloatArray, options: RunningWhitenerOptions): StreamPiece {
  const whitener = createRunningWhitener(options)
  return joinPieces([whitener.push(x), whitener.flush()], options.channels ?? 1)
}
