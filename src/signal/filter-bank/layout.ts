import { QuadrupoleError } from '../../core/index.ts'
import type { FloatArray } from '../../tensor/fft/index.ts'

/**
 * Which outputs of the convolution `y[n] = sum over k of h[k] x[n - k]` are kept, of an input of T samples and a filter
 * of L taps; outside of the input x counts as zero.
 *
 * - `valid`: n from L - 1 to T - 1, where the filter lies inside the input.
 * - `same`: T of them, centred: from n = floor((L - 1) / 2), so that a filter symmetric about its middle tap delays nothing.
 * - `causal`: n from 0 to T - 1, as a live filter gives them, starting from silence.
 */
export type Alignment = 'valid' | 'same' | 'causal'

/** FIR filters by their taps, rows of shape `[filters, taps]`; without `im` they are real. */
export interface FirFilters {
  readonly re: FloatArray
  readonly im?: FloatArray
}

export interface FilterBankOptions {
  /** Taps of a filter: the length of a row. */
  readonly taps: number
  /** Series filtered side by side. */
  readonly channels?: number
  /** Whether each channel has filters of its own: then they have the shape `[channels, filters, taps]`. */
  readonly perChannel?: boolean
  /** Whether the series are real or complex. */
  readonly input?: 'real' | 'complex'
  /** Keeps one of so many outputs, the first of them included. The filters must remove what would alias. */
  readonly decimation?: number
  readonly alignment?: Alignment
  /** Precision of the arithmetic and of the outputs; that of the taps unless given. Inputs may have either. */
  readonly dtype?: 'float32' | 'float64'
  /**
   * Length of the transforms, samples; a number of good speed unless given. A stream is up to so much less the filter's
   * length behind its input. Results depend on it in their rounding, as on nothing else.
   */
  readonly fftLength?: number
}

/** How a bank cuts its work: everything about it but the numbers. Plain data, which workers receive. */
export interface BankLayout {
  readonly channels: number
  readonly filters: number
  readonly taps: number
  readonly perChannel: boolean
  readonly alignment: Alignment
  readonly dtype: 'float32' | 'float64'
  readonly decimation: number
  readonly isComplexInput: boolean
  readonly isComplexOutput: boolean
  /** Which output of the whole convolution is output 0. */
  readonly first: number
  /** Samples of a transform, those at its beginning whose outputs have wrapped round, and outputs that one gives. */
  readonly fftLength: number
  readonly overlap: number
  readonly blockOutputs: number
  /** Bins of a spectrum: half of them where all is real and nothing is folded. */
  readonly bins: number
}

/** A block costs `N log N` and gives `N - overlap`. The least length within a tenth of the best keeps caches and latency. */
function chooseFftLength(overlap: number, decimation: number): number {
  const cost = (n: number) => (n * Math.log2(n)) / (n - overlap)
  const candidates: number[] = []
  for (let n = 64 * decimation; n <= 2 ** 22; n *= 2) if (n > overlap) candidates.push(n)
  const best = Math.min(...candidates.map(cost))
  const chosen = candidates.find(n => cost(n) <= 1.1 * best)
  if (chosen === undefined)
    throw new QuadrupoleError('argument', `signal.createFilterBank: filters of ${overlap} samples are too long`)
  return chosen
}

/** Checks a bank's options and says how it cuts its work. */
export function planBank(
  filters: FirFilters,
  {
    taps,
    channels = 1,
    perChannel = false,
    input = 'real',
    decimation = 1,
    alignment = 'valid',
    dtype = filters.re instanceof Float32Array ? 'float32' : 'float64',
    fftLength,
  }: FilterBankOptions,
): BankLayout {
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `signal.createFilterBank: ${message}`, {
      details: { taps, channels, decimation, fftLength },
    })
  }
  for (const [name, value] of Object.entries({ taps, channels, decimation }))
    if (!Number.isSafeInteger(value) || value < 1) fail(`${name} must be a positive integer, got ${value}`)
  const count = filters.re.length / (taps * (perChannel ? channels : 1))
  if (!Number.isInteger(count) || count < 1)
    fail(
      `${filters.re.length} taps are no whole number of filters of ${taps}${perChannel ? ` for ${channels} channels` : ''}`,
    )
  if (filters.im !== undefined && filters.im.length !== filters.re.length)
    fail(`the filters have ${filters.re.length} real and ${filters.im.length} imaginary parts`)

  const isComplexInput = input === 'complex'
  const isComplexOutput = isComplexInput || filters.im !== undefined
  // Blocks of an even number of outputs keep copies between threads aligned, and local decimation on the bank's grid.
  const overlap = Math.ceil((taps - 1) / (2 * decimation)) * 2 * decimation
  const length = fftLength ?? chooseFftLength(overlap, decimation)
  if (!Number.isSafeInteger(length) || length % (2 * decimation) !== 0 || length <= overlap)
    fail(
      `fftLength must be a multiple of ${2 * decimation} (twice the decimation) above ${overlap} (the filter's length), got ${length}`,
    )
  const isHalf = !isComplexOutput && decimation === 1
  return {
    channels,
    filters: count,
    taps,
    perChannel,
    alignment,
    dtype,
    decimation,
    isComplexInput,
    isComplexOutput,
    first: alignment === 'valid' ? taps - 1 : alignment === 'same' ? (taps - 1) >> 1 : 0,
    fftLength: length,
    overlap,
    blockOutputs: (length - overlap) / decimation,
    bins: isHalf ? length / 2 + 1 : length,
  }
}

/** Whether only the non-negative frequencies are kept, because nothing is complex and nothing folded. */
export const isHalfSpectrum = ({ bins, fftLength }: BankLayout): boolean => bins !== fftLength

/** How many outputs an input of so many samples has in all. */
export function countOutputs({ alignment, taps, decimation }: BankLayout, samples: number): number {
  const undecimated = alignment === 'valid' ? samples - taps + 1 : samples
  return Math.max(0, Math.ceil(undecimated / decimation))
}
