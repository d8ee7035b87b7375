import { GpsTime } from '../../gw/index.ts'
import { dataError } from '../data-error.ts'
import { Hdf5File, hasHdf5Signature } from '../hdf5-file.ts'
import { hdf5Piece } from '../series-piece.ts'
import type { QualityMask, StrainFormat, StrainPiece } from '../strain-file.ts'
import { openHdf5Strain } from './open-hdf5-strain.ts'

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
  name: 'GWOSC HDF5',

  async identify(path, header) {
    if (!hasHdf5Signature(header)) return false
    const file = await Hdf5File.open(path)
    try {
      return file.has('strain') && (file.has('strain/Strain') || file.has('meta'))
    } finally {
      file.close()
    }
  },

  open: path => openHdf5Strain(path, 'GWOSC HDF5', file => [gwoscPiece(file)]),
}

function gwoscPiece(file: Hdf5File): StrainPiece {
  const [length = 0] = file.shape('strain/Strain')
  const spacing = file.numberAttribute('strain/Strain', 'Xspacing')
  const t0 = GpsTime.fromSeconds(file.number('meta/GPSstart'))
  const duration = file.number('meta/Duration')
  const channel = `${file.string('meta/Detector')}:STRAIN`
  if (!(spacing > 0) || Math.abs(length * spacing - duration) > spacing / 2)
    throw dataError(
      'layout',
      `data.openStrain: ${file.path} contradicts itself: ${length} samples, each ${spacing} s, are not ` +
        `${duration} s (meta/Duration); fetch it again`,
    )
  const mask = (dataset: string, names: string): QualityMask | undefined =>
    file.has(dataset)
      ? { bits: file.uint32(dataset), names: file.has(names) ? file.strings(names) : [], t0, spacing: 1 }
      : undefined
  return {
    ...hdf5Piece(file, 'strain/Strain', { channel, t0, spacing }),
    get quality() {
      return mask('quality/simple/DQmask', 'quality/simple/DQShortnames')
    },
    get injections() {
      return mask('quality/injections/Injmask', 'quality/injections/InjShortnames')
    },
  }
}
