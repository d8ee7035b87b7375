import { type ComplexArrays, type FloatArray, fft, irfft, rfft } from '../../tensor/fft/index.ts'
import { type BankLayout, isHalfSpectrum } from './layout.ts'
import { copyInto } from './memory.ts'
import { type ProductSpace, productSpace } from './products.ts'

/** Part of a bank's work on a run of blocks. */
export interface BlocksRequest {
  readonly layout: BankLayout
  /** `[channels, span]`: all samples that the blocks need, the first block's transform starting at the first. */
  readonly input: ComplexArrays<FloatArray>
  /** `[channels or 1, filters, bins]`. */
  readonly spectra: ComplexArrays<FloatArray>
  /** `[channels, filters, outputs]`: outputs past the last are not kept. */
  readonly output: ComplexArrays<FloatArray>
  readonly blocks: number
  readonly outputs: number
  /** The work is channels by blocks by filters in that order; from which of them to before which. */
  readonly from: number
  readonly to: number
}

/** Values that a transform of several rows handles at a time at most, so that they stay in the cache. */
const cachedValues = 2 ** 14

/**
 * Filters a part of a run of blocks by overlap-save. Each block's outputs of each filter are computed alone, so they do
 * not depend on how the work is divided.
 */
export function filterBlocks(request: BlocksRequest): void {
  const { layout, spectra, blocks, from, to } = request
  const { filters, bins, decimation, perChannel } = layout
  const isHalf = isHalfSpectrum(layout)
  const folds = isHalf ? 1 : decimation
  const rows = Math.max(1, Math.min(filters, Math.floor(cachedValues / layout.fftLength)))
  const seriesLength = isHalf ? layout.fftLength : 0
  const space = productSpace(layout.dtype, { bins, folds, rows, seriesLength })
  let unit = -1
  for (let item = from; item < to; ) {
    const filter = item % filters
    const count = Math.min(rows, filters - filter, to - item)
    const next = Math.floor(item / filters)
    if (next !== unit) transformInput(request, space, next)
    unit = next
    const channel = Math.floor(unit / blocks)
    const at = (perChannel ? channel * filters + filter : filter) * bins
    space.h.re.set(spectra.re.subarray(at, at + count * bins))
    space.h.im.set(spectra.im.subarray(at, at + count * bins))
    space.multiply(count)
    transformBack(request, space, count)
    for (let row = 0; row < count; row++) keepOutputs(request, space, row, { filter: filter + row, unit })
    item += count
  }
}

/** The spectrum of one channel's block. */
function transformInput({ layout, input, blocks }: BlocksRequest, { x }: ProductSpace, unit: number): void {
  const { fftLength: n, channels, blockOutputs, decimation, isComplexInput } = layout
  const span = input.re.length / channels
  const start = Math.floor(unit / blocks) * span + (unit % blocks) * blockOutputs * decimation
  const re = input.re.subarray(start, start + n)
  if (isComplexInput) {
    fft(re, input.im.subarray(start, start + n), n, { out: x })
    return
  }
  const half = n / 2 + 1
  rfft(re, n, { out: { re: x.re.subarray(0, half), im: x.im.subarray(0, half) } })
  if (isHalfSpectrum(layout)) return
  for (let k = 1; k < n - half + 1; k++) {
    x.re[n - k] = x.re[k]!
    x.im[n - k] = -x.im[k]!
  }
}

/** Products to series, in place but for real ones. */
function transformBack({ layout }: BlocksRequest, { y, series }: ProductSpace, count: number): void {
  const { bins, decimation, fftLength } = layout
  const width = isHalfSpectrum(layout) ? bins : bins / decimation
  const used = { re: y.re.subarray(0, count * width), im: y.im.subarray(0, count * width) }
  if (isHalfSpectrum(layout)) irfft(used.re, used.im, fftLength, { out: series.subarray(0, count * fftLength) })
  else fft(used.re, used.im, width, { inverse: true, out: used })
}

/** Copies what of a series has not wrapped round to its place among the outputs. */
function keepOutputs(
  { layout, output, blocks, outputs }: BlocksRequest,
  { y, series }: ProductSpace,
  row: number,
  place: { readonly filter: number; readonly unit: number },
): void {
  const { filters, blockOutputs, decimation, fftLength, overlap, isComplexOutput } = layout
  const block = place.unit % blocks
  const channel = Math.floor(place.unit / blocks)
  const start = row * (fftLength / decimation) + overlap / decimation
  const end = start + Math.min(blockOutputs, outputs - block * blockOutputs)
  const target = (channel * filters + place.filter) * outputs + block * blockOutputs
  copyInto(output.re, target, (isHalfSpectrum(layout) ? series : y.re).subarray(start, end))
  if (isComplexOutput) copyInto(output.im, target, y.im.subarray(start, end))
}
