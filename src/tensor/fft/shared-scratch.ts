import type { FloatArray } from './rows.ts'

/** Shared memory for copies, used again since the system takes longer to provide memory than a copy takes. */
export interface SharedScratch {
  /** An array of the type of `like` whose content is not set. */
  take(like: FloatArray, length: number): FloatArray
  /** Gives an array back that nobody reads or writes any more. */
  giveBack(array: FloatArray): void
}

/** Makes scratch memory that keeps what was given back last, up to `cacheBytes`. */
export function createSharedScratch(cacheBytes: number): SharedScratch {
  // in order of return: the first is the one to drop
  let spare: SharedArrayBuffer[] = []
  return {
    take(like, length) {
      const bytes = length * like.BYTES_PER_ELEMENT
      const fitting = spare.filter(({ byteLength }) => byteLength >= bytes).sort((a, b) => a.byteLength - b.byteLength)
      const buffer = fitting[0]
      spare = spare.filter(each => each !== buffer)
      return sharedArray(like, length, buffer)
    },
    giveBack({ buffer }) {
      spare.push(buffer as SharedArrayBuffer)
      let held = spare.reduce((sum, { byteLength }) => sum + byteLength, 0)
      while (held > cacheBytes) held -= spare.shift()!.byteLength
    },
  }
}

/** An array over shared memory, new unless given, of the type of `like`. */
export function sharedArray(
  like: FloatArray,
  length: number,
  buffer = new SharedArrayBuffer(length * like.BYTES_PER_ELEMENT),
): FloatArray {
  return like instanceof Float32Array ? new Float32Array(buffer, 0, length) : new Float64Array(buffer, 0, length)
}
