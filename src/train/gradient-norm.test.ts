import { describe, expect, it } from 'vitest'
import { Complex, tensor } from '../tensor/index.ts'
import { clipGlobalNorm, globalNorm } from './gradient-norm.ts'
import { averageDecayAt, averageWeights } from './weight-average.ts'

const float64 = { dtype: 'float64' } as const
const tree = { a: tensor([3, 4], float64), b: new Complex(tensor([0], float64), tensor([12], float64)) }

describe('clipGlobalNorm', () => {
  it('scales a gradient whose norm is too large, and says what it was', () => {
    const { gradient, norm } = clipGlobalNorm(tree, 1)
    expect(norm.item()).toBe(13)
    // PyTorch divides by the norm plus 1e-6
    expect(globalNorm(gradient).item()).toBeCloseTo(13 / (13 + 1e-6), 12)
    expect(gradient.a.toArray()).toEqual([expect.closeTo(3 / 13.000001, 14), expect.closeTo(4 / 13.000001, 14)])
    expect(gradient.b.im.item()).toBeCloseTo(12 / 13.000001, 14)
  })

  it('leaves a smaller one as it is', () => {
    expect(clipGlobalNorm(tree, 20).gradient.a.toArray()).toEqual([3, 4])
  })
})

describe('averageWeights', () => {
  it('moves each weight towards its parameter', () => {
    const average = { a: tensor([1, 2], float64), b: new Complex(tensor([0], float64), tensor([2], float64)) }
    const moved = averageWeights(average, tree, 0.75)
    expect(moved.a.toArray()).toEqual([1.5, 2.5])
    expect(moved.b.im.toArray()).toEqual([4.5])
  })

  it('is short at first and then as long as its decay says', () => {
    expect([0, 1, 8, 1e6].map(step => averageDecayAt(step, 0.99))).toEqual([0.1, 2 / 11, 0.5, 0.99])
    expect(averageDecayAt(0, 0)).toBe(0)
  })
})
