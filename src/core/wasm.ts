import { readFileSync } from 'node:fs'

// The language's own library doesn't declare WebAssembly, only the browser's does.
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object
    readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> }
  }
}

/** The memory of a WebAssembly module, as far as it is used. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
  /** Adds pages of 64 KiB, which detaches `buffer`. */
  grow(pages: number): number
}

/** One instance of a module that imports nothing: its memory and its functions, whose addresses are byte offsets. */
export interface WasmInstance {
  readonly memory: WasmMemory
  readonly functions: Readonly<Record<string, (...values: number[]) => void>>
}

/** Loads and instantiates a module that the build made, at once. */
export function loadWasm(url: URL): WasmInstance {
  const { memory, ...functions } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(url))).exports
  return { memory: memory as WasmMemory, functions: functions as WasmInstance['functions'] }
}
