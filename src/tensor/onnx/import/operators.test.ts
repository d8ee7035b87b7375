import { describe, it } from 'vitest'
import { foldIn, normal, randomKey, uniform } from '../../../core/index.ts'
import { castStorage } from '../../dtype.ts'
import { createSession, type DType, type Shape, sizeOf, Tensor, tensor } from '../../index.ts'
import { expectClose } from '../../testing/compare.ts'
import { type OnnxNode, onnxNodeModel } from '../../testing/onnx-node.ts'
import { fromOnnx } from '../from-onnx.ts'

const random = (shape: Shape, seed = 1, dtype: DType = 'float32'): Tensor =>
  Tensor.of(castStorage(normal(foldIn(randomKey(seed), shape.join()), sizeOf(shape)), dtype), shape)
const positive = (shape: Shape, seed = 1): Tensor =>
  Tensor.of(Float32Array.from(uniform(randomKey(seed), sizeOf(shape), { low: 0.1, high: 2 })), shape)
const whole = (...values: number[]): Tensor => Tensor.of(BigInt64Array.from(values, BigInt))
const one = (value: number): Tensor => tensor(value)
const integer = (value: number): Tensor => Tensor.of(BigInt64Array.of(BigInt(value)), [])

const [line, image] = [random([2, 4, 11]), random([2, 4, 7, 8], 2)]
const vector = random([24], 3)
const matrix = random([3, 8], 4)
const truth = Tensor.of(Uint8Array.of(1, 0, 1), [3])
const other = Tensor.of(Uint8Array.of(1, 1, 0), [3])
const integers = Tensor.of(BigInt64Array.of(7n, -7n, 5n, -5n))
const divisors = Tensor.of(BigInt64Array.of(3n, 3n, -3n, -3n))

/** Operators with one input and no more to say. */
const plain = [
  ...[
    'Abs',
    'Ceil',
    'Celu',
    'Cos',
    'Cosh',
    'Elu',
    'Erf',
    'Exp',
    'Floor',
    'Gelu',
    'HardSigmoid',
    'HardSwish',
    'Identity',
  ],
  ...['IsNaN', 'LeakyRelu', 'Mish', 'Neg', 'Reciprocal', 'Relu', 'Round', 'Selu', 'Sigmoid', 'Sign', 'Sin', 'Sinh'],
  ...['Size', 'Softplus', 'Softsign', 'Tan', 'Tanh', 'Atan', 'Shape'],
].map((type): OnnxNode => ({ type, inputs: [vector] }))

const elementwise: OnnxNode[] = [
  ...plain,
  ...['Log', 'Sqrt', 'Reciprocal'].map((type): OnnxNode => ({ type, inputs: [positive([9])] })),
  ...['Asin', 'Acos'].map((type): OnnxNode => ({ type, inputs: [positive([9]).mul(0.45)] })),
  ...['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Sum', 'Mean', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual'].map(
    (type): OnnxNode => ({ type, inputs: [matrix, random([8], 5)] }),
  ),
  ...['Max', 'Min', 'Sum', 'Mean'].map(
    (type): OnnxNode => ({ type, inputs: [matrix, random([8], 5), random([3, 1], 6)] }),
  ),
  ...['And', 'Or', 'Xor'].map((type): OnnxNode => ({ type, inputs: [truth, other] })),
  { type: 'Not', inputs: [truth] },
  { type: 'Equal', inputs: [integers, integers.mul(tensor([1, -1, 1, 1], { dtype: 'int64' }))] },
  { type: 'Mod', inputs: [integers, divisors] },
  { type: 'Mod', inputs: [vector, random([24], 7)], attributes: { fmod: 1 } },
  { type: 'Pow', inputs: [positive([9])], stored: [whole(3)] },
  { type: 'Pow', inputs: [positive([9]), random([9], 8)] },
  { type: 'Where', inputs: [truth, random([2, 3]), random([3], 9)] },
  { type: 'Clip', inputs: [vector], stored: [one(-0.5), one(0.5)] },
  { type: 'Clip', inputs: [vector], stored: [undefined, one(0.5)] },
  { type: 'Clip', inputs: [vector] },
  { type: 'LeakyRelu', inputs: [vector], attributes: { alpha: 0.3 } },
  { type: 'Elu', inputs: [vector], attributes: { alpha: 0.3 } },
  { type: 'Celu', inputs: [vector], attributes: { alpha: 0.3 } },
  { type: 'Selu', inputs: [vector], attributes: { alpha: 1.5, gamma: 1.25 } },
  { type: 'HardSigmoid', inputs: [vector], attributes: { alpha: 0.3, beta: 0.4 } },
  { type: 'PRelu', inputs: [line, random([4, 1], 10)] },
  { type: 'Gelu', inputs: [vector], attributes: { approximate: 'tanh' } },
  { type: 'Gelu', inputs: [vector], domain: 'com.microsoft' },
  { type: 'Dropout', inputs: [vector], stored: [one(0.3)] },
]

