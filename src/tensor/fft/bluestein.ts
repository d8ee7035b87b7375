import type { Kernels } from './kernels.ts'
import { rootOfUnity } from './roots.ts'
import type { TableBuilder, Transform } from './transform.ts'

/**
 * A transform of any length n as a circular convolution of length m >= 2 n - 1 (L. I. Bluestein, IEEE Trans. Audio
 * Electroacoust. 18, 1970). `inner` transforms length m; `spectrum` does so for one row while planning.
 */
export function planBluestein(
  kernels: Kernels,
  {
    length: n,
    innerLength: m,
    inner,
  }: { readonly length: number; readonly innerLength: number; readonly inner: Transform },
  spectrum: (re: Float64Array, im: Float64Array) => { readonly re: Float64Array; readonly im: Float64Array },
  tables: TableBuilder,
): Transform {
  const chirpValues = chirpPairs(n)
  const chirp = tables.add(chirpValues)
  const filter = tables.add(filterSpectrum(chirpValues, n, m, spectrum))
  const planeBytes = (rows: number): number =>
    Math.ceil(rows / inner.rowMultiple) * inner.rowMultiple * m * tables.numberBytes
  return {
    rowMultiple: inner.rowMultiple,
    preferredRows: inner.preferredRows,
    splitsSpectrum: false,
    workBytes: rows => 4 * planeBytes(rows) + inner.workBytes(rows),
    run({ tables: base, work, rows, input, output, scaleRe, scaleIm }) {
      const bytes = planeBytes(rows)
      const [aRe, aIm, bRe, bIm] = [work, work + bytes, work + 2 * bytes, work + 3 * bytes]
      const call = { tables: base, work: work + 4 * bytes, rows, scaleRe: 1, scaleIm: 1 }
      const layout = { spacing: 1, rowLength: m }
      kernels.chirpIn(input.re, input.im, input.spacing, input.rowLength, n, m, rows, base + chirp, aRe, aIm)
      inner.run({ ...call, input: { ...layout, re: aRe, im: aIm }, output: { ...layout, re: bRe, im: bIm } })
      kernels.filterRows(bRe, bIm, m, rows, base + filter)
      // Real and imaginary parts exchanged before and after make the forward transform an inverse one.
      inner.run({ ...call, input: { ...layout, re: bIm, im: bRe }, output: { ...layout, re: aIm, im: aRe } })
      const { re, im, spacing, rowLength } = output
      kernels.chirpOut(aRe, aIm, n, m, rows, base + chirp, re, im, spacing, rowLength, scaleRe, scaleIm)
    },
  }
}

/** exp(-pi i k^2 / n), k = 0 .. n - 1, with k^2 reduced modulo 2 n without rounding. */
function chirpPairs(n: number): Float64Array {
  const values = new Float64Array(2 * n)
  let square = 0
  for (let k = 0; k < n; k++) {
    const { re, im } = rootOfUnity(square, 2 * n)
    values[2 * k] = re
    values[2 * k + 1] = im
    square = (square + 2 * k + 1) % (2 * n)
  }
  return values
}

/** The spectrum of the conjugate chirp, made even and periodic in m, over m: real parts, then imaginary parts. */
function filterSpectrum(
  chirp: Float64Array,
  n: number,
  m: number,
  spectrum: (re: Float64Array, im: Float64Array) => { readonly re: Float64Array; readonly im: Float64Array },
): Float64Array {
  const re = new Float64Array(m)
  const im = new Float64Array(m)
  for (let k = 0; k < n; k++) {
    const mirrored = (m - k) % m
    re[k] = re[mirrored] = chirp[2 * k]! / m
    im[k] = im[mirrored] = -chirp[2 * k + 1]! / m
  }
  const transformed = spectrum(re, im)
  const values = new Float64Array(2 * m)
  values.set(transformed.re)
  values.set(transformed.im, m)
  return values
}
