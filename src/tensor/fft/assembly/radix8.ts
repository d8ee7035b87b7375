import { storeOutput } from './butterflies'

// @ts-ignore: decorator
@inline
function butterfly8<T>(x: usize, step: usize, y: usize, out: usize, w: usize, twiddled: bool): void {
  const x2 = x + 2 * step
  const x4 = x2 + 2 * step
  const x6 = x4 + 2 * step
  const x0r = v128.load(x)
  const x0i = v128.load(x, 16)
  const x4r = v128.load(x4)
  const x4i = v128.load(x4, 16)
  const x2r = v128.load(x2)
  const x2i = v128.load(x2, 16)
  const x6r = v128.load(x6)
  const x6i = v128.load(x6, 16)
  const t0r = v128.add<T>(x0r, x4r)
  const t0i = v128.add<T>(x0i, x4i)
  const t1r = v128.sub<T>(x0r, x4r)
  const t1i = v128.sub<T>(x0i, x4i)
  const t2r = v128.add<T>(x2r, x6r)
  const t2i = v128.add<T>(x2i, x6i)
  const t3r = v128.sub<T>(x2r, x6r)
  const t3i = v128.sub<T>(x2i, x6i)
  const a0r = v128.add<T>(t0r, t2r)
  const a0i = v128.add<T>(t0i, t2i)
  const a2r = v128.sub<T>(t0r, t2r)
  const a2i = v128.sub<T>(t0i, t2i)
  const b0r = v128.add<T>(t1r, t3i)
  const b0i = v128.sub<T>(t1i, t3r)
  const b1r = v128.sub<T>(t1r, t3i)
  const b1i = v128.add<T>(t1i, t3r)
  const x1r = v128.load(x + step)
  const x1i = v128.load(x + step, 16)
  const x5r = v128.load(x4 + step)
  const x5i = v128.load(x4 + step, 16)
  const x3r = v128.load(x2 + step)
  const x3i = v128.load(x2 + step, 16)
  const x7r = v128.load(x6 + step)
  const x7i = v128.load(x6 + step, 16)
  const t4r = v128.add<T>(x1r, x5r)
  const t4i = v128.add<T>(x1i, x5i)
  const t5r = v128.sub<T>(x1r, x5r)
  const t5i = v128.sub<T>(x1i, x5i)
  const t6r = v128.add<T>(x3r, x7r)
  const t6i = v128.add<T>(x3i, x7i)
  const t7r = v128.sub<T>(x3r, x7r)
  const t7i = v128.sub<T>(x3i, x7i)
  const a1r = v128.add<T>(t4r, t6r)
  const a1i = v128.add<T>(t4i, t6i)
  const a3r = v128.sub<T>(t4r, t6r)
  const a3i = v128.sub<T>(t4i, t6i)
  const y2 = y + 2 * out
  const y4 = y2 + 2 * out
  const y6 = y4 + 2 * out
  v128.store(y, v128.add<T>(a0r, a1r))
  v128.store(y, v128.add<T>(a0i, a1i), 16)
  storeOutput<T>(y4, v128.sub<T>(a0r, a1r), v128.sub<T>(a0i, a1i), w + 6 * sizeof<T>(), twiddled)
  storeOutput<T>(y2, v128.add<T>(a2r, a3i), v128.sub<T>(a2i, a3r), w + 2 * sizeof<T>(), twiddled)
  storeOutput<T>(y6, v128.sub<T>(a2r, a3i), v128.add<T>(a2i, a3r), w + 10 * sizeof<T>(), twiddled)
  const half = v128.splat<T>(<T>0.70710678118654752440)
  const c0r = v128.add<T>(t5r, t7i)
  const c0i = v128.sub<T>(t5i, t7r)
  const d0r = v128.mul<T>(half, v128.add<T>(c0r, c0i))
  const d0i = v128.mul<T>(half, v128.sub<T>(c0i, c0r))
  storeOutput<T>(y + out, v128.add<T>(b0r, d0r), v128.add<T>(b0i, d0i), w, twiddled)
  storeOutput<T>(y4 + out, v128.sub<T>(b0r, d0r), v128.sub<T>(b0i, d0i), w + 8 * sizeof<T>(), twiddled)
  const c1r = v128.sub<T>(t5r, t7i)
  const c1i = v128.add<T>(t5i, t7r)
  const d1r = v128.mul<T>(half, v128.sub<T>(c1i, c1r))
  const d1i = v128.mul<T>(half, v128.add<T>(c1i, c1r))
  storeOutput<T>(y2 + out, v128.add<T>(b1r, d1r), v128.sub<T>(b1i, d1i), w + 4 * sizeof<T>(), twiddled)
  storeOutput<T>(y6 + out, v128.sub<T>(b1r, d1r), v128.add<T>(b1i, d1i), w + 12 * sizeof<T>(), twiddled)
}

/** Like the passes of `butterflies.ts`, for r = 8. */
// @ts-ignore: decorator
@inline
export function radix8<T>(source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize): void {
  const out = stride << 5
  const step = m * rowBytes
  let x = source
  let y = target
  let end = y + out
  do {
    butterfly8<T>(x, step, y, out, 0, false)
    x += 32
    y += 32
  } while (y < end)
  let w = twiddles
  for (let p: usize = 1; p < m; p++) {
    x = source + p * rowBytes
    y = end + 7 * out
    end = y + out
    do {
      butterfly8<T>(x, step, y, out, w, true)
      x += 32
      y += 32
    } while (y < end)
    w += 14 * sizeof<T>()
  }
}
