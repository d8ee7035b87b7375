import { describe, expect, it } from 'vitest'
import { randomKey, uniform } from '../core/index.ts'
import { ones, type Tensor, tensor } from '../tensor/index.ts'
import { dropout } from './dropout.ts'
import { fanInUniform, glorotUniform, heNormal } from './init.ts'
import { sigmoidCrossEntropy } from './losses.ts'
import { normalization } from './normalization.ts'

describe('initialisers have the variances of their papers', () => {
  const shape = [40, 30, 9]
  const [fanIn, fanOut] = [30 * 9, 40 * 9]
  it.each([
    { name: 'heNormal', weights: heNormal(randomKey(1), shape), variance: 2 / fanIn },
    { name: 'heNormal, gradient', weights: heNormal(randomKey(2), shape, { keep: 'gradient' }), variance: 2 / fanOut },
    { name: 'glorotUniform', weights: glorotUniform(randomKey(3), shape), variance: 2 / (fanIn + fanOut) },
    { name: 'fanInUniform', weights: fanInUniform(randomKey(4), shape), variance: 1 / (3 * fanIn) },
  ])('$name', ({ weights, variance }: { weights: Tensor; variance: number }) => {
    // the standard error of a variance over 10,800 draws is below 1.4 %
    expect(Math.abs(weights.variance().item() / variance - 1)).toBeLessThan(0.05)
    expect(Math.abs(weights.mean().item()) / Math.sqrt(variance)).toBeLessThan(0.04)
    expect(weights.shape).toEqual(shape)
    expect(weights.dtype).toBe('float32')
  })
})

describe('dropout', () => {
  it('drops the share that is asked for and keeps the mean', () => {
    const draws = tensor(Float32Array.from(uniform(randomKey(1), 40_000)), { shape: [40, 1000] })
    const y = dropout(ones([40, 1000]), { rate: 0.3, draws })
    expect(y.equal(0).cast('float32').mean().item()).toBeCloseTo(0.3, 1)
    expect(y.mean().item()).toBeCloseTo(1, 1)
    expect(y.max().item()).toBeCloseTo(1 / 0.7, 6)
  })

  it('drops whole channels where the draws are one a channel', () => {
    const y = dropout(ones([1, 3, 4]), { rate: 0.5, draws: tensor([[[0.1], [0.5], [0.9]]]) })
    expect(y.toArray()).toEqual([
      [
        [0, 0, 0, 0],
        [2, 2, 2, 2],
        [2, 2, 2, 2],
      ],
    ])
  })

  it('refuses a rate of 1', () => {
    expect(() => dropout(ones([1]), { rate: 1, draws: ones([1]) })).toThrow('expected a rate from 0 to below 1, got 1')
  })
})

describe('normalization', () => {
  const x = tensor([
    [
      [1, 2],
      [3, 5],
    ],
  ])
  const parameters = { scale: tensor([2, 3]), offset: tensor([0, 1]) }

  it('of no kind scales channels', () => {
    const { output } = normalization(x, { parameters, statistics: {} }, { kind: 'none' })
    expect(output.toArray()).toEqual([
      [
        [2, 4],
        [10, 16],
      ],
    ])
  })

  it('of more groups than channels is one of each channel', () => {
    const { output } = normalization(x, { parameters, statistics: {} }, { kind: 'group', groups: 16, epsilon: 0 })
    expect(output.toArray()).toEqual([
      [
        [-2, 2],
        [-2, 4],
      ],
    ])
  })

  it('refuses batch statistics of a single value, and of no running moments', () => {
    const statistics = { mean: tensor([0, 0]), variance: tensor([1, 1]) }
    const one = tensor([[[1], [2]]])
    expect(() => normalization(one, { parameters, statistics }, { kind: 'batch' }, { isTraining: true })).toThrow(
      'batch statistics of one value a channel',
    )
    expect(() => normalization(one, { parameters, statistics: {} }, { kind: 'batch' })).toThrow('needs running moments')
  })
})

it('sigmoidCrossEntropy weighs examples', () => {
  const [logits, targets] = [tensor([1, -2, 3]), tensor([1, 0, 0])]
  const repeated = sigmoidCrossEntropy(tensor([1, -2, -2, -2]), tensor([1, 0, 0, 0])).item()
  expect(sigmoidCrossEntropy(logits, targets, { weights: tensor([1, 3, 0]) }).item()).toBeCloseTo(repeated, 6)
})