const shapes: OnnxNode[] = [
  { type: 'Reshape', inputs: [line], stored: [whole(0, -1)] },
  { type: 'Reshape', inputs: [line], stored: [whole(2, 2, 2, 11)] },
  { type: 'Reshape', inputs: [random([0, 3])], stored: [whole(3, 0)], attributes: { allowzero: 1 } },
  { type: 'Flatten', inputs: [image] },
  { type: 'Flatten', inputs: [image], attributes: { axis: -1 } },
  { type: 'Flatten', inputs: [image], attributes: { axis: 0 } },
  { type: 'Flatten', inputs: [image], attributes: { axis: 4 } },
  { type: 'Squeeze', inputs: [random([1, 3, 1])] },
  { type: 'Squeeze', inputs: [random([1, 3, 1])], stored: [whole(-1)] },
  { type: 'Unsqueeze', inputs: [matrix], stored: [whole(0, -1)] },
  { type: 'Transpose', inputs: [line] },
  { type: 'Transpose', inputs: [line], attributes: { perm: [1, 2, 0] } },
  { type: 'Concat', inputs: [matrix, random([2, 8], 11)], attributes: { axis: 0 } },
  { type: 'Concat', inputs: [line, line], attributes: { axis: -1 } },
  { type: 'Split', inputs: [line], attributes: { axis: 2, num_outputs: 3 }, outputs: 3 },
  { type: 'Split', inputs: [line], stored: [whole(1, 3)], attributes: { axis: 1 }, outputs: 2 },
  { type: 'Split', inputs: [line], attributes: { axis: 1 }, outputs: 2, opset: 13 },
  { type: 'Slice', inputs: [line], stored: [whole(1, -3), whole(2 ** 31, -1), whole(1, 2)] },
  { type: 'Slice', inputs: [line], stored: [whole(-1), whole(-(2 ** 31)), whole(-1), whole(-2)] },
  { type: 'Slice', inputs: [line], stored: [whole(8), whole(1), whole(2), whole(-3)] },
  { type: 'Slice', inputs: [line], stored: [whole(1), whole(2)] },
  { type: 'Expand', inputs: [random([3, 1])], stored: [whole(2, 1, 4)] },
  { type: 'Expand', inputs: [random([3, 1])], stored: [whole(1)] },
  { type: 'Tile', inputs: [matrix], stored: [whole(2, 3)] },
  { type: 'Shape', inputs: [image], attributes: { start: 1, end: -1 } },
  { type: 'Cast', inputs: [vector], attributes: { to: 7 } },
  { type: 'Cast', inputs: [vector], attributes: { to: 11 } },
  { type: 'CastLike', inputs: [vector, integers] },
  { type: 'ConstantOfShape', inputs: [], stored: [whole(2, 3)] },
  {
    type: 'ConstantOfShape',
    inputs: [],
    stored: [whole(2)],
    attributes: { value: { storage: Int32Array.of(7), shape: [1] } },
  },
  { type: 'Constant', inputs: [], attributes: { value_floats: { floats: [1, 2.5] } } },
  { type: 'Constant', inputs: [], attributes: { value_int: 3 } },
  { type: 'Range', inputs: [], stored: [one(1), one(3), one(0.5)] },
  { type: 'Trilu', inputs: [matrix], stored: [integer(1)] },
  { type: 'Trilu', inputs: [matrix], attributes: { upper: 0 } },
  { type: 'Pad', inputs: [line], stored: [whole(0, 1, 2, 0, 0, 3), one(0.5)] },
  { type: 'Pad', inputs: [line], stored: [whole(0, 0, -2, 0, 0, 3)] },
  { type: 'Pad', inputs: [line], stored: [whole(2, 3), undefined, whole(-1)], attributes: { mode: 'reflect' } },
  { type: 'Pad', inputs: [line], stored: [whole(0, 1, 2, 0, 1, 3)], attributes: { mode: 'edge' } },
  { type: 'Pad', inputs: [line], stored: [whole(0, 1, 2, 0, 1, 3)], attributes: { mode: 'wrap' }, opset: 19 },
]

