import { expect, it } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { grad, Tensor } from '../../tensor/index.ts'
import { type GlitchParameters, glitchOdds, initialGlitches } from './glitch-odds.ts'

const [batch, kept, samples, bankSize] = [3, 4, 8, 6]
const values = Float32Array.from(normal(randomKey(1), batch * kept * 4 * samples), x => 2 * x)
const indices = Int32Array.from({ length: batch * kept }, (_, i) => (5 * i) % bankSize)
const residuals = Float32Array.from({ length: batch * kept * 2 }, (_, i) => 0.5 + 0.2 * i)
const inputs = {
  series: Tensor.of(values, [batch, kept, 2, 2, samples]),
  templates: Tensor.of(indices, [batch, kept]),
  consistency: Tensor.of(residuals, [batch, kept, 2]),
}
const parameters: GlitchParameters = {
  power: Tensor.of(Float32Array.of(0.9, 1.1), [2]),
  fall: Tensor.of(Float32Array.of(1.5, 2.5), [2]),
  residual: Tensor.of(Float32Array.of(1, 3), [2]),
  offset: Tensor.of(Float32Array.of(-3, -5), [2]),
  template: Tensor.of(
    Float32Array.from({ length: bankSize }, (_, k) => 0.3 * k),
    [bankSize],
  ),
}

it('glitch odds are the sum over templates and times that they are said to be (to 1e-4)', () => {
  const odds = glitchOdds(inputs, parameters).data
  for (let row = 0; row < batch; row++) {
    let expected = 0
    for (let d = 0; d < 2; d++) {
      const of = (each: Tensor) => Number(each.data[d])
      let sum = 0
      for (let k = 0; k < kept; k++)
        for (let t = 0; t < samples; t++) {
          const at = (((row * kept + k) * 2 + d) * 2 * samples + t) as number
          const squared = values[at]! ** 2 + values[at + samples]! ** 2
          const leftOver = Math.log(Math.max(residuals[(row * kept + k) * 2 + d]!, 1))
          sum += Math.exp(
            (of(parameters.power) * squared) / 2 -
              of(parameters.fall) * Math.log(1 + squared) +
              of(parameters.residual) * leftOver +
              0.3 * indices[row * kept + k]!,
          )
        }
      expected += Math.log1p(sum * Math.exp(of(parameters.offset)))
    }
    expect(Number(odds[row])).toBeCloseTo(expected, 4)
  }
})

it('what one detector gains by a louder glitch is all that is held against it', () => {
  // One template at SNR rho in the first detector and 4 in the second.
  const pair = (rho: number) => {
    const series = new Float32Array(4 * samples)
    series[3] = rho
    series[2 * samples + 3] = 4
    return glitchOdds(
      {
        series: Tensor.of(series, [1, 1, 2, 2, samples]),
        templates: Tensor.of(Int32Array.of(0), [1, 1]),
        consistency: Tensor.of(Float32Array.of(1, 1), [1, 1, 2]),
      },
      initialGlitches(bankSize),
    ).item()
  }
  expect(pair(20) - pair(10)).toBeCloseTo((20 ** 2 - 10 ** 2) / 2 - 2 * Math.log((1 + 20 ** 2) / (1 + 10 ** 2)), 2)
})

it('every parameter of glitches is learned from', () => {
  const gradients = grad((p: GlitchParameters) => glitchOdds(inputs, p).sum())(parameters)
  for (const [name, gradient] of Object.entries(gradients))
    for (const value of gradient.data) expect(Math.abs(Number(value)), name).toBeGreaterThan(1e-6)
})
