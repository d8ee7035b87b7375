import type { FloatArray } from '../../tensor/fft/index.ts'

/** A new array of zeros, in memory that threads share or in ordinary memory. */
export function allocate(dtype: 'float32' | 'float64', length: number, isShared: boolean): FloatArray {
  const bytes = length * (dtype === 'float32' ? 4 : 8)
  const buffer = isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)
  return dtype === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer)
}

/** Copies values to a place in an array. */
export function copyInto(target: FloatArray, start: number, source: FloatArray): void {
  const isAligned = (target.byteOffset + start * target.BYTES_PER_ELEMENT - source.byteOffset) % 8 === 0
  if (isAligned || target.BYTES_PER_ELEMENT !== source.BYTES_PER_ELEMENT) target.set(source, start)
  // Memory shared between threads is copied byte by byte where addresses differ modulo 8; a loop is faster.
  else for (let i = 0; i < source.length; i++) target[start + i] = source[i]!
}
