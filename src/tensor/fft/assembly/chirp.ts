// Products of Bluestein's algorithm. `chirp` holds n (re, im) pairs; `filter` m real parts, then m imaginary parts.

/** Rows of n numbers times the chirp, padded with zeros to rows of m. */
// @ts-ignore: decorator
@inline
export function chirpIn<T>(
  re: usize, im: usize, spacing: usize, rowLength: usize, n: usize, m: usize, rows: usize, chirp: usize,
  targetRe: usize, targetIm: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    const offset = row * rowLength * spacing * sizeof<T>()
    const yr = targetRe + row * m * sizeof<T>()
    const yi = targetIm + row * m * sizeof<T>()
    for (let k: usize = 0; k < n; k++) {
      const a = load<T>(re + offset + k * spacing * sizeof<T>())
      const b = load<T>(im + offset + k * spacing * sizeof<T>())
      const c = load<T>(chirp + 2 * k * sizeof<T>())
      const s = load<T>(chirp + 2 * k * sizeof<T>(), sizeof<T>())
      store<T>(yr + k * sizeof<T>(), a * c - b * s)
      store<T>(yi + k * sizeof<T>(), a * s + b * c)
    }
    memory.fill(yr + n * sizeof<T>(), 0, (m - n) * sizeof<T>())
    memory.fill(yi + n * sizeof<T>(), 0, (m - n) * sizeof<T>())
  }
}

/** Rows of m numbers times the filter's spectrum, in place; m is a multiple of the lanes. */
// @ts-ignore: decorator
@inline
export function filterRows<T>(re: usize, im: usize, m: usize, rows: usize, filter: usize): void {
  const bytes = m * sizeof<T>()
  for (let row: usize = 0; row < rows; row++) {
    const xr = re + row * bytes
    const xi = im + row * bytes
    for (let k: usize = 0; k < bytes; k += 16) {
      const a = v128.load(xr + k)
      const b = v128.load(xi + k)
      const c = v128.load(filter + k)
      const s = v128.load(filter + bytes + k)
      v128.store(xr + k, v128.sub<T>(v128.mul<T>(a, c), v128.mul<T>(b, s)))
      v128.store(xi + k, v128.add<T>(v128.mul<T>(a, s), v128.mul<T>(b, c)))
    }
  }
}

/** The first n of rows of m numbers times the chirp and the scales. */
// @ts-ignore: decorator
@inline
export function chirpOut<T>(
  sourceRe: usize, sourceIm: usize, n: usize, m: usize, rows: usize, chirp: usize,
  re: usize, im: usize, spacing: usize, rowLength: usize, scaleRe: T, scaleIm: T,
): void {
  for (let row: usize = 0; row < rows; row++) {
    const offset = row * rowLength * spacing * sizeof<T>()
    const xr = sourceRe + row * m * sizeof<T>()
    const xi = sourceIm + row * m * sizeof<T>()
    for (let k: usize = 0; k < n; k++) {
      const a = load<T>(xr + k * sizeof<T>())
      const b = load<T>(xi + k * sizeof<T>())
      const c = load<T>(chirp + 2 * k * sizeof<T>())
      const s = load<T>(chirp + 2 * k * sizeof<T>(), sizeof<T>())
      store<T>(re + offset + k * spacing * sizeof<T>(), scaleRe * (a * c - b * s))
      store<T>(im + offset + k * spacing * sizeof<T>(), scaleIm * (a * s + b * c))
    }
  }
}
