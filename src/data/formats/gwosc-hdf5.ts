import { GpsTime, TimeSeries } from '../../gw/index.ts'
import { dataError } from '../data-error.ts'
import { Hdf5File, hasHdf5Signature } from '../hdf5-file.ts'
import type { QualityMask, StrainFile, StrainFormat } from '../strain-file.ts'

const formatName = 'GWOSC HDF5'

/**
 * The HDF5 files that the Gravitational Wave Open Science Center publishes (also under its former name, LOSC), one
 * detector each:
 *
 *     strain/Strain              float64, attribute Xspacing (seconds between samples)
 *     meta/GPSstart, Duration    seconds
 *     meta/Detector              such as H1
 *     quality/simple/DQmask      one word a second, names in DQShortnames
 *     quality/injections/Injmask likewise, names in InjShortnames
 */
export const gwoscHdf5: StrainFormat = {
  name: formatName,

  async identify(path, header) {
    if (!hasHdf5Signature(header)) return false
    const file = await Hdf5File.open(path)
    try {
      return file.has('strain') && (file.has('strain/Strain') || file.has('meta'))
    } finally {
      file.close()
    }
  },

  async open(path) {
    const file = await Hdf5File.open(path)
    try {
      return openGwosc(file)
    } catch (error) {
      file.close()
      throw error
    }
  },
}

function openGwosc(file: Hdf5File): StrainFile {
  const [length = 0] = file.shape('strain/Strain')
  const spacing = file.numberAttribute('strain/Strain', 'Xspacing')
  const t0 = GpsTime.fromSeconds(file.number('meta/GPSstart'))
  const duration = file.number('meta/Duration')
  const channel = `${file.string('meta/Detector')}:STRAIN`
  const rate = 1 / spacing
  const sampleRate = Math.abs(rate - Math.round(rate)) < 1e-6 * rate ? Math.round(rate) : rate
  if (!(spacing > 0) || Math.abs(length / sampleRate - duration) > spacing / 2)
    throw dataError(
      'layout',
      `data.openStrain: ${file.path} contradicts itself: ${length} samples, each ${spacing} s, are not ` +
        `${duration} s (meta/Duration); fetch it again`,
    )
  const span = { start: t0, end: t0.plus(duration) }
  const mask = (dataset: string, names: string): QualityMask | undefined =>
    file.has(dataset)
      ? { bits: file.uint32(dataset), names: file.has(names) ? file.strings(names) : [], t0, spacing: 1 }
      : undefined

  return {
    path: file.path,
    format: formatName,
    channel,
    sampleRate,
    span,
    get quality() {
      return mask('quality/simple/DQmask', 'quality/simple/DQShortnames')
    },
    get injections() {
      return mask('quality/injections/Injmask', 'quality/injections/InjShortnames')
    },
    read({ start, end } = span) {
      const from = Math.ceil(start.minus(t0) * sampleRate - 1e-6)
      const to = Math.ceil(end.minus(t0) * sampleRate - 1e-6)
      if (from < 0 || to > length || from >= to)
        throw dataError(
          'times',
          `data.StrainFile.read: ${file.path} holds GPS ${span.start} to ${span.end}, which does not hold ${start} to ${end}`,
        )
      return new TimeSeries(file.float64('strain/Strain', from, to), {
        t0: t0.plus(from / sampleRate),
        sampleRate,
        channel,
      })
    },
    close: () => file.close(),
  }
}
