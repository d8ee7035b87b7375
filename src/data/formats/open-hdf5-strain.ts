import { Hdf5File } from '../hdf5-file.ts'
import { orderedPieces } from '../series-piece.ts'
import type { StrainFile, StrainPiece } from '../strain-file.ts'

/** Opens an HDF5 file whose pieces a function finds; it is closed again where that fails. */
export async function openHdf5Strain(
  path: string,
  format: string,
  piecesOf: (file: Hdf5File) => readonly StrainPiece[],
): Promise<StrainFile> {
  const file = await Hdf5File.open(path)
  try {
    return { path, format, pieces: orderedPieces(path, piecesOf(file)), close: () => file.close() }
  } catch (error) {
    file.close()
    throw error
  }
}
