import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { jit, Tensor, valueAndGrad } from '../index.ts'
import { deviation, numbersOf } from '../testing/compare.ts'
import { fromOnnx, type NamedTensors } from './from-onnx.ts'

interface Stored {
  readonly shape: number[]
  readonly dtype: 'float32'
  readonly data: string
}
interface Fixture {
  readonly inputs: Record<string, Stored>
  readonly outputs: Record<string, Stored>
  readonly gradients: Record<string, Stored>
}

const file = (name: string) => new URL(`./fixtures/${name}`, import.meta.url)

const tensorOf = ({ shape, data }: Stored): Tensor => {
  const bytes = Buffer.from(data, 'base64')
  return Tensor.of(new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)), shape)
}
const tensorsOf = (stored: Record<string, Stored>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(stored).map(([name, one]) => [name, tensorOf(one)]))

const load = (name: string) => {
  const { inputs, outputs, gradients }: Fixture = JSON.parse(readFileSync(file(`${name}.json`), 'utf8'))
  return {
    model: fromOnnx(readFileSync(file(`${name}.onnx`))),
    inputs: tensorsOf(inputs),
    outputs: tensorsOf(outputs),
    gradients: tensorsOf(gradients),
  }
}

/** How far from PyTorch, as a part of the largest magnitude. */
const tolerance = 1e-5

const expectAll = (actual: NamedTensors, expected: NamedTensors) => {
  for (const [name, tensor] of Object.entries(expected)) {
    expect(`${name} ${actual[name]}`).toBe(`${name} ${tensor}`)
    expect([name, deviation(numbersOf(actual[name]!), numbersOf(tensor))]).toEqual([
      name,
      expect.toSatisfy((difference: number) => difference < tolerance),
    ])
  }
}

describe.each([
  'resnet-batch-legacy-13',
  'resnet-batch-fused-17',
  'resnet-batch-dynamo-18',
  'resnet-group-legacy-17',
  'resnet-group-dynamo-20',
  'cnn-2d-legacy-14',
  'cnn-2d-dynamo-19',
  'autoencoder-legacy-17',
  'autoencoder-dynamo-20',
  'shapes-legacy-17',
  'shapes-dynamo-18',
])('PyTorch’s %s', name => {
  it('gives PyTorch’s outputs at once and compiled, for a batch it was not exported with', async () => {
    const { model, inputs, outputs } = load(name)
    expect(model.producer).toBe('pytorch')
    expect(model.opset).toBe(Number(name.split('-').at(-1)))
    expect(model.outputs.map(output => output.name)).toEqual(Object.keys(outputs))
    expectAll(model.call({}, inputs), outputs)
    const compiled = jit((given: NamedTensors) => model.call({}, given))
    expectAll(await compiled(inputs), outputs)
    await compiled.dispose()
  })

  it('gives PyTorch’s gradients in the parameters, at once and compiled', async () => {
    const { model, inputs, outputs, gradients } = load(name)
    const names = Object.keys(gradients)
    expect(Object.keys(model.parameters)).toEqual(expect.arrayContaining(names))
    const loss = (parameters: NamedTensors, given: NamedTensors): Tensor =>
      Object.keys(outputs)
        .map(output => model.call(parameters, given)[output]!.square().mean())
        .reduce((sum, term) => sum.add(term))
    const parameters = Object.fromEntries(names.map(key => [key, model.parameters[key]!]))
    const both = valueAndGrad(loss)
    expectAll(both(parameters, inputs).gradient, gradients)
    const compiled = jit(both)
    expectAll((await compiled(parameters, inputs)).gradient, gradients)
    await compiled.dispose()
  })
})
