import { expect, it } from 'vitest'
import { Complex, compileStep, ravel, scalar, type Tensor, tensor, valueAndGrad } from '../tensor/index.ts'
import { type AdamOptions, type AdamState, adam } from './adam.ts'
import golden from './fixtures/adam.json' with { type: 'json' }

const float64 = { dtype: 'float64' } as const
type Parameters = { readonly a: Tensor; readonly b: readonly Tensor[] }
const begin: Parameters = {
  a: tensor(
    [
      [1, -2],
      [0.5, 3],
    ],
    float64,
  ),
  b: [tensor([0.1, -0.7, 2], float64)],
}

/** A bowl that is steep in some directions and shallow in others, as in the reference script. */
const loss = ({ a, b }: Parameters): Tensor =>
  a.pow(4).sum().mul(0.25).add(b[0]!.mul(3).cos().sum()).add(a.sum().square())

it.each(golden)('takes the steps of PyTorch’s $optimizer with $options', ({ options, trajectory }) => {
  const rule = adam(options as AdamOptions)
  let parameters = begin
  let state = rule.init(parameters)
  for (const expected of trajectory) {
    const { gradient } = valueAndGrad(loss)(parameters)
    ;({ parameters, state } = rule.update(parameters, gradient, state))
    ravel(parameters).vector.data.forEach((x, i) => {
      expect(Math.abs(Number(x) - expected[i]!)).toBeLessThan(1e-12)
    })
  }
})

it('treats complex parameters as pairs of real ones, whether they decay or not', () => {
  const [re, im] = [tensor([1, -2], float64), tensor([0.5, 3], float64)]
  const [gre, gim] = [tensor([0.1, 4], float64), tensor([-2, 0.3], float64)]
  const rule = adam({ learningRate: 0.1, weightDecay: 0.5, decays: path => path === 'bank' })
  const complexOf = (a: Tensor, b: Tensor, c: Tensor) => ({ offset: c, bank: new Complex(a, b) })
  const parameters = complexOf(re, im, tensor([7], float64))
  const { bank, offset } = rule.update(
    parameters,
    complexOf(gre, gim, tensor([1], float64)),
    rule.init(parameters),
  ).parameters
  const real = adam({ learningRate: 0.1, weightDecay: 0.5 })
  const plain = real.update({ re, im }, { re: gre, im: gim }, real.init({ re, im })).parameters
  expect(bank.re.toArray()).toEqual(plain.re.toArray())
  expect(bank.im.toArray()).toEqual(plain.im.toArray())
  // a first step is of the learning rate, and nothing decays here
  expect(offset.item()).toBeCloseTo(6.9, 6)
})

it('takes the same steps compiled, with a learning rate that is an input', async () => {
  type State = { readonly parameters: Parameters; readonly optimizer: AdamState }
  const step = await compileStep(
    ({ parameters, optimizer }: State, rate: Tensor): readonly [State, Tensor] => {
      const { value, gradient } = valueAndGrad(loss)(parameters)
      const next = adam({ learningRate: rate }).update(parameters, gradient, optimizer)
      return [{ parameters: next.parameters, optimizer: next.state }, value]
    },
    { parameters: begin, optimizer: adam().init(begin) },
    [scalar(0, float64)],
  )
  const { trajectory, options } = golden[0]!
  for (const expected of trajectory) {
    await step.run(scalar(options.learningRate, float64))
    const { parameters } = await step.state()
    ravel(parameters).vector.data.forEach((x, i) => {
      expect(Math.abs(Number(x) - expected[i]!)).toBeLessThan(1e-12)
    })
  }
  await step.dispose()
})
