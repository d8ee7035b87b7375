import { type FileHandle, open } from 'node:fs/promises'
import { lookup3 } from './lookup3.ts'

/** Bytes that are searched at a time. */
const pieceBytes = 2 ** 20

const signature = Buffer.from('OHDR\x02', 'latin1')

/** Flags of an object header: bytes of its size minus one as a power of two, a pair of thresholds, four times. */
const flag = { sizeBytes: 0b11, thresholds: 0x10, times: 0x20 } as const

/** Where times stand in an object header, and their bytes. */
const times = { at: 6, bytes: 16 } as const

/**
 * Sets the times at which objects of an HDF5 file were made, read and changed to zero: libhdf5 stamps them with the clock,
 * so that the same content would never give the same bytes. It has a switch for that (`H5Pset_obj_track_times`), which
 * h5wasm does not reach.
 *
 * Object headers of version 2 (HDF5 File Format Specification 3.0, section IV.A.1.b) are known by their signature and their
 * checksum, so that numbers of a dataset are never taken for one.
 *
 * @throws the system's error where the file can't be changed
 */
export async function clearObjectTimes(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    const piece = Buffer.alloc(Math.min(size, pieceBytes))
    const step = pieceBytes - signature.length + 1
    for (let start = 0; start < size; start += step) {
      const { bytesRead } = await file.read(piece, 0, piece.length, start)
      const read = piece.subarray(0, bytesRead)
      for (let at = read.indexOf(signature); at >= 0; at = read.indexOf(signature, at + 1))
        await clearHeader(file, start + at)
    }
  } finally {
    await file.close()
  }
}

async function clearHeader(file: FileHandle, position: number): Promise<void> {
  const read = async (length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
    return buffer.subarray(0, bytesRead)
  }
  const prefix = await read(times.at + times.bytes + 4 + 8)
  const flags = prefix[signature.length] ?? 0
  if (!(flags & flag.times)) return
  const sizeAt = times.at + times.bytes + (flags & flag.thresholds ? 4 : 0)
  const sizeBytes = 2 ** (flags & flag.sizeBytes)
  if (sizeBytes > 4 || prefix.length < sizeAt + sizeBytes) return
  const checksumAt = sizeAt + sizeBytes + prefix.readUIntLE(sizeAt, sizeBytes)
  if (position + checksumAt + 4 > (await file.stat()).size) return
  const header = await read(checksumAt + 4)
  const content = header.subarray(0, checksumAt)
  if (header.readUInt32LE(checksumAt) !== lookup3(content)) return
  content.fill(0, times.at, times.at + times.bytes)
  header.writeUInt32LE(lookup3(content), checksumAt)
  await file.write(header, 0, header.length, position)
}
