import { QuadrupoleError, type WasmMemory } from '../../core/index.ts'
import type { KernelModule, Precision } from './kernels.ts'

/** Bytes at the start of memory that the odd-radix butterfly works in. */
const reserved = 4096
const page = 65536
const align = (bytes: number): number => Math.ceil(bytes / 64) * 64

/** A plan's tables in memory; `address` changes when older tables are dropped. */
export interface Tables {
  readonly bytes: number
  address: number
}

/** The memory of a kernel module: constant tables at the bottom, kept packed, and one reused work area above them. */
export class Arena {
  readonly #memory: WasmMemory
  readonly #tables: Tables[] = []
  #views: { f32: Float32Array; f64: Float64Array }

  constructor(kernels: KernelModule) {
    this.#memory = kernels.memory
    this.#views = this.#makeViews()
  }

  #makeViews() {
    const { buffer } = this.#memory
    return { f32: new Float32Array(buffer), f64: new Float64Array(buffer) }
  }

  /** The whole memory; invalid after the next `workspace` or `add`. */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer
  }

  /** The whole memory as numbers; invalid after the next `workspace` or `add`. */
  view<P extends Precision>(precision: P): { f32: Float32Array; f64: Float64Array }[P] {
    return this.#views[precision]
  }

  get #end(): number {
    const last = this.#tables.at(-1)
    return last === undefined ? reserved : last.address + last.bytes
  }

  #require(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength
    if (missing <= 0) return
    try {
      this.#memory.grow(Math.ceil(missing / page))
    } catch (cause) {
      const message = `fft: a transform of this length needs ${bytes} bytes of WebAssembly memory, which can't be had`
      throw new QuadrupoleError('unsupported', message, { cause, details: { bytes } })
    }
    this.#views = this.#makeViews()
  }

  /** Stores tables above the others. */
  add(values: Float64Array, precision: Precision): Tables {
    const bytes = align(values.length * (precision === 'f32' ? 4 : 8))
    const tables = { bytes, address: this.#end }
    this.#require(tables.address + bytes)
    const view = this.view(precision)
    view.set(values, tables.address / view.BYTES_PER_ELEMENT)
    this.#tables.push(tables)
    return tables
  }

  /** Drops tables and moves those above them down. */
  drop(tables: Tables): void {
    const index = this.#tables.indexOf(tables)
    if (index < 0) return
    this.#tables.splice(index, 1)
    const bytes = new Uint8Array(this.#memory.buffer)
    for (const moved of this.#tables.slice(index)) {
      const target = moved.address - tables.bytes
      bytes.copyWithin(target, moved.address, moved.address + moved.bytes)
      moved.address = target
    }
  }

  /** Address of a work area of this size, whose content lasts until the next call. */
  workspace(bytes: number): number {
    const address = align(this.#end)
    this.#require(address + bytes)
    return address
  }
}
