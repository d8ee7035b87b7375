import type { WorkerPool } from '../../core/index.ts'
import { type BankOutput, createParallelFilterBank, type ParallelFilterBank, type Spectrum } from '../../signal/index.ts'
import type { FloatArray } from '../../tensor/fft/index.ts'
import { templateLength } from './band.ts'
import { type FilteredPiece, joinPieces } from './filtered-piece.ts'
import {
  basisDelay,
  basisFilters,
  type TemplateBank,
  type TemplateWeighting,
  type TemplateWeights,
  templateWeighting,
} from './template-bank.ts'
import { whiteningBand } from './whitening-band.ts'

/** A stream of strain of all detectors through the basis filters. */
export interface FrontEndStream {
  /** Takes strain, `[detectors, any length]`. */
  push(strain: FloatArray): Promise<FilteredPiece>
  flush(): Promise<FilteredPiece>
}

/** Strain in, outputs of the bank's basis filters out. */
export interface FrontEnd {
  readonly bank: TemplateBank
  readonly detectors: number
  /** Of each detector. */
  readonly weights: readonly TemplateWeights[]
  /** Samples of the band's series at either end of a stretch that are silent, so that signals there are not seen whole. */
  readonly edge: number
  /** Does the work, of what takes the outputs too. */
  readonly pool: WorkerPool
  stream(): FrontEndStream
  /** Gives a piece's memory back for the next. */
  recycle(piece: FilteredPiece): void
}

export interface FrontEndOptions {
  readonly bank: TemplateBank
  /** Noise of each detector, one-sided, up to the Nyquist frequency. */
  readonly psds: readonly Spectrum[]
  /** Hz. */
  readonly sampleRate: number
  readonly pool: WorkerPool
  /** Length of the whitening filter, seconds; see `whiteningBand`. */
  readonly filterDuration?: number | undefined
  /** Of the bank, for the same pool and as many detectors, where it is used for several front ends. */
  readonly prepared?: PreparedBank
}

/** What of a bank is the same for all noise, and takes a while to make. */
export interface PreparedBank {
  readonly weighting: TemplateWeighting
  readonly basis: ParallelFilterBank
}

/** Prepares a bank for the front ends of so many detectors. */
export const prepareBank = (
  bank: TemplateBank,
  { pool, detectors }: { readonly pool: WorkerPool; readonly detectors: number },
): PreparedBank => ({
  weighting: templateWeighting(bank),
  basis: createParallelFilterBank(pool, basisFilters(bank), {
    taps: templateLength(bank.band),
    channels: detectors,
    input: 'complex',
    alignment: 'causal',
    dtype: 'float32',
  }),
})

/**
 * Filters that whiten each detector's strain, and the basis filters over them. Whitened strain is silent where the filter
 * reaches beyond an end of what it is given: strain breaks off there, which would whiten to something loud.
 */
export async function createFrontEnd({
  bank,
  psds,
  sampleRate,
  pool,
  filterDuration,
  prepared = prepareBank(bank, { pool, detectors: psds.length }),
}: FrontEndOptions): Promise<FrontEnd> {
  const whiteningOptions = { sampleRate, band: bank.band, ...(filterDuration !== undefined && { filterDuration }) }
  const bands = psds.map(psd => whiteningBand({ psd, ...whiteningOptions }))
  const detectors = psds.length
  const { taps, decimation } = bands[0]!.filter
  const join = (part: 're' | 'im') => {
    const all = new Float32Array(detectors * taps)
    for (const [i, { filter }] of bands.entries()) all.set(filter[part], i * taps)
    return all
  }
  const whitening = createParallelFilterBank(
    pool,
    { re: join('re'), im: join('im') },
    { taps, decimation, channels: detectors, perChannel: true, alignment: 'same', dtype: 'float32' },
  )
  const { basis, weighting } = prepared
  const delay = basisDelay(bank)
  /** Whitened samples at each end that the filter makes of strain and of nothing: what it lacks there is no signal. */
  const edge = Math.ceil(taps / 2 / decimation)
  const piece = ({ re, im, length, start }: BankOutput): FilteredPiece => ({
    // float32, as the bank was asked for
    re: re as Float32Array,
    im: im as Float32Array,
    length,
    start: start - delay,
  })
  return {
    bank,
    detectors,
    weights: await weighting(bands.map(({ response }) => response)),
    edge,
    pool,
    stream() {
      const [first, second] = [whitening.stream(), basis.stream()]
      return {
        async push(strain) {
          const whitened = await first.push(strain)
          silence(whitened, { from: 0, to: edge })
          const filtered = await second.push(whitened)
          whitening.recycle(whitened)
          return piece(filtered)
        },
        async flush() {
          const whitened = await first.flush()
          const end = whitened.start + whitened.length
          silence(whitened, { from: 0, to: edge })
          silence(whitened, { from: end - edge, to: end })
          const [last, rest] = [await second.push(whitened), await second.flush()]
          const pieces = [piece(last), piece(rest)]
          return joinPieces(pieces, { rows: detectors * bank.basis.rows, from: pieces[0]!.start })
        },
      }
    },
    recycle: basis.recycle,
  }
}

/** Sets the outputs numbered `from` to `to` to zero, as far as they are among those given. */
function silence({ re, im, length, start }: BankOutput, { from, to }: { readonly from: number; readonly to: number }) {
  const [first, last] = [Math.max(0, from - start), Math.min(length, to - start)]
  if (first >= last) return
  for (const values of [re, im])
    for (let row = 0; row < values.length; row += length) values.fill(0, row + first, row + last)
}
