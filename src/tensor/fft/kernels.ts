import { builtUrl, loadWasm, type WasmMemory } from '../../core/index.ts'

type Pass = (
  source: number,
  target: number,
  m: number,
  stride: number,
  rowBytes: number,
  twiddles: number,
  radix?: number,
  roots?: number,
  pairs?: number,
) => void

type Kernel = (...values: number[]) => void

/** The WebAssembly functions of one precision; `assembly/` says what each does. Addresses are byte offsets in memory. */
export interface Kernels {
  readonly radix2: Pass
  readonly radix3: Pass
  readonly radix4: Pass
  readonly radix5: Pass
  readonly radix8: Pass
  readonly radixOdd: Pass
  readonly packMatrix: Kernel
  readonly packRadix4: Kernel
  readonly unpackMatrix: Kernel
  readonly twiddleTranspose: Kernel
  readonly shiftTwiddles: Kernel
  readonly packBatch: Kernel
  readonly unpackBatch: Kernel
  readonly splitSpectrum: Kernel
  readonly unpackSpectrum: Kernel
  readonly joinSpectrum: Kernel
  readonly mirrorConjugate: Kernel
  readonly truncateRows: Kernel
  readonly chirpIn: Kernel
  readonly filterRows: Kernel
  readonly chirpOut: Kernel
}

export type Precision = 'f32' | 'f64'

/** Bytes of one number. */
export const numberBytes = { f32: 4, f64: 8 } as const

/** One instance of the module: its memory and its functions in both precisions. */
export interface KernelModule {
  readonly memory: WasmMemory
  readonly f32: Kernels
  readonly f64: Kernels
}

/** Loads and instantiates `fft.wasm`, at once. */
export function loadKernels(): KernelModule {
  const { memory, functions } = loadWasm(builtUrl(import.meta.url, './fft.wasm'))
  const select = (precision: Precision): Kernels =>
    Object.fromEntries(
      Object.entries(functions)
        .filter(([name]) => name.endsWith(precision))
        .map(([name, kernel]) => [name.slice(0, -4), kernel]),
    ) as unknown as Kernels
  return { memory, f32: select('f32'), f64: select('f64') }
}
