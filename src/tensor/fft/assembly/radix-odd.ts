import { storeOutput } from './butterflies'

/**
 * Like the passes of `butterflies.ts`, for any odd r, in O(r^2): pairs x_j + x_(r-j) and x_j - x_(r-j) go to `pairs`
 * (32 r bytes), then each pair of outputs k, r - k is one sum over them. `roots` holds (cos, sin)(2 pi j k / r) for
 * j, k = 1 .. (r - 1) / 2, rows of k.
 */
// @ts-ignore: decorator
@inline
export function radixOdd<T>(
  source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize,
  r: usize, roots: usize, pairs: usize,
): void {
  const out = stride << 5
  const step = m * rowBytes
  const half = (r - 1) >> 1
  const pairsEnd = pairs + half * 64
  for (let p: usize = 0; p < m; p++) {
    const w = twiddles + (p - 1) * (r - 1) * 2 * sizeof<T>()
    for (let q: usize = 0; q < out; q += 32) {
      const x = source + p * rowBytes + q
      const y = target + r * p * out + q
      const ar = v128.load(x)
      const ai = v128.load(x, 16)
      let sr = ar
      let si = ai
      let low = x + step
      let high = x + (r - 1) * step
      for (let t = pairs; t < pairsEnd; t += 64) {
        const br = v128.load(low)
        const bi = v128.load(low, 16)
        const cr = v128.load(high)
        const ci = v128.load(high, 16)
        const tr = v128.add<T>(br, cr)
        const ti = v128.add<T>(bi, ci)
        sr = v128.add<T>(sr, tr)
        si = v128.add<T>(si, ti)
        v128.store(t, tr)
        v128.store(t, ti, 16)
        v128.store(t, v128.sub<T>(br, cr), 32)
        v128.store(t, v128.sub<T>(bi, ci), 48)
        low += step
        high -= step
      }
      v128.store(y, sr)
      v128.store(y, si, 16)
      let root = roots
      for (let k: usize = 1; k <= half; k++) {
        let mr = ar
        let mi = ai
        let nr = v128.splat<T>(<T>0)
        let ni = v128.splat<T>(<T>0)
        for (let t = pairs; t < pairsEnd; t += 64) {
          const c = v128.load_splat<T>(root)
          const s = v128.load_splat<T>(root, sizeof<T>())
          mr = v128.add<T>(mr, v128.mul<T>(c, v128.load(t)))
          mi = v128.add<T>(mi, v128.mul<T>(c, v128.load(t, 16)))
          nr = v128.add<T>(nr, v128.mul<T>(s, v128.load(t, 32)))
          ni = v128.add<T>(ni, v128.mul<T>(s, v128.load(t, 48)))
          root += 2 * sizeof<T>()
        }
        const wk = w + (k - 1) * 2 * sizeof<T>()
        const wm = w + (r - k - 1) * 2 * sizeof<T>()
        storeOutput<T>(y + k * out, v128.add<T>(mr, ni), v128.sub<T>(mi, nr), wk, p != 0)
        storeOutput<T>(y + (r - k) * out, v128.sub<T>(mr, ni), v128.add<T>(mi, nr), wm, p != 0)
      }
    }
  }
}
