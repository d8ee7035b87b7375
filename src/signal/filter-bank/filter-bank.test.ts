import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createWorkerPool } from '../../core/index.ts'
import type { FloatArray } from '../../tensor/fft/index.ts'
import { expectClose, golden, goldenNoise } from '../testing/golden.ts'
import { type BankOutput, createFilterBank } from './filter-bank.ts'
import type { FilterBankOptions, FirFilters } from './layout.ts'
import { createParallelFilterBank } from './parallel-filter-bank.ts'

interface Case {
  readonly length: number
  readonly taps: number
  readonly decimation: number
  readonly complexInput: boolean
  readonly complexTaps: boolean
  readonly valid: { readonly re: number[]; readonly im: number[] }
  readonly same: { readonly re: number[]; readonly im: number[] }
  readonly causal: { readonly re: number[]; readonly im: number[] }
}

const cases = golden.filterBank as Case[]
const alignments = ['valid', 'same', 'causal'] as const

const samplesOf = ({ length, complexInput }: Case) =>
  complexInput ? { re: goldenNoise(length, 43), im: goldenNoise(length, 47) } : goldenNoise(length, 43)

const filtersOf = ({ taps, complexTaps }: Case): FirFilters =>
  complexTaps ? { re: goldenNoise(taps, 53), im: goldenNoise(taps, 59) } : { re: goldenNoise(taps, 53) }

const optionsOf = ({ taps, decimation, complexInput }: Case) =>
  ({ taps, decimation, input: complexInput ? 'complex' : 'real' }) as const

/** Outputs of one channel and filter. */
const rowOf = ({ re, im, length }: BankOutput, row: number) => ({
  re: Float64Array.from(re.subarray(row * length, (row + 1) * length)),
  im: Float64Array.from(im.subarray(row * length, (row + 1) * length)),
})

const bytesOf = (array: FloatArray) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)

/** The outputs of several pieces, one after the other in every row. */
function joined(pieces: readonly BankOutput[], rows: number): { re: number[][]; im: number[][] } {
  let length = 0
  for (const piece of pieces) {
    expect(piece.start).toBe(length)
    length += piece.length
  }
  const all = (part: 're' | 'im') =>
    Array.from({ length: rows }, (_, row) => pieces.flatMap(piece => [...rowOf(piece, row)[part]]))
  return { re: all('re'), im: all('im') }
}