const reductions: OnnxNode[] = [
  ...['Sum', 'Mean', 'Prod', 'Max', 'Min', 'L1', 'L2', 'SumSquare', 'LogSumExp'].flatMap((name): OnnxNode[] => [
    { type: `Reduce${name}`, inputs: [line], stored: [whole(-1, 0)] },
    { type: `Reduce${name}`, inputs: [line], attributes: { keepdims: 0 } },
  ]),
  { type: 'ReduceLogSum', inputs: [positive([3, 4])], stored: [whole(1)] },
  { type: 'ReduceMean', inputs: [line], attributes: { axes: [1], keepdims: 0 }, opset: 13 },
  { type: 'ReduceSum', inputs: [line], attributes: { noop_with_empty_axes: 1 } },
  { type: 'ArgMax', inputs: [line], attributes: { axis: -1 } },
  { type: 'ArgMin', inputs: [line], attributes: { axis: 1, keepdims: 0 } },
  ...[{}, { exclusive: 1 }, { reverse: 1 }, { exclusive: 1, reverse: 1 }].map(
    (attributes): OnnxNode => ({ type: 'CumSum', inputs: [line], stored: [integer(-1)], attributes }),
  ),
  { type: 'CumSum', inputs: [line], stored: [integer(1)] },
  { type: 'TopK', inputs: [line], stored: [whole(3)], outputs: 2 },
  { type: 'TopK', inputs: [line], stored: [whole(2)], attributes: { axis: 1, largest: 0 }, outputs: 2 },
  { type: 'Softmax', inputs: [line] },
  { type: 'Softmax', inputs: [line], attributes: { axis: 1 } },
  { type: 'LogSoftmax', inputs: [line], attributes: { axis: 1 } },
]

const pooling = (type: string): OnnxNode[] => [
  { type, inputs: [line], attributes: { kernel_shape: [3] } },
  { type, inputs: [line], attributes: { kernel_shape: [3], strides: [2], pads: [1, 1] } },
  { type, inputs: [line], attributes: { kernel_shape: [4], strides: [3], pads: [1, 2], ceil_mode: 1 } },
  { type, inputs: [line], attributes: { kernel_shape: [2], strides: [2], ceil_mode: 1 } },
  { type, inputs: [line], attributes: { kernel_shape: [3], strides: [2], auto_pad: 'SAME_UPPER' } },
  { type, inputs: [line], attributes: { kernel_shape: [4], strides: [2], auto_pad: 'SAME_LOWER' } },
  { type, inputs: [line], attributes: { kernel_shape: [3], dilations: [2], pads: [1, 0] } },
  { type, inputs: [image], attributes: { kernel_shape: [2, 3], strides: [2, 1], pads: [1, 0, 0, 1] } },
]

