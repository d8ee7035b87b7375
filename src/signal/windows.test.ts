import { describe, expect, it } from 'vitest'
import { expectClose, golden } from './testing/golden.ts'
import { hannWindow, kaiserWindow, tukeyWindow } from './windows.ts'

interface Case {
  readonly name: 'hann' | 'tukey' | 'kaiser'
  readonly length: number
  readonly symmetric: boolean
  readonly alpha?: number
  readonly beta?: number
  readonly values: number[]
}

describe('windows', () => {
  it('equal SciPy get_window to 1e-10, periodic and symmetric', () => {
    for (const { name, length, symmetric, alpha = 0, beta = 0, values } of golden.windows as Case[]) {
      const window =
        name === 'hann'
          ? hannWindow(length, { symmetric })
          : name === 'tukey'
            ? tukeyWindow(length, { symmetric, alpha })
            : kaiserWindow(length, { symmetric, beta })
      expectClose(window, values)
    }
  })

  it('refuse impossible lengths and tapers', () => {
    expect(() => hannWindow(0)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.hannWindow: length must be a positive integer, got 0]`,
    )
    expect(() => tukeyWindow(8, { alpha: 2 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.tukeyWindow: alpha must be from 0 to 1, got 2]`,
    )
  })
})
