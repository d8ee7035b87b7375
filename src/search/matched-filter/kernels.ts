import { builtUrl, loadWasm, type WasmInstance } from '../../core/index.ts'

let loaded: WasmInstance | undefined

/** The kernels and their memory, of at least so many bytes, which are the thread's: nothing in it outlasts a call. */
export function kernels(bytes: number): WasmInstance {
  loaded ??= loadWasm(builtUrl(import.meta.url, './kernels.wasm'))
  const { memory } = loaded
  if (bytes > memory.buffer.byteLength) memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / 65536))
  return loaded
}
