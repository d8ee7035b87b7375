import { open } from 'node:fs/promises'
import { dataError } from './data-error.ts'
import { Hdf5File, hasHdf5Signature } from './hdf5-file.ts'

/**
 * Opens a file that must be HDF5.
 *
 * @throws `io`: `missing` or `empty`; `format`: `unknown` for another format, and what `Hdf5File.open` throws.
 */
export async function openHdf5(
  path: string,
  { where, what }: { readonly where: string; readonly what: string },
): Promise<Hdf5File> {
  const header = await readHeader(path, { where, what })
  if (header.length === 0) throw dataError('empty', `${where}: ${path} is empty (0 bytes); expected ${what}`)
  if (!hasHdf5Signature(header)) throw dataError('unknown', `${where}: ${path} is no HDF5 file; expected ${what}`)
  return Hdf5File.open(path)
}

/** A file's first bytes, 512 at most; throws `io` (`missing`) where it can't be read. */
export async function readHeader(
  path: string,
  { where, what }: { readonly where: string; readonly what: string },
): Promise<Uint8Array> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(512), 0, 512, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why =
      code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `can't be read (${code ?? cause})`
    throw dataError('missing', `${where}: ${path} ${why}; pass the path of ${what}`, { cause })
  }
}
