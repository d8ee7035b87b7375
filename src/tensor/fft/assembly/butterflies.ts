// One pass of a self-sorting (Stockham) decimation-in-frequency transform for each radix r. The current length is
// r * m; `stride` complex vectors separate neighbouring elements of the output. Element k of the butterfly p is read
// at row p + m k of `source` (rows `rowBytes` apart) and written at row r p + k of `target` (rows `stride` apart),
// multiplied by exp(-2 pi i p k / (r m)). Twiddles of p >= 1 lie in `twiddles` as (re, im) pairs, r - 1 for each p;
// p = 0 needs none.
//
// Loops advance pointers and test at their end: V8 moves what only the body of a loop uses into it, out of reach of a
// test at its start, and would compute every address anew.

// @ts-ignore: decorator
@inline
function storeTwiddled<T>(target: usize, re: v128, im: v128, twiddle: usize): void {
  const c = v128.load_splat<T>(twiddle)
  const s = v128.load_splat<T>(twiddle, sizeof<T>())
  v128.store(target, v128.sub<T>(v128.mul<T>(re, c), v128.mul<T>(im, s)))
  v128.store(target, v128.add<T>(v128.mul<T>(re, s), v128.mul<T>(im, c)), 16)
}

// @ts-ignore: decorator
@inline
export function storeOutput<T>(target: usize, re: v128, im: v128, twiddle: usize, twiddled: bool): void {
  if (twiddled) {
    storeTwiddled<T>(target, re, im, twiddle)
  } else {
    v128.store(target, re)
    v128.store(target, im, 16)
  }
}

// @ts-ignore: decorator
@inline
function butterfly2<T>(x: usize, step: usize, y: usize, out: usize, w: usize, twiddled: bool): void {
  const ar = v128.load(x)
  const ai = v128.load(x, 16)
  const br = v128.load(x + step)
  const bi = v128.load(x + step, 16)
  v128.store(y, v128.add<T>(ar, br))
  v128.store(y, v128.add<T>(ai, bi), 16)
  storeOutput<T>(y + out, v128.sub<T>(ar, br), v128.sub<T>(ai, bi), w, twiddled)
}

// @ts-ignore: decorator
@inline
export function radix2<T>(source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize): void {
  const out = stride << 5
  const step = m * rowBytes
  let x = source
  let y = target
  let end = y + out
  do {
    butterfly2<T>(x, step, y, out, 0, false)
    x += 32
    y += 32
  } while (y < end)
  let w = twiddles
  for (let p: usize = 1; p < m; p++) {
    x = source + p * rowBytes
    y = end + 1 * out
    end = y + out
    do {
      butterfly2<T>(x, step, y, out, w, true)
      x += 32
      y += 32
    } while (y < end)
    w += 2 * sizeof<T>()
  }
}

// @ts-ignore: decorator
@inline
function butterfly3<T>(x: usize, step: usize, y: usize, out: usize, w: usize, twiddled: bool): void {
  const half = v128.splat<T>(<T>0.5)
  const sine = v128.splat<T>(<T>0.86602540378443864676)
  const ar = v128.load(x)
  const ai = v128.load(x, 16)
  const br = v128.load(x + step)
  const bi = v128.load(x + step, 16)
  const cr = v128.load(x + 2 * step)
  const ci = v128.load(x + 2 * step, 16)
  const tr = v128.add<T>(br, cr)
  const ti = v128.add<T>(bi, ci)
  const dr = v128.mul<T>(sine, v128.sub<T>(br, cr))
  const di = v128.mul<T>(sine, v128.sub<T>(bi, ci))
  const mr = v128.sub<T>(ar, v128.mul<T>(half, tr))
  const mi = v128.sub<T>(ai, v128.mul<T>(half, ti))
  v128.store(y, v128.add<T>(ar, tr))
  v128.store(y, v128.add<T>(ai, ti), 16)
  storeOutput<T>(y + out, v128.add<T>(mr, di), v128.sub<T>(mi, dr), w, twiddled)
  storeOutput<T>(y + 2 * out, v128.sub<T>(mr, di), v128.add<T>(mi, dr), w + 2 * sizeof<T>(), twiddled)
}

// @ts-ignore: decorator
@inline
export function radix3<T>(source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize): void {
  const out = stride << 5
  const step = m * rowBytes
  let x = source
  let y = target
  let end = y + out
  do {
    butterfly3<T>(x, step, y, out, 0, false)
    x += 32
    y += 32
  } while (y < end)
  let w = twiddles
  for (let p: usize = 1; p < m; p++) {
    x = source + p * rowBytes
    y = end + 2 * out
    end = y + out
    do {
      butterfly3<T>(x, step, y, out, w, true)
      x += 32
      y += 32
    } while (y < end)
    w += 4 * sizeof<T>()
  }
}

/** The butterfly of radix 4 on loaded values; `pack-radix4.ts` shares it. */
// @ts-ignore: decorator
@inline
export function combine4<T>(
  ar: v128, ai: v128, br: v128, bi: v128, cr: v128, ci: v128, dr: v128, di: v128,
  y: usize, out: usize, w: usize, twiddled: bool,
): void {
  const sr = v128.add<T>(ar, cr)
  const si = v128.add<T>(ai, ci)
  const tr = v128.sub<T>(ar, cr)
  const ti = v128.sub<T>(ai, ci)
  const ur = v128.add<T>(br, dr)
  const ui = v128.add<T>(bi, di)
  const vr = v128.sub<T>(br, dr)
  const vi = v128.sub<T>(bi, di)
  v128.store(y, v128.add<T>(sr, ur))
  v128.store(y, v128.add<T>(si, ui), 16)
  const y2 = y + 2 * out
  storeOutput<T>(y + out, v128.add<T>(tr, vi), v128.sub<T>(ti, vr), w, twiddled)
  storeOutput<T>(y2, v128.sub<T>(sr, ur), v128.sub<T>(si, ui), w + 2 * sizeof<T>(), twiddled)
  storeOutput<T>(y2 + out, v128.sub<T>(tr, vi), v128.add<T>(ti, vr), w + 4 * sizeof<T>(), twiddled)
}