describe('createFilterBank', () => {
  it.each(alignments)('equals NumPy convolve, decimated, to 1e-10 where outputs are %s', alignment => {
    for (const one of cases) {
      const { re, im, length } = createFilterBank(filtersOf(one), { ...optionsOf(one), alignment }).filter(
        samplesOf(one),
      )
      const expected = one[alignment]
      expect(length).toBe(expected.re.length)
      expectClose(re as Float64Array, expected.re)
      if (one.complexInput || one.complexTaps) expectClose(im as Float64Array, expected.im)
      else expect(im.length).toBe(0)
    }
  })

  it('equals it whatever the length of the transforms', () => {
    for (const one of cases)
      for (const factor of [2, 7, 40]) {
        const fftLength = one.decimation * (2 * Math.ceil(one.taps / one.decimation / 2 + 1) + 2 * factor)
        const bank = createFilterBank(filtersOf(one), { ...optionsOf(one), alignment: 'same', fftLength })
        expectClose(bank.filter(samplesOf(one)).re as Float64Array, one.same.re)
      }
  })

  it('in float32 agrees to 1e-6 of the largest output', () => {
    for (const one of cases) {
      const { re } = createFilterBank(filtersOf(one), { ...optionsOf(one), dtype: 'float32' }).filter(samplesOf(one))
      expect(re).toBeInstanceOf(Float32Array)
      expectClose(Float64Array.from(re), one.valid.re, 1e-6)
    }
  })

  it('in float32 agrees to 1e-6 of the largest output for filters of 4096 taps too, white as a search has them', () => {
    const [taps, length] = [4096, 30_000]
    const filters = { re: goldenNoise(2 * taps, 3), im: goldenNoise(2 * taps, 4) }
    const x = { re: goldenNoise(length, 5), im: goldenNoise(length, 6) }
    const [single, double] = (['float32', 'float64'] as const).map(dtype =>
      createFilterBank(filters, { taps, input: 'complex', dtype }).filter(x),
    )
    expectClose(Float64Array.from(single!.re), [...double!.re], 1e-6)
    expectClose(Float64Array.from(single!.im), [...double!.im], 1e-6)
  })

  it('filters each channel with each filter, shared or its own, with the bits it has alone', () => {
    const [taps, length] = [20, 300]
    const x = goldenNoise(2 * length, 5)
    const h = { re: goldenNoise(6 * taps, 6), im: goldenNoise(6 * taps, 7) }
    for (const perChannel of [false, true]) {
      const all = createFilterBank(h, { taps, channels: 2, perChannel }).filter(x)
      const filters = perChannel ? 3 : 6
      for (let channel = 0; channel < 2; channel++)
        for (let k = 0; k < filters; k++) {
          const at = ((perChannel ? channel * filters : 0) + k) * taps
          const one = { re: h.re.subarray(at, at + taps), im: h.im.subarray(at, at + taps) }
          const alone = createFilterBank(one, { taps }).filter(x.subarray(channel * length, (channel + 1) * length))
          expect(rowOf(all, channel * filters + k)).toEqual(rowOf(alone, 0))
        }
    }
  })

  it('refuses what does not fit, and NaN by its place', () => {
    const re = goldenNoise(12, 3)
    const x = goldenNoise(40, 3)
    expect(() => createFilterBank({ re }, { taps: 5 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.createFilterBank: 12 taps are no whole number of filters of 5]`,
    )
    expect(() => createFilterBank({ re, im: re.subarray(1) }, { taps: 6 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.createFilterBank: the filters have 12 real and 11 imaginary parts]`,
    )
    expect(() => createFilterBank({ re }, { taps: 6, fftLength: 6 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.createFilterBank: fftLength must be a multiple of 2 (twice the decimation) above 6 (the filter's length), got 6]`,
    )
    expect(() => createFilterBank({ re }, { taps: 6, decimation: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.createFilterBank: decimation must be a positive integer, got 0]`,
    )
    const bank = createFilterBank({ re }, { taps: 6, channels: 2 })
    expect(() => bank.filter(x.subarray(1))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.FilterBank: 39 samples are no whole number for each of 2 channels; check channels]`,
    )
    expect(() => bank.filter({ re: x, im: x })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.FilterBank: expected real samples, as the bank's input option says]`,
    )
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect(() => bank.filter(x.with(27, value))).toThrow(
        `signal.FilterBank: the sample at index 7 of channel 1 is ${value}, expected finite numbers`,
      )
  })

  it('gives nothing for a series shorter than its filters where outputs are valid', () => {
    expect(createFilterBank({ re: goldenNoise(8, 3) }, { taps: 8 }).filter(goldenNoise(7, 3)).length).toBe(0)
    expect(createFilterBank({ re: goldenNoise(8, 3) }, { taps: 8 }).filter(goldenNoise(8, 3)).length).toBe(1)
  })
})

/** A piece of a series of two channels. */
const pieceOf = (x: Float64Array, from: number, to: number): Float64Array => {
  const length = x.length / 2
  return Float64Array.from([...x.subarray(from, to), ...x.subarray(length + from, length + to)])
}

describe('a stream', () => {
  const settings: [string, FilterBankOptions][] = []
  for (const alignment of alignments)
    for (const dtype of ['float32', 'float64'] as const)
      for (const decimation of [1, 3]) {
        const options = { taps: 25, channels: 2, fftLength: 72, alignment, dtype, decimation }
        settings.push([`${alignment}, ${dtype}, 1 of ${decimation}`, options])
      }

  it.each(settings)('cut anywhere gives the bits of the whole: %s', (_, options) => {
    const filters = { re: goldenNoise(75, 9), im: goldenNoise(75, 10) }
    const bank = createFilterBank(filters, options)
    const stream = bank.stream()
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 130 }), { maxLength: 12 }), lengths => {
        const total = lengths.reduce((sum, length) => sum + length, 0)
        const x = goldenNoise(2 * total, 12)
        const pieces: BankOutput[] = []
        let at = 0
        for (const length of lengths) pieces.push(stream.push(pieceOf(x, at, (at += length))))
        pieces.push(stream.flush())
        expect(joined(pieces, 6)).toEqual(joined([bank.filter(x)], 6))
      }),
      { numRuns: 40 },
    )
  })

  it('may have its samples changed after a push', () => {
    const bank = createFilterBank({ re: goldenNoise(9, 3) }, { taps: 9 })
    const x = goldenNoise(50, 4)
    const stream = bank.stream()
    const given = x.slice()
    const first = stream.push(given)
    given.fill(7)
    expect(joined([first, stream.flush()], 1)).toEqual(joined([bank.filter(x)], 1))
  })
})

describe('createParallelFilterBank', () => {
  const pools = [createWorkerPool({ size: 1 }), createWorkerPool({ size: 2 })]
  afterAll(async () => {
    await Promise.all(pools.map(pool => pool.close()))
  })
  const [taps, length] = [512, 20_000]
  const h = { re: goldenNoise(20 * taps, 9), im: goldenNoise(20 * taps, 10) }
  const x = { re: goldenNoise(2 * length, 11), im: goldenNoise(2 * length, 12) }

  it('gives the bits of the calling thread for any number of threads, whole, streamed and with memory used again', async () => {
    const options = { taps, channels: 2, input: 'complex', dtype: 'float32', decimation: 2 } as const
    const expected = createFilterBank(h, options).filter(x)
    for (const pool of pools) {
      const bank = createParallelFilterBank(pool, h, options)
      for (let run = 0; run < 2; run++) {
        const whole = await bank.filter(x)
        expect(bytesOf(whole.re).equals(bytesOf(expected.re))).toBe(true)
        expect(bytesOf(whole.im).equals(bytesOf(expected.im))).toBe(true)
        bank.recycle(whole)
      }
      const stream = bank.stream()
      const cut = (from: number, to: number) => ({ re: pieceOf(x.re, from, to), im: pieceOf(x.im, from, to) })
      // Not awaited: pieces may follow each other faster than they are filtered.
      const pieces = [stream.push(cut(0, 9000)), stream.push(cut(9000, 17_123)), stream.push(cut(17_123, length))]
      expect(joined(await Promise.all([...pieces, stream.flush()]), 40)).toEqual(joined([expected], 40))
    }
  })

  it('rejects bad samples as the calling thread does', async () => {
    const bank = createParallelFilterBank(pools[0]!, h, { taps })
    await expect(bank.filter(x)).rejects.toMatchObject({ code: 'shape' })
    await expect(bank.stream().push(x.re.with(3, Number.NaN))).rejects.toMatchObject({ code: 'data' })
  })
})
