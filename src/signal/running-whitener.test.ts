import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convolveSame } from './convolve.ts'
import { createRunningPsd } from './running-psd.ts'
import { createRunningWhitener, type RunningWhitenerOptions, whitenRunning } from './running-whitener.ts'
import { psd } from './spectral-density.ts'
import type { StreamPiece } from './stream-piece.ts'
import { expectClose, goldenNoise } from './testing/golden.ts'
import { whiteningFilter } from './whiten.ts'

const sampleRate = 64
const base = { sampleRate, segmentLength: 64, psdDuration: 5, psdInterval: 1.5, average: 'median' } as const
const options: RunningWhitenerOptions = { ...base, filterDuration: 0.5, highPass: 3 }

/** Noise whose colour and loudness change along the way. */
function changingNoise(length: number, seed: number): Float64Array {
  let last = 0
  return goldenNoise(length, seed).map((value, n) => (last = (1 + n / 300) * value + (0.2 + n / (2 * length)) * last))
}

/** Cuts `[channels, length]` into pieces of these lengths, and the rest. */
function cut(x: Float64Array, channels: number, lengths: readonly number[]): Float64Array[] {
  const total = x.length / channels
  const pieces: Float64Array[] = []
  let from = 0
  for (const length of [...lengths, total]) {
    const to = Math.min(total, from + length)
    pieces.push(
      Float64Array.from(
        Array.from({ length: channels }, (_, c) => [...x.subarray(c * total + from, c * total + to)]).flat(),
      ),
    )
    from = to
  }
  return pieces
}

function joined(pieces: readonly StreamPiece[], channels: number): number[][] {
  let length = 0
  for (const piece of pieces) {
    expect(piece.start).toBe(length)
    length += piece.length
  }
  return Array.from({ length: channels }, (_, c) =>
    pieces.flatMap(({ values, length }) => [...values.subarray(c * length, (c + 1) * length)]),
  )
}

const lengths = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 10 })

