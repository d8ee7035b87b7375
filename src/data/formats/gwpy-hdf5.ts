import { GpsTime } from '../../gw/index.ts'
import { Hdf5File, hasHdf5Signature } from '../hdf5-file.ts'
import { channelOf, hdf5Piece } from '../series-piece.ts'
import type { StrainFormat } from '../strain-file.ts'
import { openHdf5Strain } from './open-hdf5-strain.ts'

const attributes = ['x0', 'dx'] as const

/**
 * HDF5 as GWpy writes time series, and as aframe lays background out: datasets at the root, named by channel or detector,
 * with the attributes `x0` (GPS time of the first sample, seconds) and `dx` (seconds between samples).
 */
export const gwpyHdf5: StrainFormat = {
  name: 'GWpy/aframe HDF5',

  async identify(path, header) {
    if (!hasHdf5Signature(header)) return false
    const file = await Hdf5File.open(path)
    try {
      return file.keys().some(name => file.hasSeries(name, attributes))
    } finally {
      file.close()
    }
  },

  open: path =>
    openHdf5Strain(path, 'GWpy/aframe HDF5', file =>
      file
        .keys()
        .filter(name => file.hasSeries(name, attributes))
        .map(name =>
          hdf5Piece(file, name, {
            channel: channelOf(name),
            t0: GpsTime.fromSeconds(file.numberAttribute(name, 'x0')),
            spacing: file.numberAttribute(name, 'dx'),
          }),
        ),
    ),
}
