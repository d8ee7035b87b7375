import { describe, expect, it } from 'vitest'
import { spec, Tensor, toOnnx } from '../index.ts'
import { expectClose } from '../testing/compare.ts'
import { everyCase, modelOf } from '../testing/exported.ts'
import { fromOnnx } from './from-onnx.ts'

/** Decompositions (float64 error functions, products of convolutions) round differently from eager kernels. */
const tolerances = { float32: 1e-6, float64: 1e-13 } as const

describe.each(['portable', 'cpu'] as const)('what is written for %s can be read again', provider => {
  it.each(everyCase().map(({ title, ...rest }) => ({ title, ...rest })))(
    '$title',
    ({ experiment: { inputs, apply } }) => {
      const model = fromOnnx(modelOf(apply, inputs, provider))
      const given = Object.fromEntries(inputs.map((tensor, i) => [`input_${i}`, tensor]))
      const outputs = Object.values(model.call({}, given))
      apply(inputs).forEach((tensor, i) => {
        const tolerance = tensor.dtype === 'float64' ? tolerances.float64 : tolerances.float32
        expectClose(`output ${i}`, outputs[i]!, { tensor, tolerance })
      })
    },
  )
})

describe('a model written and read again', () => {
  const weight = Tensor.of(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])
  const bytes = toOnnx(
    ({ x, memory }: { x: Tensor; memory: Tensor }) => ({ y: x.matmul(weight), next: memory.mul(0.5).add(x) }),
    {
      inputs: { x: spec([1, 2]), memory: spec([1, 2]) },
      batch: true,
      parameters: { head: { weight } },
      states: [{ input: 'memory', output: 'next', initial: Tensor.of(Float32Array.of(7, 8), [1, 2]) }],
      metadata: { sampleRate: '2048' },
    },
  )
  const model = fromOnnx(bytes)

  it('keeps names, open lengths, parameters, states and metadata', () => {
    expect(model.inputs).toEqual([
      { name: 'x', dtype: 'float32', shape: ['batch', 2] },
      { name: 'memory', dtype: 'float32', shape: ['batch', 2] },
    ])
    expect(model.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['y', ['batch', 3]],
      ['next', ['batch', 2]],
    ])
    expect(Object.keys(model.parameters)).toEqual(['head.weight'])
    expect(model.parameters['head.weight']!.toArray()).toEqual(weight.toArray())
    expect(model.states).toMatchObject([{ input: 'memory', output: 'next' }])
    expect(model.states[0]!.initial.toArray()).toEqual([[7, 8]])
    expect(model.metadata).toMatchObject({ sampleRate: '2048' })
    expect([model.producer, model.opset]).toEqual(['quadrupole', 21])
  })

  it('computes with other parameters', () => {
    const x = Tensor.of(Float32Array.of(1, 1, 1, 0), [2, 2])
    const call = (parameters: Record<string, Tensor>) => model.call(parameters, { x, memory: x })
    expect(call({}).y!.toArray()).toEqual([
      [5, 7, 9],
      [1, 2, 3],
    ])
    expect(call({ 'head.weight': weight.mul(2) }).y!.toArray()).toEqual([
      [10, 14, 18],
      [2, 4, 6],
    ])
  })

  it('refuses inputs and parameters it does not have, and says what it takes', () => {
    const x = Tensor.of(new Float32Array(4), [2, 2])
    const call = (parameters: Record<string, Tensor>, inputs: Record<string, Tensor>) => () =>
      model.call(parameters, inputs)
    expect(call({}, { x })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx.call: input 'memory' is missing; the model takes x float32 [batch, 2], memory float32 [batch, 2]]`,
    )
    expect(call({}, { x, memory: x, z: x })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx.call: there is no input 'z'; the model takes x float32 [batch, 2], memory float32 [batch, 2]]`,
    )
    expect(call({}, { x, memory: x.slice({ 0: [0, 1] }) })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx.call: input 'memory' is float32 [1, 2], but its 'batch' axis must have length 2, as in 'x']`,
    )
    expect(call({ weight: x }, { x, memory: x })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx.call: there is no parameter 'weight'; the model has head.weight]`,
    )
    expect(call({ 'head.weight': x }, { x, memory: x })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx.call: parameter 'head.weight' is float32 [2, 2], the model has head.weight float32 [2, 3]; axis 1 must have length 3]`,
    )
  })
})
