// A "complex vector" is 32 bytes: one SIMD register of real parts, then one of imaginary parts. Every work buffer is a
// matrix [n][groups] of complex vectors, whose lanes are independent transforms, so that no butterfly crosses lanes.

// @ts-ignore: decorator
@inline
export const complexVectorBytes: usize = 32

/** Lanes of a register. */
// @ts-ignore: decorator
@inline
export function width<T>(): usize {
  return 16 / sizeof<T>()
}

// @ts-ignore: decorator
@inline
export function even<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 4) return v128.shuffle<f32>(a, b, 0, 2, 4, 6)
  return v128.shuffle<f64>(a, b, 0, 2)
}

// @ts-ignore: decorator
@inline
export function odd<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 4) return v128.shuffle<f32>(a, b, 1, 3, 5, 7)
  return v128.shuffle<f64>(a, b, 1, 3)
}

// @ts-ignore: decorator
@inline
export function zipLow<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 4) return v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  return v128.shuffle<f64>(a, b, 0, 2)
}

// @ts-ignore: decorator
@inline
export function zipHigh<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 4) return v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  return v128.shuffle<f64>(a, b, 1, 3)
}

// @ts-ignore: decorator
@inline
export function reverse<T>(a: v128): v128 {
  if (sizeof<T>() == 4) return v128.shuffle<f32>(a, a, 3, 2, 1, 0)
  return v128.shuffle<f64>(a, a, 1, 0)
}

// @ts-ignore: decorator
@inline
export function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 0, 2)
}

// @ts-ignore: decorator
@inline
export function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 1, 3)
}

/** The mirror of a register: the first lane of `next`, then the lanes of `a` from the last to the second. */
// @ts-ignore: decorator
@inline
export function mirror<T>(a: v128, next: v128): v128 {
  if (sizeof<T>() == 4) {
    const b = v128.shuffle<f32>(a, next, 4, 1, 2, 3)
    return v128.shuffle<f32>(b, b, 0, 3, 2, 1)
  }
  return v128.shuffle<f64>(a, next, 2, 1)
}
