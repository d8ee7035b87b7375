import { join } from 'node:path'
import { writeGwoscFile } from '../../../data/testing/gwosc-file.ts'
import { npy, npyText, writeZip } from '../../../data/testing/npz-file.ts'
import { type SeriesContent, writeSeriesFile } from '../../../data/testing/series-file.ts'
import { GpsTime } from '../../../gw/index.ts'
import { rfft } from '../../../tensor/fft/index.ts'

/** Second from which tones are counted. */
export const toneStart = 1_238_205_077

/** GPS time of a number of seconds after `toneStart`. */
export const at = (seconds: number): GpsTime => GpsTime.fromSeconds(toneStart).plus(seconds)

/** Strain at a number of seconds after `toneStart`: known at any time and rate, of each detector another. */
export function tone(detector: string, seconds: number): number {
  const phase = detector === 'H1' ? 0.3 : 2.1
  // Whole turns a second, so that no digits are lost where there are many.
  const turn = 2 * Math.PI * (seconds % 1)
  return 1e-21 * (Math.sin(97 * turn + phase) + 0.7 * Math.sin(203 * turn + 2 * phase) + 0.2 * Math.sin(411 * turn))
}

/** Largest amplitude of `tone`. */
export const toneAmplitude = 1.9e-21

export interface ToneSpan {
  readonly detector: string
  /** Seconds after `toneStart`. */
  readonly from: number
  readonly seconds: number
  readonly sampleRate: number
  /** Changes samples, in place. */
  readonly spoil?: (values: Float64Array) => void
}

/** Samples of `tone`. */
export function toneSamples({ detector, from, seconds, sampleRate, spoil }: ToneSpan): Float64Array {
  const length = Math.round(seconds * sampleRate)
  const values = Float64Array.from({ length }, (_, n) => tone(detector, from + n / sampleRate))
  spoil?.(values)
  return values
}

/** Writes a tone in the layout of GWOSC; it begins on a whole second. */
export function gwoscTone(folder: string, name: string, span: ToneSpan, quality?: Uint32Array): Promise<string> {
  const { detector, from, sampleRate } = span
  const content = { strain: toneSamples(span), gpsStart: toneStart + from, sampleRate, detector }
  return writeGwoscFile(join(folder, name), quality === undefined ? content : { ...content, quality })
}

/** Writes tones in the layout of aframe and GWpy, each in a dataset named by the detector unless another name is given. */
export function aframeTones(folder: string, name: string, spans: readonly (ToneSpan & { dataset?: string })[]) {
  const series = spans.map(
    (span): SeriesContent => ({
      dataset: span.dataset ?? span.detector,
      values: toneSamples(span),
      attributes: { x0: toneStart + span.from, dx: 1 / span.sampleRate },
    }),
  )
  return writeSeriesFile(join(folder, name), series)
}

/** Writes tones in the layout of MLGWSC-1, or in PyCBC's, which names no detector. */
export function challengeTones(
  folder: string,
  name: string,
  spans: readonly ToneSpan[],
  { layout = 'challenge' }: { readonly layout?: 'challenge' | 'pycbc' } = {},
): Promise<string> {
  const series = spans.map(
    (span): SeriesContent => ({
      dataset: layout === 'pycbc' ? 'data' : `${span.detector}/${toneStart + span.from}`,
      values: toneSamples(span),
      attributes: { start_time: toneStart + span.from, delta_t: 1 / span.sampleRate },
    }),
  )
  return writeSeriesFile(join(folder, name), series)
}

/** Writes tones of H1 and L1 as cogwheel keeps strain, tapered by an eighth at each end. */
export function cogwheelTones(folder: string, name: string, { from, seconds, sampleRate }: Omit<ToneSpan, 'detector'>) {
  const taper = seconds / 8
  const spectra = ['H1', 'L1'].map(detector => {
    const values = toneSamples({ detector, from, seconds, sampleRate })
    const tapered = values.map((value, n) => {
      const edge = Math.min(n, values.length - n) / sampleRate
      return edge < taper ? value * Math.sin((Math.PI / 2) * (edge / taper)) ** 2 : value
    })
    return rfft(tapered, tapered.length)
  })
  const bins = (seconds * sampleRate) / 2 + 1
  const strain = spectra.flatMap(({ re, im }) => [...re].flatMap((x, k) => [x / sampleRate, im[k]! / sampleRate]))
  return writeZip(join(folder, name), {
    'detector_names.npy': npyText('HL'),
    'tgps.npy': npy('<f8', [], Float64Array.of(toneStart + from + 10)),
    'tcoarse.npy': npy('<f8', [], Float64Array.of(10)),
    'frequencies.npy': npy(
      '<f8',
      [bins],
      Float64Array.from({ length: bins }, (_, k) => k / seconds),
    ),
    'strain.npy': npy('<c16', [2, bins], Float64Array.from(strain)),
  })
}