const networks: OnnxNode[] = [
  { type: 'MatMul', inputs: [random([2, 3, 4]), random([4, 5])] },
  { type: 'MatMul', inputs: [random([4]), random([2, 4, 5])] },
  { type: 'Gemm', inputs: [matrix, random([8, 5])] },
  { type: 'Gemm', inputs: [matrix, random([3, 5]), random([5])], attributes: { transA: 1, alpha: 0.5, beta: 0.25 } },
  { type: 'Gemm', inputs: [matrix, random([5, 8]), one(2)], attributes: { transB: 1 } },
  {
    type: 'FusedMatMul',
    domain: 'com.microsoft',
    inputs: [matrix, random([5, 8])],
    attributes: { transB: 1, alpha: 0.5 },
  },
  {
    type: 'RotaryEmbedding',
    domain: 'com.microsoft',
    inputs: [random([2, 3, 8]), tensor([1], { dtype: 'int64' }), random([5, 4], 1), random([5, 4], 2)],
    attributes: { num_heads: 1 },
  },
  {
    type: 'Conv',
    inputs: [line, random([6, 2, 3]), random([6])],
    attributes: { group: 2, strides: [2], pads: [2, 1] },
  },
  { type: 'Conv', inputs: [line, random([6, 4, 3])], attributes: { strides: [3], auto_pad: 'SAME_UPPER' } },
  { type: 'Conv', inputs: [line, random([6, 4, 3])], attributes: { dilations: [2], pads: [2, 1] } },
  { type: 'Conv', inputs: [image, random([6, 4, 2, 3])], attributes: { auto_pad: 'SAME_LOWER', strides: [2, 2] } },
  { type: 'Conv', inputs: [image, random([6, 4, 2, 3])], attributes: { auto_pad: 'VALID' } },
  {
    type: 'ConvTranspose',
    inputs: [line, random([4, 3, 5]), random([6])],
    attributes: { group: 2, strides: [3], pads: [2, 1], output_padding: [2], dilations: [2] },
  },
  { type: 'ConvTranspose', inputs: [image, random([4, 3, 2, 3])], attributes: { strides: [2, 1] } },
  ...pooling('MaxPool'),
  ...pooling('AveragePool'),
  ...pooling('AveragePool').map(node => ({ ...node, attributes: { ...node.attributes, count_include_pad: 1 } })),
  { type: 'GlobalAveragePool', inputs: [image] },
  { type: 'GlobalMaxPool', inputs: [line] },
  {
    type: 'BatchNormalization',
    inputs: [line, positive([4], 1), random([4], 2), random([4], 3), positive([4], 4)],
    attributes: { epsilon: 0.01 },
  },
  { type: 'InstanceNormalization', inputs: [line, positive([4], 1), random([4], 2)], attributes: { epsilon: 0.01 } },
  { type: 'GroupNormalization', inputs: [line, positive([4], 1), random([4], 2)], attributes: { num_groups: 2 } },
  {
    type: 'GroupNormalization',
    inputs: [line, positive([2], 1), random([2], 2)],
    attributes: { num_groups: 2 },
    opset: 18,
  },
  { type: 'LayerNormalization', inputs: [line, positive([11], 1), random([11], 2)] },
  { type: 'LayerNormalization', inputs: [line, positive([4, 11], 1)], attributes: { axis: 1, epsilon: 0.01 } },
  { type: 'LpNormalization', inputs: [line], attributes: { axis: 1 } },
  { type: 'LpNormalization', inputs: [line], attributes: { axis: -1, p: 1 } },
]

