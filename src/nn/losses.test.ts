import { expect, it } from 'vitest'
import { grad, type Tensor, tensor } from '../tensor/index.ts'
import { sigmoidCrossEntropy } from './losses.ts'

const logits = tensor([-800, -2, 0, 3, 800], { dtype: 'float64' })
const targets = tensor([0, 1, 0.5, 0, 1], { dtype: 'float64' })

it('is the mean of -t log s(x) - (1 - t) log(1 - s(x)), also where s(x) rounds to 0 or 1', () => {
  const terms = [0, Math.log1p(Math.exp(2)), Math.LN2, Math.log1p(Math.exp(3)), 0]
  expect(sigmoidCrossEntropy(logits, targets).item()).toBeCloseTo(terms.reduce((sum, x) => sum + x) / 5, 14)
})

it('has the gradient (s(x) - t) / n', () => {
  const gradient = grad((x: Tensor) => sigmoidCrossEntropy(x, targets))(logits)
  const slopes = [0, 1 / (1 + Math.exp(2)) - 1, 0, 1 / (1 + Math.exp(-3)), 0].map(x => x / 5)
  gradient.data.forEach((slope, i) => {
    expect(Number(slope)).toBeCloseTo(slopes[i]!, 14)
  })
})
