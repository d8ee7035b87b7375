import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { grad, jit, spec, Tensor, tensor, toOnnx, trace, valueAndGrad } from '../index.ts'
import { deviation, numbersOf } from '../testing/compare.ts'
import { onnxNodeModel } from '../testing/onnx-node.ts'
import { fromOnnx, type NamedTensors, readOnnx } from './from-onnx.ts'
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from './gen/onnx_pb.ts'

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

describe('readOnnx', () => {
  it('reads tensors that lie in a file beside the model, and no others', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quadrupole-'))
    const path = join(folder, 'model.onnx')
    const bytes = toOnnx((x: Tensor) => x.mul(tensor([1, 2, 3])), { inputs: spec([3]) })
    const model = fromBinary(ModelProtoSchema, bytes)
    const [stored] = model.graph!.initializer
    const entries = (location: string) =>
      Object.entries({ location, offset: '8', length: '12' }).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value }),
      )
    await writeFile(join(folder, 'weights.bin'), Buffer.concat([Buffer.alloc(8), stored!.rawData, Buffer.alloc(4)]))
    stored!.rawData = new Uint8Array()
    stored!.dataLocation = TensorProto_DataLocation.EXTERNAL
    stored!.externalData = entries('weights.bin')
    await writeFile(path, toBinary(ModelProtoSchema, model))
    const read = await readOnnx(path)
    expect(read.call({}, { input: tensor([1, 1, 1]) }).output!.toArray()).toEqual([1, 2, 3])
    expect(() => fromOnnx(toBinary(ModelProtoSchema, model))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx: tensor 'constant_0' is stored in another file, 'weights.bin'; use readOnnx(path), or give its content with options.externalData]`,
    )

    stored!.externalData = entries('../weights.bin')
    await writeFile(path, toBinary(ModelProtoSchema, model))
    await expect(readOnnx(path)).rejects.toMatchObject({
      code: 'format',
      message: expect.stringContaining('outside its folder'),
    })
    stored!.externalData = entries('nothing.bin')
    await writeFile(path, toBinary(ModelProtoSchema, model))
    await expect(readOnnx(path)).rejects.toMatchObject({ code: 'io' })
    await rm(folder, { recursive: true })
    await expect(readOnnx(path)).rejects.toMatchObject({ code: 'io' })
  })
})

describe('fromOnnx', () => {
  const bytes = toOnnx((x: Tensor) => x.exp().add(x.exp().tanh()), { inputs: spec([3]) })
  const changed = (change: (model: ModelProto) => void): Uint8Array => {
    const model = fromBinary(ModelProtoSchema, bytes)
    change(model)
    return toBinary(ModelProtoSchema, model)
  }
  const reading = (model: Uint8Array) => () => fromOnnx(model)

  it('names all operators it does not know, and how often they are used', () => {
    const unknown = changed(({ graph }) => {
      graph!.node[0]!.opType = 'Hadamard'
      graph!.node[1]!.opType = 'Hadamard'
      graph!.node[2]!.domain = 'com.example'
    })
    expect(reading(unknown)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx: operators that can’t be imported: Hadamard (2 times), com.example.Add (once); run the model as it is with createSession]`,
    )
  })

  it('says what is wrong with files that are damaged, old or not ONNX', () => {
    expect(reading(new Uint8Array(0))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx: 0 bytes hold no ONNX graph; is it an ONNX model?]`,
    )
    expect(reading(bytes.subarray(0, 60))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx: 60 bytes are no ONNX model, or a damaged one; read or download the file again]`,
    )
    expect(reading(new TextEncoder().encode('<html>not found</html>'))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx: 22 bytes are no ONNX model, or a damaged one; read or download the file again]`,
    )
    const old = changed(({ opsetImport }) => {
      opsetImport[0]!.version = 9n
    })
    expect(reading(old)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx: the model uses operator set 9, known are those from 13; convert it, as onnx.version_converter does, or export it anew]`,
    )
    const dangling = changed(({ graph }) => {
      graph!.node[1]!.input[0] = 'nowhere'
    })
    expect(() => fromOnnx(dangling).call({}, { input: tensor([1, 2, 3]) })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx: Tanh 'Tanh_1' uses 'nowhere', which nothing computes]`,
    )
    const states = changed(({ metadataProps }) => {
      metadataProps.push(create(StringStringEntryProtoSchema, { key: 'quadrupole.states', value: '[{' }))
    })
    expect(reading(states)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx: the metadata entry 'quadrupole.states' is damaged: [{]`,
    )
  })

  it('refuses shapes that depend on what the model is called with', () => {
    const inputs = [tensor([1, 2]), tensor([2]).cast('int64')]
    const model = fromOnnx(onnxNodeModel({ type: 'Expand', inputs }))
    const [x0, x1] = inputs as [Tensor, Tensor]
    expect(model.call({}, { x0, x1 }).y0!.toArray()).toEqual([1, 2])
    expect(() => grad((x: Tensor) => model.call({}, { x0: x, x1 }).y0!.sum())(x0)).not.toThrow()
    expect(() => trace((given: NamedTensors) => model.call({}, given), { x0, x1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: fromOnnx: Expand 'y0' uses a shape that depends on the model’s inputs, which can’t be imported]`,
    )
  })

  it('reads half-precision weights as float32', () => {
    const halves = changed(({ graph }) => {
      const data = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0x3555)
      graph!.initializer = [
        create(TensorProtoSchema, { name: 'half', dims: [5n], dataType: 10, rawData: new Uint8Array(data.buffer) }),
        create(TensorProtoSchema, { name: 'brain', dims: [2n], dataType: 16, int32Data: [0x3f80, 0xc040] }),
        create(TensorProtoSchema, { name: 'byte', dims: [2n], dataType: 3, int32Data: [-3, 4] }),
      ]
    })
    const { parameters } = fromOnnx(halves)
    expect(parameters.half!.toArray()).toEqual([1, -2, 2 ** -24, Infinity, 0.333251953125])
    expect(parameters.brain!.toArray()).toEqual([1, -3])
    expect(Object.keys(parameters)).toEqual(['half', 'brain'])
  })

  it('takes the branch that a known condition chooses', () => {
    const branch = (type: string) =>
      create(GraphProtoSchema, {
        name: type,
        node: [create(NodeProtoSchema, { opType: type, input: ['input'], output: ['inner'] })],
        output: [create(ValueInfoProtoSchema, { name: 'inner' })],
      })
    const model = (condition: number) =>
      changed(({ graph }) => {
        const attribute = ['then_branch', 'else_branch'].map((name, i) =>
          create(AttributeProtoSchema, { name, type: 5, g: branch(['Neg', 'Exp'][i]!) }),
        )
        graph!.initializer = [
          create(TensorProtoSchema, { name: 'flag', dataType: 9, rawData: Uint8Array.of(condition) }),
        ]
        graph!.node = [create(NodeProtoSchema, { opType: 'If', input: ['flag'], output: ['output'], attribute })]
      })
    const run = (condition: number) =>
      fromOnnx(model(condition))
        .call({}, { input: tensor([0, 1, 2]) })
        .output!.toArray()
    expect(run(1)).toEqual([-0, -1, -2])
    expect(run(0)).toEqual([1, Math.fround(Math.E), Math.fround(Math.E ** 2)])
  })
})
