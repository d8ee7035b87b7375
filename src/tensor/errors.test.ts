import { expect, test } from 'vitest'
import { QuadrupoleError } from '../core/index.ts'
import {
  arange,
  Complex,
  compileStep,
  concat,
  conv1d,
  convTranspose1d,
  customGradient,
  eye,
  full,
  grad,
  jit,
  linspace,
  logSoftmax,
  roll,
  scalar,
  scan,
  softmax,
  split,
  stack,
  Tensor,
  tensor,
  trace,
  vjp,
  vmap,
  zeros,
} from './index.ts'

// Users of JavaScript, and of `any`, meet what the types forbid: these calls do too.
// biome-ignore lint/suspicious/noExplicitAny: as said
type Anything = any

/** What each call throws, as `code | message`. */
async function thrown(calls: Readonly<Record<string, () => unknown>>): Promise<Record<string, string>> {
  const messages: Record<string, string> = {}
  for (const [name, call] of Object.entries(calls))
    try {
      await call()
      messages[name] = 'NOTHING'
    } catch (error) {
      messages[name] = error instanceof QuadrupoleError ? `${error.code} | ${error.message}` : `NOT OURS | ${error}`
    }
  return messages
}

const a = zeros([2, 3])
const four = zeros([4])
const integers = zeros([2, 3], { dtype: 'int32' })
const truths = zeros([2, 3], { dtype: 'bool' })
const wide = zeros([2, 3], { dtype: 'float64' })
const signal = zeros([1, 3, 8])

