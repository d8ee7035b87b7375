import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { conv1d, conv2d, convTranspose1d, convTranspose2d, jit, Tensor, vjp } from './index.ts'
import { sizeOf } from './shape.ts'
import { deviation, numbersOf } from './testing/compare.ts'

/** One configuration of tools/reference/conv_gradients.py, whose arrays are base64 of float64. */
interface Golden {
  readonly seed: number
  readonly op: 'conv' | 'convTranspose'
  readonly x: number[]
  readonly weight: number[]
  readonly stride: number[]
  readonly dilation: number[]
  readonly groups: number
  readonly padding: [before: number, after: number][]
  readonly outputPadding?: number[]
  readonly yShape: number[]
  readonly y: string
  readonly dx: string
  readonly dw: string
}

const fixture = new URL('./fixtures/conv-gradients.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: Golden[] }

const decode = (text: string): Float64Array => new Float64Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)

/** The script's inputs: a linear congruential generator. */
function inputOf(seed: number, shape: readonly number[], dtype: 'float32' | 'float64'): Tensor {
  let state = (Math.imul(seed, 2654435761) + 12345) >>> 0
  const values = Float64Array.from({ length: sizeOf(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
  return Tensor.of(values, shape).cast(dtype)
}

function apply({ op, x, groups, stride, dilation, padding, outputPadding }: Golden, input: Tensor, weight: Tensor) {
  const options = { stride, dilation, padding, groups }
  const isOneDimensional = x.length === 3
  if (op === 'conv') return (isOneDimensional ? conv1d : conv2d)(input, weight, options)
  const transposed = isOneDimensional ? convTranspose1d : convTranspose2d
  return transposed(input, weight, { ...options, outputPadding: outputPadding! })
}

const nameOf = ({ y: _y, dx: _dx, dw: _dw, ...golden }: Golden): string => JSON.stringify(golden)

type Inputs = readonly [x: Tensor, weight: Tensor, cotangent: Tensor]

const inputsOf = ({ seed, x, weight, yShape }: Golden, dtype: 'float32' | 'float64'): Inputs => [
  inputOf(seed, x, dtype),
  inputOf(seed + 1, weight, dtype),
  inputOf(seed + 2, yShape, dtype),
]

/** y, dx and dw of one configuration. */
function evaluate(golden: Golden, [x, weight, cotangent]: Inputs): Tensor[] {
  const { output, pullback } = vjp((a: Tensor, b: Tensor) => apply(golden, a, b), x, weight)
  return [output, ...pullback(cotangent)]
}

/**
 * The largest difference to PyTorch over values and gradients, which are of order 1 to 10: absolute, or where a tensor's
 * largest magnitude is above 1, as a part of it.
 */
function largestDifference(golden: Golden, found: readonly Tensor[]): number {
  expect(found.map(tensor => tensor.shape)).toEqual([golden.yShape, golden.x, golden.weight])
  const expected = [golden.y, golden.dx, golden.dw].map(decode)
  return Math.max(...found.map((tensor, i) => deviation(numbersOf(tensor), expected[i]!, 1)))
}

test('the fixture has 504 convolutions and 160 transposed ones', () => {
  const count = (op: Golden['op']): number => cases.filter(golden => golden.op === op).length
  expect([count('conv'), count('convTranspose')]).toEqual([504, 160])
})

test('eager convolutions and their gradients in float64 are PyTorch’s to 1e-12', () => {
  for (const golden of cases) {
    const difference = largestDifference(golden, evaluate(golden, inputsOf(golden, 'float64')))
    expect(difference, nameOf(golden)).toBeLessThan(1e-12)
  }
})

const perSession = 64
const batches = Array.from({ length: Math.ceil(cases.length / perSession) }, (_, i) => i)

test.each([
  ['float64', 1e-12],
  ['float32', 1e-6],
] as const)('compiled convolutions and their gradients in %s are PyTorch’s to %d', async (dtype, tolerance) => {
  for (const batch of batches) {
    const chosen = cases.slice(batch * perSession, (batch + 1) * perSession)
    const compiled = jit((inputs: readonly Inputs[]) => inputs.map((each, i) => evaluate(chosen[i]!, each)))
    const found = await compiled(chosen.map(golden => inputsOf(golden, dtype)))
    await compiled.dispose()
    chosen.forEach((golden, i) => {
      expect(largestDifference(golden, found[i]!), nameOf(golden)).toBeLessThan(tolerance)
    })
  }
})
