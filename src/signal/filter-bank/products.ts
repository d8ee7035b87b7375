import { builtUrl, loadWasm, type WasmInstance } from '../../core/index.ts'
import type { ComplexArrays, FloatArray } from '../../tensor/fft/index.ts'

/** Work arrays of one precision over the kernel's memory. */
export interface ProductSpace {
  /** A spectrum, spectra of filters, and their products. */
  readonly x: ComplexArrays<FloatArray>
  readonly h: ComplexArrays<FloatArray>
  readonly y: ComplexArrays<FloatArray>
  /** Real series, where those are wanted. */
  readonly series: FloatArray
  /** Multiplies the spectrum by `rows` filters' and folds each product `folds` times. */
  multiply(rows: number): void
}

let loaded: WasmInstance | undefined

/**
 * Work arrays for spectra of `bins` folded `folds` times, `rows` filters at a time, and as many real series of
 * `seriesLength`. The memory is the thread's, which no
 * result depends on: a space is valid until the next
 * is taken.
 */
export function productSpace(
  dtype: 'float32' | 'float64',
  {
    bins,
    folds,
    rows,
    seriesLength,
  }: { readonly bins: number; readonly folds: number; readonly rows: number; readonly seriesLength: number },
): ProductSpace {
  loaded ??= loadWasm(builtUrl(import.meta.url, './products.wasm'))
  const { memory, functions } = loaded
  const numberBytes = dtype === 'float32' ? 4 : 8
  const lengths = [
    bins,
    bins,
    rows * bins,
    rows * bins,
    (rows * bins) / folds,
    (rows * bins) / folds,
    rows * seriesLength,
  ]
  const addresses: number[] = []
  let end = 0
  for (const length of lengths) {
    addresses.push(end)
    // Planes a quarter page apart modulo the page, so that loads from one don't wait for stores to another.
    end += Math.ceil((length * numberBytes) / 4096) * 4096 + 1088
  }
  if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / 65536))
  const [xRe, xIm, hRe, hIm, yRe, yIm, series] = lengths.map((length, i) =>
    dtype === 'float32'
      ? new Float32Array(memory.buffer, addresses[i]!, length)
      : new Float64Array(memory.buffer, addresses[i]!, length),
  ) as [FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]
  const kernel = functions[dtype === 'float32' ? 'foldedProducts_f32' : 'foldedProducts_f64']!
  const [a, b, c, d, e, f] = addresses as [number, number, number, number, number, number, number]
  return {
    x: { re: xRe, im: xIm },
    h: { re: hRe, im: hIm },
    y: { re: yRe, im: yIm },
    series,
    multiply: count => kernel(a, b, c, d, bins, count, folds, e, f),
  }
}
