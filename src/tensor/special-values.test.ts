import { expect, test } from 'vitest'
import './methods.ts'
import { castStorage, type DType } from './dtype.ts'
import { concat } from './index.ts'
import { primitives } from './primitives/table.ts'
import { type Shape, showShape } from './shape.ts'
import { Tensor } from './tensor.ts'
import { tolerances } from './testing/case.ts'
import { jit } from './transform/jit.ts'

const floats = ['float32', 'float64'] as const
const numbers = [...floats, 'int32', 'int64'] as const
const all = [...numbers, 'bool'] as const

const of = (dtype: DType, values: readonly (number | bigint)[], shape: Shape = [values.length]): Tensor =>
  dtype === 'int64'
    ? Tensor.of(BigInt64Array.from(values, BigInt), shape)
    : Tensor.of(castStorage(Float64Array.from(values, Number), dtype), shape)

const bind = (name: keyof typeof primitives, inputs: readonly Tensor[], params: object = {}): Tensor =>
  (primitives[name].bind as (inputs: readonly Tensor[], params: object) => Tensor[])(inputs, params)[0]!

const textOf = (x: number | bigint): string => (Object.is(x, -0) ? '-0' : String(x))
const show = (tensor: Tensor): string => `${tensor.dtype} ${showShape(tensor.shape)} ${[...tensor.data].map(textOf)}`

/** Runs many functions eagerly and in one session, and pairs their results. */
async function bothWays(
  runs: Readonly<Record<string, { readonly inputs: readonly Tensor[]; readonly f: (...inputs: Tensor[]) => Tensor }>>,
): Promise<{ name: string; inputs: readonly Tensor[]; eager: Tensor; compiled: Tensor }[]> {
  const names = Object.keys(runs)
  const inputs = names.map(name => runs[name]!.inputs)
  const each = (at: readonly (readonly Tensor[])[]) => names.map((name, i) => runs[name]!.f(...at[i]!))
  const compiled = jit(each)
  const found = await compiled(inputs)
  await compiled.dispose()
  return each(inputs).map((eager, i) => ({ name: names[i]!, inputs: inputs[i]!, eager, compiled: found[i]! }))
}

const edges = [
  0, -0, 1, -1, 0.5, -0.5, 2, -2, 2.5, -2.5, 3, -3, 20.5, 89, -104, 710, -746, 1e5, 1e10, -1e10, 1e30, -1e30,
]
const extremes = [1e-38, 1e-45, 1e-310, -1e-310, 5e-324, 1e300, Infinity, -Infinity, Number.NaN]

/** Elementwise functions whose compiled zero may have the other sign; see the primitives' comments. */
const isSignOfZeroOpen = (name: string): boolean =>
  ['maximum', 'minimum', 'expm1', 'log1p', 'asin', 'atan', 'atan2', 'sinh', 'erf'].includes(name)

/** Below this a function may give 0: float32's subnormal numbers, and where the engine's own sigmoid stops. */
const negligible = (name: string, dtype: 'float32' | 'float64'): number =>
  name === 'sigmoid' && dtype === 'float32' ? 1e-7 : dtype === 'float32' ? 1.2e-38 : 2.3e-308

test.each(floats)('elementwise functions agree on zeros, infinities, NaN and extremes in %s', async dtype => {
  const values = [...edges, ...extremes]
  const pairs = values.flatMap(a => values.map(b => [a, b] as const))
  const names = Object.keys(primitives).filter(name => primitives[name as keyof typeof primitives].isElementwise)
  const runs = names.flatMap(name => {
    const key = name as keyof typeof primitives
    const one = [of(dtype, values)]
    const two = [0, 1].map(i =>
      of(
        dtype,
        pairs.map(pair => pair[i]!),
      ),
    )
    const inputs = [one, two].find(candidate => accepts(key, candidate))
    return inputs ? [[name, { inputs, f: (...xs: Tensor[]) => bind(key, xs) }] as const] : []
  })
  expect(runs.length).toBeGreaterThan(35)
  for (const { name, inputs, eager, compiled } of await bothWays(Object.fromEntries(runs)))
    for (let i = 0; i < eager.size; i++) {
      // its slope is steep, not infinite, and of NaN it is left open
      if (name === 'heaviside' && !(Math.abs(Number(inputs[0]!.data[i])) > 1e-37)) continue
      const [a, b] = [Number(compiled.data[i]), Number(eager.data[i])]
      if (
        Object.is(a, b) ||
        Math.abs(a - b) <= Math.max(2 * tolerances[dtype] * Math.abs(b), negligible(name, dtype))
      ) {
        if (b !== 0 || isSignOfZeroOpen(name)) continue
        if (Object.is(a, b)) continue
      }
      expect.fail(`${name}(${inputs.map(x => textOf(x.data[i]!))}) is ${textOf(b)}, compiled ${textOf(a)}`)
    }
})

