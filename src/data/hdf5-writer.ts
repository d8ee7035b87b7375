import * as h5wasm from 'h5wasm/node'
import { ioError, QuadrupoleError, writeFileAtomically } from '../core/index.ts'
import { hdf5Reason } from './hdf5-reason.ts'
import { clearObjectTimes } from './hdf5-times.ts'

/**
 * Writes an HDF5 file that appears whole or not at all; the same content gives the same bytes.
 *
 * @throws `io` where the disk refuses, with libhdf5's report as its cause; what `write` throws on purpose, as it is.
 */
export async function writeHdf5Atomically(
  path: string,
  write: (file: h5wasm.File) => void | Promise<void>,
): Promise<void> {
  const library = await h5wasm.ready
  // Without this, errors are printed on stderr and a file with holes is left.
  library.activate_throwing_error_handler()
  await writeFileAtomically(path, async temporary => {
    try {
      const file = new h5wasm.File(temporary, 'w')
      try {
        await write(file)
      } finally {
        file.close()
      }
    } catch (cause) {
      if (cause instanceof QuadrupoleError) throw cause
      const remedy = `libhdf5 says '${hdf5Reason(cause)}'; free space or choose another disk`
      throw ioError('data.writeHdf5Atomically', 'write', path, cause, remedy)
    }
    await clearObjectTimes(temporary)
  })
}