// @ts-ignore: decorator
@inline
function butterfly4<T>(x: usize, step: usize, y: usize, out: usize, w: usize, twiddled: bool): void {
  const x2 = x + 2 * step
  combine4<T>(
    v128.load(x), v128.load(x, 16), v128.load(x + step), v128.load(x + step, 16),
    v128.load(x2), v128.load(x2, 16), v128.load(x2 + step), v128.load(x2 + step, 16),
    y, out, w, twiddled,
  )
}

// @ts-ignore: decorator
@inline
export function radix4<T>(source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize): void {
  const out = stride << 5
  const step = m * rowBytes
  let x = source
  let y = target
  let end = y + out
  do {
    butterfly4<T>(x, step, y, out, 0, false)
    x += 32
    y += 32
  } while (y < end)
  let w = twiddles
  for (let p: usize = 1; p < m; p++) {
    x = source + p * rowBytes
    y = end + 3 * out
    end = y + out
    do {
      butterfly4<T>(x, step, y, out, w, true)
      x += 32
      y += 32
    } while (y < end)
    w += 6 * sizeof<T>()
  }
}

// @ts-ignore: decorator
@inline
function butterfly5<T>(x: usize, step: usize, y: usize, out: usize, w: usize, twiddled: bool): void {
  const c1 = v128.splat<T>(<T>0.30901699437494742410)
  const c2 = v128.splat<T>(<T>-0.80901699437494742410)
  const s1 = v128.splat<T>(<T>0.95105651629515357212)
  const s2 = v128.splat<T>(<T>0.58778525229247312917)
  const x2 = x + 2 * step
  const x4 = x2 + 2 * step
  const ar = v128.load(x)
  const ai = v128.load(x, 16)
  const br = v128.load(x + step)
  const bi = v128.load(x + step, 16)
  const cr = v128.load(x2)
  const ci = v128.load(x2, 16)
  const dr = v128.load(x2 + step)
  const di = v128.load(x2 + step, 16)
  const er = v128.load(x4)
  const ei = v128.load(x4, 16)
  const t1r = v128.add<T>(br, er)
  const t1i = v128.add<T>(bi, ei)
  const t2r = v128.add<T>(cr, dr)
  const t2i = v128.add<T>(ci, di)
  const t3r = v128.sub<T>(br, er)
  const t3i = v128.sub<T>(bi, ei)
  const t4r = v128.sub<T>(cr, dr)
  const t4i = v128.sub<T>(ci, di)
  v128.store(y, v128.add<T>(ar, v128.add<T>(t1r, t2r)))
  v128.store(y, v128.add<T>(ai, v128.add<T>(t1i, t2i)), 16)
  const m1r = v128.add<T>(ar, v128.add<T>(v128.mul<T>(c1, t1r), v128.mul<T>(c2, t2r)))
  const m1i = v128.add<T>(ai, v128.add<T>(v128.mul<T>(c1, t1i), v128.mul<T>(c2, t2i)))
  const m2r = v128.add<T>(ar, v128.add<T>(v128.mul<T>(c2, t1r), v128.mul<T>(c1, t2r)))
  const m2i = v128.add<T>(ai, v128.add<T>(v128.mul<T>(c2, t1i), v128.mul<T>(c1, t2i)))
  const n1r = v128.add<T>(v128.mul<T>(s1, t3r), v128.mul<T>(s2, t4r))
  const n1i = v128.add<T>(v128.mul<T>(s1, t3i), v128.mul<T>(s2, t4i))
  const n2r = v128.sub<T>(v128.mul<T>(s2, t3r), v128.mul<T>(s1, t4r))
  const n2i = v128.sub<T>(v128.mul<T>(s2, t3i), v128.mul<T>(s1, t4i))
  const y2 = y + 2 * out
  storeOutput<T>(y + out, v128.add<T>(m1r, n1i), v128.sub<T>(m1i, n1r), w, twiddled)
  storeOutput<T>(y2, v128.add<T>(m2r, n2i), v128.sub<T>(m2i, n2r), w + 2 * sizeof<T>(), twiddled)
  storeOutput<T>(y2 + out, v128.sub<T>(m2r, n2i), v128.add<T>(m2i, n2r), w + 4 * sizeof<T>(), twiddled)
  storeOutput<T>(y2 + 2 * out, v128.sub<T>(m1r, n1i), v128.add<T>(m1i, n1r), w + 6 * sizeof<T>(), twiddled)
}

// @ts-ignore: decorator
@inline
export function radix5<T>(source: usize, target: usize, m: usize, stride: usize, rowBytes: usize, twiddles: usize): void {
  const out = stride << 5
  const step = m * rowBytes
  let x = source
  let y = target
  let end = y + out
  do {
    butterfly5<T>(x, step, y, out, 0, false)
    x += 32
    y += 32
  } while (y < end)
  let w = twiddles
  for (let p: usize = 1; p < m; p++) {
    x = source + p * rowBytes
    y = end + 4 * out
    end = y + out
    do {
      butterfly5<T>(x, step, y, out, w, true)
      x += 32
      y += 32
    } while (y < end)
    w += 8 * sizeof<T>()
  }
}