function accepts(name: keyof typeof primitives, inputs: readonly Tensor[]): boolean {
  try {
    return bind(name, inputs).size > 0
  } catch {
    return false
  }
}

const big = [2n ** 62n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, -(2n ** 62n) + 1n, 7n, 0n, -(2n ** 63n)]
const otherBig = [3n, 1n, -3n, 5n, -2n, 9n, -1n]
const small = [2 ** 31 - 1, -(2 ** 31), 123456789, -987654321, 7, 46341, -(2 ** 31)]
const otherSmall = [2, 3, 987654321, 123456789, -2, 46341, -1]

test('integers wrap, truncate and compare to the last digit, also beyond 2^53', async () => {
  const binary = ['add', 'sub', 'mul', 'div', 'remainder', 'maximum', 'minimum', 'equal', 'less', 'lessEqual'] as const
  const unary = ['neg', 'abs', 'sign'] as const
  const runs = (['int32', 'int64'] as const).flatMap(dtype => {
    const a = of(dtype, dtype === 'int64' ? big : small)
    const b = of(dtype, dtype === 'int64' ? otherBig : otherSmall)
    const whole = { axes: [0], keepAxes: false }
    return [
      ...binary.map(name => [`${dtype} ${name}`, { inputs: [a, b], f: (...xs: Tensor[]) => bind(name, xs) }] as const),
      ...unary.map(name => [`${dtype} ${name}`, { inputs: [a], f: (x: Tensor) => bind(name, [x]) }] as const),
      ...(['reduceMax', 'reduceMin'] as const).map(
        name => [`${dtype} ${name}`, { inputs: [a], f: (x: Tensor) => bind(name, [x], whole) }] as const,
      ),
      [`${dtype} argmax`, { inputs: [a], f: (x: Tensor) => x.argmax() }] as const,
      [`${dtype} argmin`, { inputs: [a], f: (x: Tensor) => x.argmin() }] as const,
      ...all.map(to => [`${dtype} to ${to}`, { inputs: [a], f: (x: Tensor) => x.cast(to) }] as const),
    ]
  })
  const results = await bothWays(Object.fromEntries(runs))
  for (const { name, eager, compiled } of results) expect(`${name}: ${show(compiled)}`).toBe(`${name}: ${show(eager)}`)
  const shown = Object.fromEntries(results.map(({ name, eager }) => [name, show(eager)]))
  expect(shown['int32 mul']).toBe(`int32 [7] -2,-2147483648,-67153019,67153019,-14,-2147479015,-2147483648`)
  expect(shown['int64 div']).toBe(
    'int64 [7] 1537228672809129301,9007199254740993,3002399751580331,-922337203685477580,-3,0,-9223372036854775808',
  )
  expect(shown['int64 argmin']).toBe('int32 [] 6')
})

test('a division of integers by 0 is an error and not the end of the process', async () => {
  for (const dtype of ['int32', 'int64'] as const)
    for (const name of ['div', 'remainder'] as const) {
      const f = (a: Tensor, b: Tensor) => bind(name, [a, b])
      const operands = [of(dtype, [1, 2]), of(dtype, [1, 0])] as const
      expect(() => f(...operands)).toThrow(`${name}: division of integers by 0`)
      await expect(jit(f)(...operands)).rejects.toThrow(/division by zero/)
    }
})