test('elementwise functions say which operands do not go together', async () => {
  expect(
    await thrown({
      'a.add(four)': () => a.add(four),
      'a.add(integers)': () => a.add(integers),
      'integers.add(0.5)': () => integers.add(0.5),
      'a.add(undefined)': () => a.add(undefined as Anything),
      'a.add([1, 2, 3])': () => a.add([1, 2, 3] as Anything),
      'a.greater(four)': () => a.greater(four),
      'a.notEqual(wide)': () => a.notEqual(wide),
      'truths.greaterEqual(truths)': () => truths.greaterEqual(truths),
      'integers.sqrt()': () => integers.sqrt(),
      'integers.softplus()': () => integers.softplus(),
      'a.logicalAnd(a)': () => a.logicalAnd(a),
      'a.where(a, 0)': () => a.where(a, 0),
      'truths.where(a, integers)': () => truths.where(a, integers),
      'truths.where(a, four)': () => truths.where(a, four),
      'integers.clip({ low: 0.5 })': () => integers.clip({ low: 0.5 }),
      "a.cast('float16')": () => a.cast('float16' as Anything),
      'integers.div(0)': () => integers.div(0),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a.add([1, 2, 3])": "argument | add: an operand is an array, expected a tensor or a number; make one with tensor()",
      "a.add(four)": "shape | add: shapes [2, 3] and [4] do not broadcast; aligned at the last axis, each pair of lengths must be equal or one of them 1",
      "a.add(integers)": "dtype | add: dtypes differ: float32 and int32; nothing is promoted, cast one of them",
      "a.add(undefined)": "argument | add: an operand is undefined, expected a tensor or a number; make one with tensor()",
      "a.cast('float16')": "dtype | cast: 'float16' is no dtype; use float32, float64, int32, int64, bool",
      "a.greater(four)": "shape | greater: shapes [4] and [2, 3] do not broadcast; aligned at the last axis, each pair of lengths must be equal or one of them 1",
      "a.logicalAnd(a)": "dtype | logicalAnd: takes bool, got float32; cast it first",
      "a.notEqual(wide)": "dtype | notEqual: dtypes differ: float32 and float64; nothing is promoted, cast one of them",
      "a.where(a, 0)": "dtype | where: the condition is float32, expected bool; compare it with something",
      "integers.add(0.5)": "dtype | add: 0.5 is no int32; cast the tensor to a float first",
      "integers.clip({ low: 0.5 })": "dtype | clip: 0.5 is no int32; cast the tensor to a float first",
      "integers.div(0)": "argument | div: division of integers by 0 has no result; replace the zeros first, or cast to a float",
      "integers.softplus()": "dtype | softplus: takes float32, float64, got int32; cast it first",
      "integers.sqrt()": "dtype | sqrt: takes float32, float64, got int32; cast it first",
      "truths.greaterEqual(truths)": "dtype | greaterEqual: takes float32, float64, int32, int64, got bool; cast it first",
      "truths.where(a, four)": "shape | where: shapes [2, 3] and [2, 3] and [4] do not broadcast; aligned at the last axis, each pair of lengths must be equal or one of them 1",
      "truths.where(a, integers)": "dtype | where: dtypes differ: float32 and int32; nothing is promoted, cast one of them",
    }
  `)
})

test('reductions say which axes there are', async () => {
  expect(
    await thrown({
      'a.sum({ axes: 2 })': () => a.sum({ axes: 2 }),
      'a.sum({ axes: [0, -2] })': () => a.sum({ axes: [0, -2] }),
      'truths.sum()': () => truths.sum(),
      'integers.mean()': () => integers.mean(),
      'integers.standardDeviation()': () => integers.standardDeviation(),
      'a.any({ axes: -3 })': () => a.any({ axes: -3 }),
      'a.argmin({ axis: 2 })': () => a.argmin({ axis: 2 }),
      'scalar(1).max({ axes: 0 })': () => scalar(1).max({ axes: 0 }),
      'zeros([0, 3]).max()': () => zeros([0, 3]).max(),
      'zeros([0]).argmax()': () => zeros([0]).argmax(),
      'softmax(a, { axis: 4 })': () => softmax(a, { axis: 4 }),
      'logSoftmax(integers)': () => logSoftmax(integers),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a.any({ axes: -3 })": "argument | any: axis -3 is out of range for rank 2; use an integer from -2 to 1",
      "a.argmin({ axis: 2 })": "argument | argmin: axis 2 is out of range for rank 2; use an integer from -2 to 1",
      "a.sum({ axes: 2 })": "argument | sum: axis 2 is out of range for rank 2; use an integer from -2 to 1",
      "a.sum({ axes: [0, -2] })": "argument | sum: axes [0, 0] repeat; name each axis once",
      "integers.mean()": "dtype | mean: takes float32 or float64, got int32; cast it first",
      "integers.standardDeviation()": "dtype | standardDeviation: takes float32 or float64, got int32; cast it first",
      "logSoftmax(integers)": "dtype | logSoftmax: takes float32 or float64, got int32; cast it first",
      "scalar(1).max({ axes: 0 })": "argument | max: axis 0 is out of range for rank 0; use a tensor with axes",
      "softmax(a, { axis: 4 })": "argument | softmax: axis 4 is out of range for rank 2; use an integer from -2 to 1",
      "truths.sum()": "dtype | sum: takes float32, float64, int32, int64, got bool; cast it first",
      "zeros([0, 3]).max()": "shape | max: an axis of length 0 in [0, 3] has no max; check for empty input first",
      "zeros([0]).argmax()": "shape | argmax: axis 0 of [0] has no elements to choose from; check for empty input first",
    }
  `)
})

test('functions of shapes say what would fit', async () => {
  expect(
    await thrown({
      'a.reshape([4, 2])': () => a.reshape([4, 2]),
      'a.reshape([4, -1])': () => a.reshape([4, -1]),
      'a.reshape([-2, -3])': () => a.reshape([-2, -3]),
      'a.reshape(6)': () => a.reshape(6 as Anything),
      'a.transpose([0, 0])': () => a.transpose([0, 0]),
      'a.moveAxis(3, 0)': () => a.moveAxis(3, 0),
      'a.broadcastTo([2, 4])': () => a.broadcastTo([2, 4]),
      'a.expandAxis(5)': () => a.expandAxis(5),
      'a.squeeze(0)': () => a.squeeze(0),
      'a.slice({ 1: 3 })': () => a.slice({ 1: 3 }),
      'a.slice({ 2: 0 })': () => a.slice({ 2: 0 }),
      'a.slice({ 1: [0, 3, 0] })': () => a.slice({ 1: [0, 3, 0] }),
      'a.slice({ 1: [0.5, 3] })': () => a.slice({ 1: [0.5, 3] }),
      'a.slice({ x: 0 })': () => a.slice({ x: 0 }),
      'roll(a, 0.5)': () => roll(a, 0.5),
      'concat([])': () => concat([]),
      'concat([a, zeros([2, 4])])': () => concat([a, zeros([2, 4])]),
      'concat([a, four])': () => concat([a, four]),
      'concat([a, 1])': () => concat([a, 1 as Anything]),
      'stack([a, four])': () => stack([a, four]),
      'stack([a, integers])': () => stack([a, integers]),
      'split(a, 2, { axis: 1 })': () => split(a, 2, { axis: 1 }),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a.broadcastTo([2, 4])": "shape | broadcastTo: [2, 3] can't be stretched to [2, 4]; aligned at the last axis, each length must be equal or 1",
      "a.expandAxis(5)": "argument | expandAxis: axis 5 is out of range for rank 3; use an integer from -3 to 2",
      "a.moveAxis(3, 0)": "argument | moveAxis: axis 3 is out of range for rank 2; use an integer from -2 to 1",
      "a.reshape(6)": "shape | reshape: 6 is no shape; give a list of lengths, such as [2, 3]",
      "a.reshape([-2, -3])": "shape | reshape: [-2, -3] is no shape; lengths are integers of 0 or more",
      "a.reshape([4, -1])": "shape | reshape: [2, 3] can't become [4, -1]; one length may be -1 and the others must divide 6",
      "a.reshape([4, 2])": "shape | reshape: [2, 3] has 6 elements, [4, 2] holds 8; the counts must be equal",
      "a.slice({ 1: 3 })": "argument | slice: index 3 is outside axis 1 of length 3; use an integer from -3 to 2",
      "a.slice({ 1: [0, 3, 0] })": "argument | slice: step 0 along axis 1 must be an integer other than 0",
      "a.slice({ 1: [0.5, 3] })": "argument | slice: bound 0.5 along axis 1 must be an integer, or null for the end",
      "a.slice({ 2: 0 })": "argument | slice: axis 2 is out of range for rank 2; use an integer from -2 to 1",
      "a.slice({ x: 0 })": "argument | slice: 'x' is no axis; name selections by axis, such as { 0: [0, 10] }",
      "a.squeeze(0)": "shape | squeeze: axis 0 of [2, 3] has length 2, not 1; only axes of length 1 can go",
      "a.transpose([0, 0])": "argument | transpose: axes [0, 0] are no permutation of the 2 axes of [2, 3]",
      "concat([])": "argument | concat: no tensors to join; give at least one",
      "concat([a, 1])": "argument | concat: 1 is no tensor; make one with tensor() or full()",
      "concat([a, four])": "shape | concat: ranks differ: [2, 3] and [4]; expandAxis one of them",
      "concat([a, zeros([2, 4])])": "shape | concat: shapes [2, 3], [2, 4] differ elsewhere than along axis 0; the other lengths must be equal",
      "roll(a, 0.5)": "argument | roll: shift 0.5 is no integer; give whole places",
      "split(a, 2, { axis: 1 })": "argument | split: axis 1 of length 3 has no 2 equal parts; give a divisor",
      "stack([a, four])": "shape | stack: shapes differ: [2, 3] and [4]; all must be equal",
      "stack([a, integers])": "dtype | stack: dtypes differ: float32, int32; cast to one",
    }
  `)
})

test('products and convolutions show the operands as they were given', async () => {
  expect(
    await thrown({
      'a.matmul(a)': () => a.matmul(a),
      'a.matmul(four)': () => a.matmul(four),
      'a.matmul(scalar(1))': () => a.matmul(scalar(1)),
      'a.matmul(wide, { transposeB: true })': () => a.matmul(wide, { transposeB: true }),
      'zeros([2, 3, 3]).matmul(zeros([4, 3, 3]))': () => zeros([2, 3, 3]).matmul(zeros([4, 3, 3])),
      'conv1d(a, a)': () => conv1d(a, a),
      'conv1d(signal, zeros([4, 2, 3]))': () => conv1d(signal, zeros([4, 2, 3])),
      'conv1d(signal, zeros([4, 1, 3]), { groups: 2 })': () => conv1d(signal, zeros([4, 1, 3]), { groups: 2 }),
      'conv1d(signal, zeros([4, 3, 9]))': () => conv1d(signal, zeros([4, 3, 9])),
      'conv1d(signal, zeros([4, 3, 3]), { stride: 0 })': () => conv1d(signal, zeros([4, 3, 3]), { stride: 0 }),
      'conv1d(signal, zeros([4, 3, 3]), { stride: [1, 2] })': () =>
        conv1d(signal, zeros([4, 3, 3]), { stride: [1, 2] }),
      'conv1d(signal, zeros([4, 3, 3]), { padding: -1 })': () => conv1d(signal, zeros([4, 3, 3]), { padding: -1 }),
      'convTranspose1d(signal, zeros([4, 3, 3]))': () => convTranspose1d(signal, zeros([4, 3, 3])),
      'convTranspose1d(signal, zeros([3, 4, 3]), { padding: 9 })': () =>
        convTranspose1d(signal, zeros([3, 4, 3]), { padding: 9 }),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a.matmul(a)": "shape | matmul: [2, 3] times [2, 3] has inner lengths 3 and 2; they must be equal",
      "a.matmul(four)": "shape | matmul: [2, 3] times [4] has inner lengths 3 and 4; they must be equal",
      "a.matmul(scalar(1))": "shape | matmul: shapes [2, 3] and [], expected vectors or matrices; use mul for a scalar",
      "a.matmul(wide, { transposeB: true })": "dtype | matmul: dtypes differ: float32 and float64; cast one of them",
      "conv1d(a, a)": "shape | conv1d: input [2, 3] and weights [2, 3] must both have 3 axes: [batch, channels, …] and [outputs, channels / groups, …]",
      "conv1d(signal, zeros([4, 1, 3]), { groups: 2 })": "shape | conv1d: 3 channels of [1, 3, 8] can't be split into 2 groups; the number of groups must divide them",
      "conv1d(signal, zeros([4, 2, 3]))": "shape | conv1d: 3 channels in 1 groups do not fit weights [4, 2, 3]; expected [outputs, 3, …] with outputs a multiple of 1",
      "conv1d(signal, zeros([4, 3, 3]), { padding: -1 })": "argument | conv1d: padding is integers from 0, got -1; slice to cut",
      "conv1d(signal, zeros([4, 3, 3]), { stride: 0 })": "argument | conv1d: strides and dilations are integers from 1, got 0",
      "conv1d(signal, zeros([4, 3, 3]), { stride: [1, 2] })": "argument | conv1d: stride [1, 2] needs 1 entries or one number",
      "conv1d(signal, zeros([4, 3, 9]))": "shape | conv1d: a kernel of [9] with dilation [1] does not fit into [8] padded by [0] and [0]; pad more or use a shorter kernel",
      "convTranspose1d(signal, zeros([3, 4, 3]), { padding: 9 })": "shape | convTranspose1d: padding [9] and [9] leaves lengths [-8] of [1, 3, 8]; pad less",
      "convTranspose1d(signal, zeros([4, 3, 3]))": "shape | convTranspose1d: 3 channels in 1 groups do not fit weights [4, 3, 3]; expected [3, outputs / groups, …] with groups that divide 3",
      "zeros([2, 3, 3]).matmul(zeros([4, 3, 3]))": "shape | matmul: batches: shapes [2] and [4] do not broadcast; aligned at the last axis, each pair of lengths must be equal or one of them 1",
    }
  `)
})

test('what makes and reads tensors says what it takes', async () => {
  expect(
    await thrown({
      'tensor([[1, 2], [3]])': () => tensor([[1, 2], [3]]),
      "tensor(['1'])": () => tensor(['1'] as Anything),
      'tensor([1, 2, 3], { shape: [2, 2] })': () => tensor([1, 2, 3], { shape: [2, 2] }),
      'Tensor.of(new Uint16Array(2))': () => Tensor.of(new Uint16Array(2) as Anything),
      'zeros([-1])': () => zeros([-1]),
      'zeros(3)': () => zeros(3 as Anything),
      "zeros([3], { dtype: 'float16' })": () => zeros([3], { dtype: 'float16' as Anything }),
      "full([2], 0.5, { dtype: 'int64' })": () => full([2], 0.5, { dtype: 'int64' }),
      'arange(5, { step: 0 })': () => arange(5, { step: 0 }),
      'linspace(0, 1, 2.5)': () => linspace(0, 1, 2.5),
      'eye(-1)': () => eye(-1),
      'a.item()': () => a.item(),
      "a.dataAs('float64')": () => a.dataAs('float64'),
      'new Complex(a, four)': () => new Complex(a, four),
    }),
  ).toMatchInlineSnapshot(`
    {
      "Tensor.of(new Uint16Array(2))": "dtype | tensor: a Uint16Array is no tensor storage; use Float32Array, Float64Array, Int32Array, BigInt64Array or Uint8Array (bool)",
      "a.dataAs('float64')": "dtype | Tensor.dataAs: the tensor is float32, not float64; cast it first",
      "a.item()": "shape | Tensor.item: shape [2, 3] has 6 elements, not 1",
      "arange(5, { step: 0 })": "argument | arange: from 0 to 5 in steps of 0 is no finite range; give finite bounds and a step other than 0",
      "eye(-1)": "shape | eye: [-1, -1] is no shape; lengths are integers of 0 or more",
      "full([2], 0.5, { dtype: 'int64' })": "dtype | full: 0.5 is no int64; round it, or ask for a float dtype",
      "linspace(0, 1, 2.5)": "argument | linspace: count 2.5 must be an integer of 0 or more",
      "new Complex(a, four)": "shape | Complex: real part float32 [2, 3] and imaginary part float32 [4] differ",
      "tensor(['1'])": "argument | tensor: element 0 is string, expected numbers, bigints or booleans in nested arrays, or a typed array",
      "tensor([1, 2, 3], { shape: [2, 2] })": "shape | tensor: 3 elements do not fill shape [2, 2], which holds 4",
      "tensor([[1, 2], [3]])": "shape | tensor: nested arrays are ragged; the first of each level give [2, 2]",
      "zeros(3)": "shape | zeros: 3 is no shape; give a list of lengths, such as [2, 3]",
      "zeros([-1])": "shape | zeros: [-1] is no shape; lengths are integers of 0 or more",
      "zeros([3], { dtype: 'float16' })": "dtype | zeros: 'float16' is no dtype; use float32, float64, int32, int64, bool",
    }
  `)
})

test('transformations say what they want of a function', async () => {
  const twice = (x: Tensor): Tensor => x.mul(2)
  const asynchronous = (async (x: Tensor) => x) as Anything
  expect(
    await thrown({
      'grad(twice)(a)': () => grad(twice)(a),
      'grad(twice, { argument: 1 })(a)': () => grad(twice, { argument: 1 })(a),
      'grad of a tree with a date in it': () => grad((x: Anything) => x.w.sum())({ w: a, when: new Date(0) }),
      'vjp(twice, a).pullback(four)': () => vjp(twice, a).pullback(four),
      'vjp(twice, a).pullback(wide)': () => vjp(twice, a).pullback(wide),
      'trace of an async function': () => trace(asynchronous, a),
      'jit of an async function': () => jit(asynchronous)(a),
      'jit of a function that gives a number': () => jit((() => 5) as Anything)(a),
      'jit of a function that reads elements': () => jit((x: Tensor) => (x.item() > 0 ? x : x.neg()))(scalar(1)),
      'vmap(add)(a, four)': () => vmap((x: Tensor, y: Tensor) => x.add(y))(a, four),
      'vmap over nothing': () => vmap(twice, { batched: [false] })(a),
      'scan whose carry changes': () => scan((c: Tensor, x: Tensor) => [c.add(x).cast('int32'), x], scalar(0), four),
      'scan over unequal lengths': () => scan((c: Tensor, _x: Tensor[]) => [c, c], scalar(0), [a, four]),
      'customGradient with a wrong rule': () =>
        grad(
          customGradient(
            (x: Tensor) => x.sum(),
            () => [four],
          ),
        )(a),
      'compileStep whose state changes': () => compileStep((s: Tensor, x: Tensor) => [s.reshape([6]), x], a, [four]),
    }),
  ).toMatchInlineSnapshot(`
    {
      "compileStep whose state changes": "shape | compileStep: the state goes in as float32 [2, 3] and comes out as float32 [6]; a step must keep its nest, shapes and dtypes",
      "customGradient with a wrong rule": "shape | customGradient: the rule gave [4] for tensor 0 of shape [2, 3]; return one cotangent tree an argument",
      "grad of a tree with a date in it": "argument | tensor: the leaf at '0.when' is Date, expected tensors, complex pairs, numbers, strings or booleans",
      "grad(twice)(a)": "shape | grad: the function's value is float32 [2, 3], expected a single float; sum or mean it first",
      "grad(twice, { argument: 1 })(a)": "argument | grad: argument 1 was asked for, the function got 1",
      "jit of a function that gives a number": "trace | jit: the function returns no tensors; there is nothing to compile",
      "jit of a function that reads elements": "trace | Tensor.data: traced Tensor(float32 []) is traced, it has no elements while a graph is built; return it from the traced function and read it there",
      "jit of an async function": "trace | tensor: a traced function returned a promise; it must not be async, await what it needs before and pass it in",
      "scan over unequal lengths": "shape | scan: sequences must have one length along axis 0, got [2, 3], [4]",
      "scan whose carry changes": "shape | scan: carry 0 goes in as float32 [] and comes out as int32 []; both must be equal",
      "trace of an async function": "trace | tensor: a traced function returned a promise; it must not be async, await what it needs before and pass it in",
      "vjp(twice, a).pullback(four)": "shape | vjp: cotangent 0 is float32 [4], its output float32 [2, 3]; they must be equal",
      "vjp(twice, a).pullback(wide)": "shape | vjp: cotangent 0 is float64 [2, 3], its output float32 [2, 3]; they must be equal",
      "vmap over nothing": "argument | vmap: no argument has the batch axis; mark at least one as batched",
      "vmap(add)(a, four)": "shape | vmap: axis 0 of batched arguments must have one length, got [2, 3] and [4]",
    }
  `)
})
