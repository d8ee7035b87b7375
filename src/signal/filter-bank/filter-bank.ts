import type { ComplexArrays, FloatArray } from '../../tensor/fft/index.ts'
import { filterBlocks } from './filter-blocks-worker.ts'
import { type BankLayout, countOutputs, type FilterBankOptions, type FirFilters, planBank } from './layout.ts'
import { allocate } from './memory.ts'
import { filterSpectra } from './spectra.ts'
import { createStreamBuffer, type ReadyBlocks, type Samples } from './stream-buffer.ts'

/** Outputs of a bank. */
export interface BankOutput extends ComplexArrays<FloatArray> {
  /** `[channels, filters, length]`, float32 or float64 as the bank's `dtype`. */
  readonly re: FloatArray
  /** The same; empty where filters and input are real. */
  readonly im: FloatArray
  /** Outputs of each channel and filter. */
  readonly length: number
  /** Which output is the first, counted from the beginning of the input. */
  readonly start: number
}

/** A filter bank that is fed piece by piece. All pieces together give the bits that the whole gives. */
export interface FilterStream {
  /** Takes samples, `[channels, any length]`, and gives the outputs that are complete, perhaps none. */
  push(samples: Samples): BankOutput
  /** Ends the stream: gives the outputs still missing. The next sample begins a new one. */
  flush(): BankOutput
}

/** Many FIR filters over many channels. */
export interface FilterBank {
  readonly layout: BankLayout
  /**
   * Filters whole series, `[channels, samples]`.
   *
   * @throws `shape` for real samples where complex ones were announced (or the reverse) or no whole number for each
   * channel, `data` for NaN and infinities.
   */
  filter(samples: Samples): BankOutput
  /** Begins a stream; the bank may feed several at once. */
  stream(): FilterStream
  /** How many outputs a series of so many samples has. */
  countOutputs(samples: number): number
}

/**
 * Long FIR filters by FFT: overlap-save, each block's spectrum computed once for all filters. Real or complex filters
 * and series, any number of channels, float32 or float64, optionally decimated (in the frequency domain, so that a
 * decimated bank costs less). Output m is `y[first + m decimation]` of the convolution, `first` as `alignment` says; a
 * filter that is to correlate must be conjugated and reversed in time.
 *
 * Outputs depend only on the samples and the bank: not on how the series is cut, nor on other filters and channels.
 *
 * @throws `argument` for filters and options that do not fit each other.
 *
 * @example
 * const bank = createFilterBank({ re: Float64Array.of(1, 1, 1, -1) }, { taps: 2 })
 * bank.filter(Float64Array.of(1, 2, 4)).re // [3, 6, 1, 2]
 */
export function createFilterBank(filters: FirFilters, options: FilterBankOptions): FilterBank {
  const layout = planBank(filters, options)
  const spectra = filterSpectra(filters, layout, false)
  const run = ({ input, blocks, outputs, start }: ReadyBlocks): BankOutput => {
    const length = layout.channels * layout.filters * outputs
    const make = (size: number) => allocate(layout.dtype, size, false)
    const output = { re: make(length), im: make(layout.isComplexOutput ? length : 0) }
    const to = layout.channels * blocks * layout.filters
    filterBlocks({ layout, input, spectra, output, blocks, outputs, from: 0, to })
    return { ...output, length: outputs, start }
  }
  return {
    layout,
    filter: samples => run(createStreamBuffer(layout, false).take(samples, { isLast: true })),
    stream() {
      const buffer = createStreamBuffer(layout, false)
      return {
        push: samples => run(buffer.take(samples, { isLast: false })),
        flush: () => run(buffer.take(undefined, { isLast: true })),
      }
    },
    countOutputs: samples => countOutputs(layout, samples),
  }
}