const runsWithNaN = [
  [1, Number.NaN, 2],
  [Number.NaN, 1, 2],
  [1, 2, Number.NaN],
  [Number.NaN, -1, Number.NaN],
  [-Infinity, 5, -Infinity],
  [Infinity, 1, Infinity],
  [-Infinity, -Infinity, -Infinity],
]

test.each(floats)('reductions let NaN through and keep infinities in %s', async dtype => {
  const runs = runsWithNaN.flatMap(values =>
    (['reduceSum', 'reduceProd', 'reduceMax', 'reduceMin'] as const).flatMap(name =>
      // along the last axis, and along the first, where the engine has another kernel
      [1, 0].map(axis => {
        const inputs = [
          axis === 1
            ? of(dtype, values, [1, 3])
            : of(
                dtype,
                values.flatMap(x => [x, x]),
                [3, 2],
              ),
        ]
        const f = (x: Tensor) => bind(name, [x], { axes: [axis], keepAxes: false })
        return [`${name} of ${values} along ${axis}`, { inputs, f }] as const
      }),
    ),
  )
  const results = await bothWays(Object.fromEntries(runs))
  for (const { name, eager, compiled } of results) expect(`${name}: ${show(compiled)}`).toBe(`${name}: ${show(eager)}`)
  const shown = Object.fromEntries(results.map(({ name, eager }) => [name, [...eager.data]]))
  expect(shown['reduceMax of 1,NaN,2 along 1']).toEqual([Number.NaN])
  expect(of(dtype, [1, Number.NaN, 2]).argmax().item()).toBe(1)
})

test('the extremum of a run with both infinities is NaN when compiled, as its comment says', async () => {
  const x = of('float32', [Infinity, 1, -Infinity])
  const [result] = await bothWays({ max: { inputs: [x], f: t => t.max() } })
  expect([result!.eager.item(), result!.compiled.item()]).toEqual([Infinity, Number.NaN])
})

const empty = (dtype: DType, ...shape: number[]): Tensor => of(dtype, [], shape)
const scalarOf = (dtype: DType): Tensor => of(dtype, [1], [])
const start = (...values: number[]): Tensor => of('int32', values)

