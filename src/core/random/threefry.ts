/**
 * Threefry-2x32 with 20 rounds: enciphers `count` consecutive 64-bit counters, starting at (c0, c1) with c0 the low
 * word, into `out` as pairs of 32-bit words. The carry from c0 goes into c1.
 *
 * Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011).
 */
export function threefry2x32(out: Int32Array, count: number, k0: number, k1: number, c0: number, c1: number): void {
  const a = k0 | 0
  const b = k1 | 0
  const c = a ^ b ^ 0x1bd11bda
  let low = c0 | 0
  let high = c1 | 0
  for (let i = 0; i < count; i++) {
    let x = (low + a) | 0
    let y = (high + b) | 0

    // Rounds are written out: rotations by constants become one instruction each, which a loop over them would lose.
    x = (x + y) | 0
    y = ((y << 13) | (y >>> 19)) ^ x
    x = (x + y) | 0
    y = ((y << 15) | (y >>> 17)) ^ x
    x = (x + y) | 0
    y = ((y << 26) | (y >>> 6)) ^ x
    x = (x + y) | 0
    y = ((y << 6) | (y >>> 26)) ^ x
    x = (x + b) | 0
    y = (y + c + 1) | 0

    x = (x + y) | 0
    y = ((y << 17) | (y >>> 15)) ^ x
    x = (x + y) | 0
    y = ((y << 29) | (y >>> 3)) ^ x
    x = (x + y) | 0
    y = ((y << 16) | (y >>> 16)) ^ x
    x = (x + y) | 0
    y = ((y << 24) | (y >>> 8)) ^ x
    x = (x + c) | 0
    y = (y + a + 2) | 0

    x = (x + y) | 0
    y = ((y << 13) | (y >>> 19)) ^ x
    x = (x + y) | 0
    y = ((y << 15) | (y >>> 17)) ^ x
    x = (x + y) | 0
    y = ((y << 26) | (y >>> 6)) ^ x
    x = (x + y) | 0
    y = ((y << 6) | (y >>> 26)) ^ x
    x = (x + a) | 0
    y = (y + b + 3) | 0

    x = (x + y) | 0
    y = ((y << 17) | (y >>> 15)) ^ x
    x = (x + y) | 0
    y = ((y << 29) | (y >>> 3)) ^ x
    x = (x + y) | 0
    y = ((y << 16) | (y >>> 16)) ^ x
    x = (x + y) | 0
    y = ((y << 24) | (y >>> 8)) ^ x
    x = (x + b) | 0
    y = (y + c + 4) | 0

    x = (x + y) | 0
    y = ((y << 13) | (y >>> 19)) ^ x
    x = (x + y) | 0
    y = ((y << 15) | (y >>> 17)) ^ x
    x = (x + y) | 0
    y = ((y << 26) | (y >>> 6)) ^ x
    x = (x + y) | 0
    y = ((y << 6) | (y >>> 26)) ^ x
    x = (x + c) | 0
    y = (y + a + 5) | 0

    out[2 * i] = x
    out[2 * i + 1] = y
    low = (low + 1) | 0
    if (low === 0) high = (high + 1) | 0
  }
}
