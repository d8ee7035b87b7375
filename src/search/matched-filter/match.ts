import { type Progress, silentProgress } from '../../core/index.ts'
import type { Spectrum } from '../../signal/index.ts'
import { type ComplexArrays, fft } from '../../tensor/fft/index.ts'
import { chirpTimeBound } from '../../waveforms/index.ts'
import { type SearchBand, templateBins, templateLength } from './band.ts'
import { type ComplexRows, rowOf, zeroSingleRows } from './complex-rows.ts'
import { type Intrinsic, whitenedTemplates } from './whitened-templates.ts'

/**
 * Whitened spectra of unit norm that are made for comparing with each other: on bins no narrower than the waveforms need,
 * wide where little time is left to the merger, and with their power centred at time 0. Two waveforms that are alike are
 * then best aligned at a lag of a few milliseconds, and what turns within a bin turns in both.
 */
export interface ComparableSpectra extends ComplexRows<Float32Array> {
  /** Frequency of each bin in whole Hz: lags are told apart to half a second. */
  readonly slots: Uint16Array
  /** Points of a correlation, over one second. */
  readonly points: number
}

/** Widest bins, Hz, and how far the phase turns within a bin at most, cycles, unless the bin is as narrow as the band's. */
const widestBin = 1
const turnWithinBin = 0.25

export interface ComparableSpectraOptions {
  readonly band: SearchBand
  readonly response: Spectrum
  readonly progress?: Progress
}

/** The spectra of some binaries under one whitening. */
export function comparableSpectra(
  binaries: readonly Intrinsic[],
  { band, response, progress = silentProgress }: ComparableSpectraOptions,
): ComparableSpectra {
  const edges = binEdges(binaries, band)
  const set = zeroSingleRows(binaries.length, edges.length - 1)
  const middle = (bin: number) => (edges[bin]! + edges[bin + 1]! - 1) / 2 / band.templateDuration
  const work = progress.begin('making waveforms', { total: binaries.length, unit: 'waveforms' })
  for (const [row, binary] of binaries.entries()) {
    const [fine] = whitenedTemplates([binary], { band, responses: [response] })
    const centre = meanTime(fine!, band)
    const out = rowOf(set, row)
    for (let bin = 0; bin < set.length; bin++) {
      let [re, im, power] = [0, 0, 0]
      for (let k = edges[bin]!; k < edges[bin + 1]!; k++) {
        re += fine!.re[k]!
        im += fine!.im[k]!
        power += fine!.re[k]! ** 2 + fine!.im[k]! ** 2
      }
      const size = Math.sqrt(power)
      const phase = Math.atan2(im, re) + 2 * Math.PI * middle(bin) * centre
      out.re[bin] = size * Math.cos(phase)
      out.im[bin] = size * Math.sin(phase)
    }
    work.advance()
  }
  work.finish()
  const points = 2 ** Math.ceil(Math.log2(band.bandwidth))
  return { ...set, slots: Uint16Array.from({ length: set.length }, (_, bin) => Math.floor(middle(bin))), points }
}

/** Where bins begin and the last ends, in bins of the band, so that the longest of the binaries turns little within one. */
function binEdges(binaries: readonly Intrinsic[], band: SearchBand): number[] {
  const [from, to] = templateBins(band)
  const duration = (binary: Intrinsic) => chirpTimeBound(band.minimumFrequency, binary)
  const longest = binaries.reduce((a, b) => (duration(b) > duration(a) ? b : a))
  const edges = [from]
  for (let k = from; k < to; ) {
    const width = turnWithinBin / chirpTimeBound(k / band.templateDuration, longest)
    k += Math.max(1, Math.floor(Math.min(width, widestBin) * band.templateDuration))
    edges.push(Math.min(k, to))
  }
  return edges
}

