import { GpsTime } from '../../gw/index.ts'
import { Hdf5File, hasHdf5Signature } from '../hdf5-file.ts'
import { channelOf, hdf5Piece } from '../series-piece.ts'
import type { StrainFormat } from '../strain-file.ts'
import { openHdf5Strain } from './open-hdf5-strain.ts'

const attributes = ['start_time', 'delta_t'] as const

/**
 * HDF5 as PyCBC saves time series, and as MLGWSC-1 lays data out: datasets with the attributes `start_time` (GPS seconds)
 * and `delta_t` (seconds between samples), at the root or, `/<detector>/<GPS start>`, in a group for each detector.
 */
export const pycbcHdf5: StrainFormat = {
  name: 'PyCBC/MLGWSC-1 HDF5',

  async identify(path, header) {
    if (!hasHdf5Signature(header)) return false
    const file = await Hdf5File.open(path)
    try {
      return findSeries(file).next().done === false
    } finally {
      file.close()
    }
  },

  open: path =>
    openHdf5Strain(path, 'PyCBC/MLGWSC-1 HDF5', file =>
      Array.from(findSeries(file), ({ dataset, name }) =>
        hdf5Piece(file, dataset, {
          channel: channelOf(name),
          t0: GpsTime.fromSeconds(file.numberAttribute(dataset, 'start_time')),
          spacing: file.numberAttribute(dataset, 'delta_t'),
        }),
      ),
    ),
}

/** Series at the root by their own name, those in groups by the group's. */
function* findSeries(file: Hdf5File): Generator<{ readonly dataset: string; readonly name: string }> {
  for (const name of file.keys()) {
    if (file.hasSeries(name, attributes)) yield { dataset: name, name }
    for (const key of file.keys(name)) {
      const dataset = `${name}/${key}`
      if (file.hasSeries(dataset, attributes)) yield { dataset, name }
    }
  }
}