const scales = (...values: number[]): Tensor => Tensor.of(Float32Array.from(values))
const resizings: OnnxNode[] = [
  { type: 'Resize', inputs: [line], stored: [undefined, scales(1, 1, 2)] },
  {
    type: 'Resize',
    inputs: [image],
    stored: [undefined, scales(1, 1, 2, 3)],
    attributes: { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
  },
  { type: 'Resize', inputs: [line], stored: [undefined, scales(1, 1, 0.6)], attributes: { nearest_mode: 'ceil' } },
  { type: 'Resize', inputs: [line], stored: [undefined, scales(1, 1, 2.5)], attributes: { mode: 'linear' } },
  {
    type: 'Resize',
    inputs: [image],
    stored: [undefined, undefined, whole(2, 4, 9, 4)],
    attributes: { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
  },
  {
    type: 'Resize',
    inputs: [line],
    stored: [undefined, undefined, whole(20)],
    attributes: { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel', axes: [2] },
  },
]

const indexing: OnnxNode[] = [
  { type: 'Gather', inputs: [line], stored: [whole(3, -1)], attributes: { axis: 1 } },
  { type: 'Gather', inputs: [line], stored: [integer(-1)] },
  { type: 'GatherElements', inputs: [matrix], stored: [Tensor.of(BigInt64Array.of(0n, -1n, 2n, 1n), [2, 2])] },
  {
    type: 'GatherElements',
    inputs: [matrix],
    stored: [Tensor.of(BigInt64Array.of(0n, -1n, 2n, 1n, 7n, 5n), [3, 2])],
    attributes: { axis: 1 },
  },
  { type: 'GatherND', inputs: [line], stored: [Tensor.of(BigInt64Array.of(0n, -1n, 1n, 2n), [2, 2])] },
  {
    type: 'ScatterND',
    inputs: [line],
    stored: [Tensor.of(BigInt64Array.of(0n, -1n, 1n, 2n), [2, 2]), random([2, 11], 5)],
  },
  {
    type: 'ScatterND',
    inputs: [line],
    stored: [Tensor.of(BigInt64Array.of(0n, 1n, 0n, 1n), [2, 2]), random([2, 11], 5)],
    attributes: { reduction: 'add' },
  },
  {
    type: 'ScatterElements',
    inputs: [matrix],
    stored: [Tensor.of(BigInt64Array.of(0n, -1n, 2n, 1n, 7n, 5n), [3, 2]), random([3, 2], 6)],
    attributes: { axis: 1 },
  },
]

/** Of float32, as a part of the largest magnitude. */
const tolerance = 2e-6

const titled = (nodes: readonly OnnxNode[]) =>
  nodes.map((node, i) => {
    const { type, attributes = {}, stored = [], opset = 21 } = node
    const rest = stored.map(tensor => (tensor && tensor.size < 9 ? `[${[...tensor.data]}]` : (tensor ?? '-'))).join(' ')
    const shown = Object.entries(attributes).map(
      ([name, value]) => `${name} ${typeof value === 'object' ? Object.values(value) : value}`,
    )
    return [`${i} ${type} ${[...shown, rest, `opset ${opset}`].filter(Boolean).join(', ')}`, node] as const
  })

describe.each([
  ['elementwise', elementwise],
  ['shape', shapes],
  ['reduction', reductions],
  ['network', networks],
  ['resizing', resizings],
  ['indexing', indexing],
] as const)('an imported %s operator gives what ONNX Runtime gives', (_family, nodes) => {
  it.each(titled(nodes))('%s', async (_title, node) => {
    const bytes = onnxNodeModel(node)
    const session = await createSession(bytes)
    const expected = await session.run(node.inputs)
    await session.dispose()
    const given = Object.fromEntries(node.inputs.map((input, i) => [`x${i}`, input]))
    const outputs = Object.values(fromOnnx(bytes).call({}, given))
    expected.forEach((reference, i) => {
      expectClose(`output ${i}`, outputs[i]!, { tensor: reference, tolerance })
    })
  })
})