/** The mean time of a template's power, seconds after its merger. */
function meanTime({ re, im }: ComplexArrays<Float64Array>, band: SearchBand): number {
  const length = templateLength(band)
  const series = fft(re, im, length, { inverse: true })
  let [moment, total] = [0, 0]
  for (let n = 0; n < length; n++) {
    const power = series.re[n]! ** 2 + series.im[n]! ** 2
    moment += power * (n < band.afterMerger * band.bandwidth ? n : n - length)
    total += power
  }
  return moment / total / band.bandwidth
}

/** Spectra whose correlations are transformed at once. */
const rowsAtOnce = 32

/** Matches of one of the spectra with others: overlaps maximised over phase, and over time between points too. */
export function matchesWith(set: ComparableSpectra, row: number, others: readonly number[]): Float64Array {
  const { slots, points } = set
  const own = rowOf(set, row)
  const matches = new Float64Array(others.length)
  const products = zeroSingleRows(rowsAtOnce, points)
  const series = zeroSingleRows(rowsAtOnce, points)
  const band = { from: slots[0]!, to: slots[set.length - 1]! + 1 }
  for (let from = 0; from < others.length; from += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, others.length - from)
    products.re.fill(0)
    products.im.fill(0)
    for (let i = 0; i < rows; i++) addProducts(own, rowOf(set, others[from + i]!), slots, rowOf(products, i))
    const used = (values: Float32Array) => values.subarray(0, rows * points)
    const out = { re: used(series.re), im: used(series.im) }
    fft(used(products.re), used(products.im), points, { inverse: true, out })
    for (let i = 0; i < rows; i++) matches[from + i] = highest(rowOf(series, i), rowOf(products, i), band)
  }
  return matches
}

type Complex32 = ComplexArrays<Float32Array>

/** Adds conj(a) b of each bin to its slot. */
function addProducts(a: Complex32, b: Complex32, slots: Uint16Array, { re, im }: Complex32): void {
  for (let bin = 0; bin < slots.length; bin++) {
    const slot = slots[bin]!
    re[slot]! += a.re[bin]! * b.re[bin]! + a.im[bin]! * b.im[bin]!
    im[slot]! += a.re[bin]! * b.im[bin]! - a.im[bin]! * b.re[bin]!
  }
}

/** The transform's bins that are not zero. */
interface UsedBins {
  readonly from: number
  readonly to: number
}

/**
 * The highest modulus of a correlation, between its points too: from the highest point towards its higher neighbour, by a
 * parabola through the logarithms of three values a quarter of a step apart. The points alone are too far from each other.
 */
function highest({ re, im }: Complex32, products: Complex32, band: UsedBins): number {
  const points = re.length
  const power = (t: number) => re[t]! * re[t]! + im[t]! * im[t]!
  let at = 0
  for (let t = 1; t < points; t++) if (power(t) > power(at)) at = t
  const towards = power((at + 1) % points) > power((at + points - 1) % points) ? 0.25 : -0.25
  const [a, b, c] = [0, towards, 2 * towards].map(step => Math.log(powerAt(products, (at + step) / points, band))) as [
    number,
    number,
    number,
  ]
  const bend = a - 2 * b + c
  const rise = bend < 0 ? (c - a) ** 2 / (-8 * bend) : 0
  const vertex = bend < 0 ? (a - c) / (2 * bend) : 0
  return Math.exp(Math.max(a, c, Math.abs(vertex) <= 1.5 ? b + rise : b) / 2)
}

/** Power of the correlation at any lag, in parts of its period. */
function powerAt({ re, im }: Complex32, lag: number, { from, to }: UsedBins): number {
  const [stepRe, stepIm] = [Math.cos(2 * Math.PI * lag), Math.sin(2 * Math.PI * lag)]
  let [x, y] = [Math.cos(2 * Math.PI * lag * from), Math.sin(2 * Math.PI * lag * from)]
  let [sumRe, sumIm] = [0, 0]
  for (let k = from; k < to; k++) {
    sumRe += re[k]! * x - im[k]! * y
    sumIm += re[k]! * y + im[k]! * x
    const next = x * stepRe - y * stepIm
    y = x * stepIm + y * stepRe
    x = next
  }
  return sumRe * sumRe + sumIm * sumIm
}
