import { expect, test } from 'vitest'
import { mapTree } from '../core/index.ts'
import {
  argsort,
  avgPool1d,
  avgPool2d,
  cummax,
  cummin,
  cumsum,
  interpolate,
  interpolateAt,
  jit,
  maxPool1d,
  maxPool2d,
  median,
  oneHot,
  overlapAdd,
  pad,
  quantile,
  scatterAdd,
  scatterAddAlongAxis,
  searchsorted,
  sort,
  type Tensor,
  take,
  takeAlongAxis,
  topK,
  vjp,
  windows,
} from './index.ts'
import { expectClose } from './testing/compare.ts'
import { type Golden, goldenCases, type Tensors } from './testing/golden.ts'

// biome-ignore lint/suspicious/noExplicitAny: arguments come as JSON, each operation knows its own
type Args = any

const pooled = (line: typeof avgPool1d, plane: typeof avgPool2d, x: Tensor, args: Args): Tensor => {
  const options = {
    stride: args.stride,
    padding: args.padding,
    dilation: args.dilation,
    countIncludePad: args.countPadding,
  }
  return args.kernel.length === 1 ? line(x, args.kernel[0], options) : plane(x, args.kernel, options)
}

/** What the golden cases of each operation are compared with: outputs by name. */
const functions: Readonly<Record<string, (inputs: Tensors, args: Args) => Tensors>> = {
  take: ({ x, indices }, args) => ({ y: take(x!, indices!, args) }),
  takeAlongAxis: ({ x, indices }, args) => ({ y: takeAlongAxis(x!, indices!, args) }),
  scatterAdd: ({ x, indices, updates }, args) => ({ y: scatterAdd(x!, indices!, updates!, args) }),
  scatterAddAlongAxis: ({ x, indices, updates }, args) => ({ y: scatterAddAlongAxis(x!, indices!, updates!, args) }),
  oneHot: ({ indices }, { length }) => ({ y: oneHot(indices!, length) }),
  sort: ({ x }, args) => ({ y: sort(x!, args) }),
  argsort: ({ x }, args) => ({ y: argsort(x!, args) }),
  topk: ({ x }, { k, ...args }) => ({ ...topK(x!, k, args) }),
  topKValues: ({ x }, { k, ...args }) => ({ y: topK(x!, k, args).values }),
  median: ({ x }, { axis, keepAxes }) => ({ y: median(x!, { axis: axis ?? undefined, keepAxes }) }),
  quantile: ({ x }, { q, axis, keepAxes }) => ({ y: quantile(x!, q, { axis: axis ?? undefined, keepAxes }) }),
  searchsorted: ({ sorted, values }, args) => ({ y: searchsorted(sorted!, values!, args) }),
  cumsum: ({ x }, args) => ({ y: cumsum(x!, args) }),
  cummax: ({ x }, args) => ({ y: cummax(x!, args).values }),
  cummaxRanked: ({ x }, args) => ({ ...cummax(x!, args) }),
  cummin: ({ x }, args) => ({ y: cummin(x!, args).values }),
  cumminRanked: ({ x }, args) => ({ ...cummin(x!, args) }),
  unfold: ({ x }, { size, step }) => ({ y: windows(x!, size, { step }) }),
  overlapAdd: ({ x }, { step }) => ({ y: overlapAdd(x!, step) }),
  pad: ({ x }, { widths, ...args }) => ({ y: pad(x!, widths, args) }),
  maxPool: ({ x }, args) => ({ y: pooled(maxPool1d, maxPool2d, x!, args) }),
  averagePool: ({ x }, args) => ({ y: pooled(avgPool1d, avgPool2d, x!, args) }),
  interpolate: ({ x }, { size, mode, align, alignCorners }) => ({
    y: interpolate(x!, size, { mode, align: align ?? (alignCorners ? 'corners' : 'centers') }),
  }),
  interpolateAt: ({ x, at }, args) => ({ y: interpolateAt(x!, at!, args) }),
}

const goldens = goldenCases(...Object.keys(functions))

/** A function's outputs and, where the case has them, its gradients, by name. */
function evaluate({ op, args, cotangents, gradients }: Golden, inputs: Tensors): Tensors {
  const { output, pullback } = vjp((at: Tensors) => functions[op]!(at, args), inputs)
  if (!cotangents) return output
  const found = pullback(mapTree(cotangents, (tensor: Tensor) => tensor.cast(output.y!.dtype)) as Tensors)[0]
  return { ...output, ...prefixed(Object.fromEntries(Object.keys(gradients!).map(name => [name, found[name]!]))) }
}

const prefixed = (gradients: Tensors): Tensors =>
  Object.fromEntries(Object.entries(gradients).map(([name, tensor]) => [`gradient of ${name}`, tensor]))

const describeCase = ({ op, reference, args }: Golden, name: string): string =>
  `${op} ${JSON.stringify(args)} by ${reference}: ${name}`

test('every operation has golden values', () => {
  expect(new Set(goldens.map(({ op }) => op))).toEqual(new Set(Object.keys(functions)))
  expect(goldens.length).toBeGreaterThan(190)
})

test('eager values and gradients in float64 are NumPy’s and PyTorch’s', () => {
  for (const golden of goldens) {
    const found = evaluate(golden, golden.inputs)
    const expected = { ...golden.outputs, ...prefixed(golden.gradients ?? {}) }
    for (const [name, tensor] of Object.entries(expected)) {
      const actual = found[name]!
      expectClose(describeCase(golden, name), actual, { tensor: tensor.cast(actual.dtype), tolerance: 4e-15, floor: 1 })
    }
  }
})

const isFloatTensor = ({ dtype }: Tensor): boolean => dtype === 'float32' || dtype === 'float64'

test.each([
  ['float64', 4e-15],
  ['float32', 1e-6],
] as const)('compiled values and gradients in %s are within %d of eager float64', async (dtype, tolerance) => {
  const cast = (tensors: Tensors): Tensors =>
    mapTree(tensors, (tensor: Tensor) => (isFloatTensor(tensor) ? tensor.cast(dtype) : tensor)) as Tensors
  const compiled = jit((all: readonly Tensors[]) => all.map((inputs, i) => evaluate(goldens[i]!, inputs)))
  const found = await compiled(goldens.map(({ inputs }) => cast(inputs)))
  await compiled.dispose()
  goldens.forEach((golden, i) => {
    const rounded = (tensors: Tensors): Tensors =>
      mapTree(cast(tensors), (tensor: Tensor) => (isFloatTensor(tensor) ? tensor.cast('float64') : tensor)) as Tensors
    const given = { ...golden, ...(golden.cotangents && { cotangents: rounded(golden.cotangents) }) }
    for (const [name, tensor] of Object.entries(evaluate(given, rounded(golden.inputs)))) {
      const actual = found[i]![name]!
      expectClose(describeCase(golden, name), actual, { tensor: tensor.cast(actual.dtype), tolerance, floor: 1 })
    }
  })
})