describe('createRunningPsd', () => {
  const channels = 2
  const x = changingNoise(channels * 900, 3)

  it.each(['mean', 'median', 'median-mean'] as const)(
    'gives the bits of psd of the last stretch, cut anywhere: %s',
    average => {
      for (const overlap of [32, 40, 0]) {
        const step = 64 - overlap
        const settings = { ...base, average, overlap, psdInterval: (3 * step) / sampleRate }
        const running = createRunningPsd({ ...settings, channels })
        fc.assert(
          fc.property(lengths, cuts => {
            const found = cut(x, channels, cuts).flatMap(piece => running.push(piece))
            running.reset()
            expect(found.length).toBe(Math.floor((900 - 320) / (3 * step)) + 1)
            found.forEach(({ psd: estimate, start, end }, j) => {
              expect([start, end]).toEqual([j * 3 * step, j * 3 * step + 320])
              const stretch = Float64Array.from([...x.subarray(start, end), ...x.subarray(900 + start, 900 + end)])
              expect(estimate).toEqual(psd(stretch, { sampleRate, segmentLength: 64, overlap, average, channels }))
            })
          }),
          { numRuns: 10 },
        )
      }
    },
  )

  it('refuses intervals between segments, stretches below a segment, and NaN by its place in the stream', () => {
    expect(() => createRunningPsd({ ...base, psdInterval: 0.6 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.createRunningPsd: psdInterval must be a multiple of the 0.5 s from segment to segment, got 0.6 s]`,
    )
    expect(() => createRunningPsd({ ...base, psdDuration: 0.5 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.createRunningPsd: psdDuration must be a whole number of samples and at least a segment of 1 s, got 0.5 s]`,
    )
    const running = createRunningPsd(base)
    running.push(goldenNoise(100, 3))
    expect(() => running.push(goldenNoise(50, 3).with(7, Number.NaN))).toThrow('the sample at index 107 is NaN')
  })
})

describe('a running whitener', () => {
  /** Each sample by the definition: the estimate that is for it, and a convolution of the whole. */
  function byDefinition(x: Float64Array, placement: 'trailing' | 'centred'): Float64Array {
    const [duration, interval] = [320, 96]
    const estimates = Math.floor((x.length - duration) / interval) + 1
    const origin = placement === 'trailing' ? duration : (duration - interval) / 2
    const versions = Array.from({ length: estimates }, (_, j) => {
      const noise = psd(x.subarray(j * interval, j * interval + duration), base)
      return convolveSame(x, whiteningFilter({ psd: noise, sampleRate, filterDuration: 0.5, highPass: 3 }))
    })
    return x.map((_, n) => {
      const j = Math.min(estimates - 1, Math.max(0, Math.floor((n - origin) / interval)))
      return versions[j]![n]!
    })
  }

  it.each(['trailing', 'centred'] as const)(
    'whitens each sample by the estimate that is for it, %s, to 1e-10',
    placement => {
      for (const length of [320, 321, 415, 416, 417, 1000]) {
        const x = changingNoise(length, 5)
        const { values, start } = whitenRunning(x, { ...options, placement })
        expect(start).toBe(0)
        expectClose(values, [...byDefinition(x, placement)])
      }
    },
  )

  it.each(['trailing', 'centred'] as const)('cut anywhere gives the bits of the whole, %s', placement => {
    const channels = 2
    const settings = { ...options, placement, channels }
    const whitener = createRunningWhitener(settings)
    fc.assert(
      fc.property(lengths, fc.integer({ min: 320, max: 900 }), (cuts, total) => {
        const x = changingNoise(channels * total, 7)
        const pieces = cut(x, channels, cuts).map(piece => whitener.push(piece))
        expect(joined([...pieces, whitener.flush()], channels)).toEqual(joined([whitenRunning(x, settings)], channels))
      }),
      { numRuns: 60 },
    )
  })

  it('with an initial psd is no further behind than an interval and half its filter', () => {
    const x = changingNoise(1000, 9)
    const initialPsd = psd(goldenNoise(1000, 4), base)
    const whitener = createRunningWhitener({ ...options, initialPsd })
    let given = 0
    for (let n = 0; n < 1000; n++) {
      given += whitener.push(x.subarray(n, n + 1)).length
      expect(n + 1 - given).toBeLessThan(96 + 16)
    }
    const { values } = whitenRunning(x, { ...options, initialPsd })
    const before = convolveSame(x, whiteningFilter({ psd: initialPsd, sampleRate, filterDuration: 0.5, highPass: 3 }))
    expectClose(values.slice(0, 320), [...before.slice(0, 320)])
    expectClose(values.slice(320), [...byDefinition(x, 'trailing').slice(320)])
  })

  it('keeps loud data out of the trailing estimate that whitens them', () => {
    const x = goldenNoise(1000, 9).map((value, n) => (n >= 704 && n < 800 ? 100 * value : value))
    const { values } = whitenRunning(x, { ...options, average: 'mean' })
    const rms = (from: number, to: number) =>
      Math.sqrt(values.slice(from, to).reduce((sum, value) => sum + value * value, 0) / (to - from))
    // All estimates up to the one of samples 384 to 703 saw quiet noise only.
    expect(rms(720, 784)).toBeGreaterThan(50)
  })

  it('refuses a stream that is too short, and tells NaN by its place in the stream', () => {
    expect(() => whitenRunning(goldenNoise(319, 3), options)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.RunningWhitener: a stream of 4.984375 s holds no 5 s for a first psd; pass a shorter psdDuration or initialPsd]`,
    )
    const whitener = createRunningWhitener(options)
    whitener.push(goldenNoise(100, 3))
    expect(() => whitener.push(goldenNoise(50, 3).with(7, Number.NaN))).toThrow('the sample at index 107 is NaN')
    expect(whitener.push(goldenNoise(900, 3)).start).toBe(0)
  })
})