test.each(all)('axes of length 0 and rank 0 work everywhere in %s', async dtype => {
  const padding = (rank: number, n: number) => ({
    low: fill(rank, n),
    high: fill(rank, n),
    interior: fill(rank, n),
    value: 1,
  })
  const fill = (rank: number, n: number) => new Array<number>(rank).fill(n)
  const runs: Parameters<typeof bothWays>[0] = {
    'reshape [0, 3]': { inputs: [empty(dtype, 0, 3)], f: x => x.reshape([3, 0]) },
    'transpose [0, 3]': { inputs: [empty(dtype, 0, 3)], f: x => x.transpose() },
    'flip [0, 3]': { inputs: [empty(dtype, 0, 3)], f: x => x.flip() },
    'slice [0, 3]': { inputs: [empty(dtype, 0, 3)], f: x => x.slice({ 1: [1, 2] }) },
    'slice to nothing': { inputs: [of(dtype, [1, 0, 1])], f: x => x.slice({ 0: [1, 1] }) },
    'broadcast [0, 1]': { inputs: [empty(dtype, 0, 1)], f: x => x.broadcastTo([0, 3]) },
    'broadcast to nothing': { inputs: [of(dtype, [1, 0, 1], [1, 3])], f: x => x.broadcastTo([0, 3]) },
    'pad [0]': { inputs: [empty(dtype, 0)], f: x => bind('pad', [x], padding(1, 2)) },
    'dynamicSlice of nothing': {
      inputs: [of(dtype, [1, 1]), start(1)],
      f: (x, at) => bind('dynamicSlice', [x, at], { sizes: [0] }),
    },
    'dynamicUpdate by nothing': {
      inputs: [of(dtype, [1, 0]), empty(dtype, 0), start(1)],
      f: (...xs) => bind('dynamicUpdate', xs),
    },
    'concat [2], [0]': { inputs: [of(dtype, [1, 0]), empty(dtype, 0)], f: (a, b) => concat([a!, b!]) },
    'flip []': { inputs: [scalarOf(dtype)], f: x => x.flip() },
    'transpose []': { inputs: [scalarOf(dtype)], f: x => x.transpose() },
    'broadcast []': { inputs: [scalarOf(dtype)], f: x => x.broadcastTo([2, 2]) },
    'pad []': { inputs: [scalarOf(dtype)], f: x => bind('pad', [x], padding(0, 0)) },
    'slice []': { inputs: [scalarOf(dtype)], f: x => bind('slice', [x], { starts: [], stops: [], steps: [] }) },
    'dynamicSlice []': {
      inputs: [scalarOf(dtype), empty('int32', 0)],
      f: (...xs) => bind('dynamicSlice', xs, { sizes: [] }),
    },
    'dynamicUpdate []': {
      inputs: [scalarOf(dtype), scalarOf(dtype), empty('int32', 0)],
      f: (...xs) => bind('dynamicUpdate', xs),
    },
    'where []': { inputs: [scalarOf(dtype)], f: x => x.cast('bool').where(x, x) },
    'after []': { inputs: [scalarOf(dtype), of('float32', [1, 2])], f: (...xs) => bind('after', xs) },
    'after nothing': { inputs: [scalarOf(dtype), empty('float32', 0)], f: (...xs) => bind('after', xs) },
  }
  const arithmetic: typeof runs = {
    'add [0, 3], [1, 3]': { inputs: [empty(dtype, 0, 3), of(dtype, [1, 2, 3], [1, 3])], f: (a, b) => a!.add(b!) },
    'neg [0, 3]': { inputs: [empty(dtype, 0, 3)], f: x => x.neg() },
    'sum [0, 3]': { inputs: [empty(dtype, 0, 3)], f: x => x.sum() },
    'sum [0, 3] along 0': { inputs: [empty(dtype, 0, 3)], f: x => x.sum({ axes: 0 }) },
    'sum [0, 3] along 1': { inputs: [empty(dtype, 0, 3)], f: x => x.sum({ axes: 1 }) },
    'prod [0, 3] along 0': { inputs: [empty(dtype, 0, 3)], f: x => x.prod({ axes: 0 }) },
    'max [0, 3] along 1': { inputs: [empty(dtype, 0, 3)], f: x => x.max({ axes: 1 }) },
    'argmax [0, 3] along 1': { inputs: [empty(dtype, 0, 3)], f: x => x.argmax({ axis: 1 }) },
    'sum []': { inputs: [scalarOf(dtype)], f: x => x.sum() },
    'sum over no axes': { inputs: [of(dtype, [1, 2])], f: x => x.sum({ axes: [] }) },
    'max []': { inputs: [scalarOf(dtype)], f: x => x.max() },
    'argmax []': { inputs: [scalarOf(dtype)], f: x => x.argmax() },
  }
  const convolution = { strides: [1], dilations: [1], low: [0], high: [0], groups: 1 }
  const products: typeof runs = {
    'matmul [2, 0] [0, 3]': { inputs: [empty(dtype, 2, 0), empty(dtype, 0, 3)], f: (a, b) => a!.matmul(b!) },
    'matmul [0, 2] [2, 1]': { inputs: [empty(dtype, 0, 2), of(dtype, [1, 2], [2, 1])], f: (a, b) => a!.matmul(b!) },
    'matmul [0, 2, 1] [1, 2]': {
      inputs: [empty(dtype, 0, 2, 1), of(dtype, [1, 2], [1, 2])],
      f: (a, b) => a!.matmul(b!),
    },
    'matmul [0, 2]^T [0, 3]': {
      inputs: [empty(dtype, 0, 2), empty(dtype, 0, 3)],
      f: (a, b) => a!.matmul(b!, { transposeA: true }),
    },
    'conv of no images': {
      inputs: [empty(dtype, 0, 1, 4), of(dtype, [1, 2], [1, 1, 2])],
      f: (...xs) => bind('conv', xs, convolution),
    },
  }
  const isNumber = dtype !== 'bool'
  const isFloat = dtype === 'float32' || dtype === 'float64'
  for (const { name, eager, compiled } of await bothWays({
    ...runs,
    ...(isNumber && arithmetic),
    ...(isFloat && products),
  }))
    expect(`${name}: ${show(compiled)}`).toBe(`${name}: ${show(eager)}`)
})
