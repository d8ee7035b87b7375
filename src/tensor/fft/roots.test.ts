import { expect, test } from 'vitest'
import { rootOfUnity } from './roots.ts'

test('roots of unity are exact at the quarters and equal in magnitude at the eighths', () => {
  expect(rootOfUnity(0, 12)).toEqual({ re: 1, im: -0 })
  for (const n of [4, 12, 4096, 2 ** 40]) {
    const quarter = rootOfUnity(n / 4, n)
    expect(Math.abs(quarter.re)).toBe(0)
    expect(quarter.im).toBe(-1)
    const half = rootOfUnity(n / 2, n)
    expect(half.re).toBe(-1)
    expect(Math.abs(half.im)).toBe(0)
  }
  for (const k of [1, 3, 5, 7]) {
    const { re, im } = rootOfUnity(k, 8)
    expect(Math.abs(Math.abs(re) - Math.SQRT1_2)).toBeLessThan(2e-16)
    expect(Math.abs(Math.abs(im) - Math.SQRT1_2)).toBeLessThan(2e-16)
  }
})

test('roots of unity keep all digits at any index', () => {
  // From mpmath 1.3 with 40 digits: cos and -sin of 2 pi k / n.
  const golden = [
    [1, 3, -0.5, -0.8660254037844386],
    [5, 7, -0.2225209339563144, 0.9749279121818236],
    [1, 65537, 0.9999999954042476, -9.587233620022682e-5],
    [65535, 65537, 0.9999999816169903, 0.0001917446715192426],
    [700001, 999983, -0.30893990597960197, 0.9510815603791899],
  ] as const
  for (const [k, n, re, im] of golden) {
    expect(Math.abs(rootOfUnity(k, n).re - re)).toBeLessThan(2.3e-16)
    expect(Math.abs(rootOfUnity(k, n).im - im)).toBeLessThan(2.3e-16)
    expect(rootOfUnity(k - n, n)).toEqual(rootOfUnity(k, n))
    expect(rootOfUnity(k + 12 * n, n)).toEqual(rootOfUnity(k, n))
  }
})
