import { describe, expect, it } from 'vitest'
import { compileStep, scalar, type Tensor, tensor, valueAndGrad } from '../index.ts'

interface State {
  readonly w: Tensor
  readonly steps: Tensor
}

const descend = (state: State, x: Tensor): readonly [State, { loss: Tensor }] => {
  const { value, gradient } = valueAndGrad((w: Tensor) => w.sub(x).square().sum())(state.w)
  return [{ w: state.w.sub(gradient.mul(0.1)), steps: state.steps.add(1) }, { loss: value }]
}
const begin: State = { w: tensor([1, -2]), steps: scalar(0, { dtype: 'int32' }) }

describe('compileStep', () => {
  it('carries the state from step to step, as running the function eagerly does', async () => {
    const step = await compileStep(descend, begin, [tensor([0, 0])])
    let eager = begin
    for (let i = 0; i < 5; i++) {
      const x = tensor([i, 1])
      const [next, expected] = descend(eager, x)
      const { loss } = await step.run(x)
      expect(loss.item()).toBeCloseTo(expected.loss.item(), 6)
      eager = next
    }
    const state = await step.state()
    expect(state.steps.item()).toBe(5)
    expect(state.w.toArray()).toEqual(eager.w.toArray())
    await step.dispose()
  })

  it('gives copies of the state, takes another one and leaves the first alone', async () => {
    const step = await compileStep(descend, begin, [tensor([0, 0])])
    await step.run(tensor([5, 5]))
    const kept = await step.state()
    const before = kept.w.toArray()
    await step.run(tensor([5, 5]))
    await step.run(tensor([5, 5]))
    expect(kept.w.toArray()).toEqual(before)
    expect(begin.w.toArray()).toEqual([1, -2])
    await step.setState(kept)
    expect((await step.state()).steps.item()).toBe(1)
    await step.dispose()
  })

  it('holds the same bits in a second run', async () => {
    const run = async () => {
      const step = await compileStep(descend, begin, [tensor([0, 0])])
      for (let i = 0; i < 20; i++) await step.run(tensor([Math.sin(i), Math.cos(i)]))
      const { w } = await step.state()
      await step.dispose()
      return w.toArray()
    }
    expect(await run()).toEqual(await run())
  })

  it('says what is wrong with a state that changes, inputs of another shape and use after dispose', async () => {
    await expect(
      compileStep((s: Tensor, x: Tensor) => [s.add(x), s], scalar(0), [tensor([1, 2])]),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: compileStep: the state goes in as float32 [] and comes out as float32 [2]; a step must keep its nest, shapes and dtypes]`,
    )
    const step = await compileStep(descend, begin, [tensor([0, 0])])
    await expect(step.run(tensor([1, 2, 3]))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: tensor.session.run: input 'input.0' is float32 [3], the model has input.0 float32 [2]; axis 0 must have length 2]`,
    )
    await expect(step.setState({ ...begin, w: tensor([1]) })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: step.setState: the state is w float32 [2], steps int32 [], got w float32 [1], steps int32 []; give one of the same nest, shapes and dtypes]`,
    )
    await step.dispose()
    await expect(step.run(tensor([0, 0]))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: tensor.session.run: the session was disposed; create another]`,
    )
  })
})
