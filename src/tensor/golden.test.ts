import { expect, test } from 'vitest'
import { mapTree } from '../core/index.ts'
import { jit, logSoftmax, logSumExp, softmax, Tensor, vjp } from './index.ts'
import { numbersOf } from './testing/compare.ts'
import { type Golden, goldenCases, type Tensors } from './testing/golden.ts'

type Along = { readonly axis: number }

/** What the golden cases of each operation are compared with. */
const functions: Readonly<Record<string, (inputs: Tensors, args: Golden['args']) => Tensor>> = {
  erf: ({ x }) => x!.erf(),
  expm1: ({ x }) => x!.expm1(),
  log1p: ({ x }) => x!.log1p(),
  atan2: ({ y, x }) => y!.atan2(x!),
  pow: ({ base, exponent }) => base!.pow(exponent!),
  softmax: ({ x }, args) => softmax(x!, args as Along),
  logSoftmax: ({ x }, args) => logSoftmax(x!, args as Along),
  logsumexp: ({ x }, { axis }) => logSumExp(x!, { axes: axis as number }),
}

const goldens = goldenCases(...Object.keys(functions))

/** A function's value and, where the case has them, its gradients, by name. */
function evaluate({ op, args, cotangents }: Golden, inputs: Tensors): Tensors {
  const { output, pullback } = vjp((at: Tensors) => functions[op]!(at, args), inputs)
  const gradients = cotangents ? pullback(cotangents.y!.cast(output.dtype))[0] : {}
  return { y: output, ...Object.fromEntries(Object.entries(gradients).map(([name, t]) => [`gradient of ${name}`, t])) }
}

const expectedOf = ({ outputs, gradients = {} }: Golden): Tensors => ({
  ...outputs,
  ...Object.fromEntries(Object.entries(gradients).map(([name, t]) => [`gradient of ${name}`, t])),
})

interface Bounds {
  /** Of each element, as a part of it. */
  readonly relative: number
  /** Where an element is (nearly) 0. */
  readonly absolute: number
  readonly isSignOfZeroOpen?: boolean
}

function expectElements(what: string, found: Tensor, expected: Tensor, bounds: Bounds): void {
  expect(found.shape, what).toEqual(expected.shape)
  const [a, b] = [numbersOf(found), numbersOf(expected)]
  b.forEach((value, i) => {
    if (Object.is(a[i], value) || (bounds.isSignOfZeroOpen && a[i] === value)) return
    const allowed = Math.max(bounds.relative * Math.abs(value), bounds.absolute)
    if (!(Math.abs(a[i]! - value) <= allowed) || value === 0)
      expect.fail(`${what} [${i}] is ${a[i]}, expected ${Object.is(value, -0) ? '-0' : value}`)
  })
}

test('eager values and gradients in float64 are SciPy’s, NumPy’s and PyTorch’s', () => {
  expect(goldens.length).toBe(19)
  for (const golden of goldens) {
    const found = evaluate(golden, golden.inputs)
    for (const [name, expected] of Object.entries(expectedOf(golden)))
      expectElements(`${golden.op} by ${golden.reference}: ${name}`, found[name]!, expected, {
        relative: 2e-15,
        absolute: name === 'y' ? 0 : 1e-15,
      })
  }
})

test.each([
  ['float64', 4e-15],
  ['float32', 2e-6],
] as const)('compiled values and gradients in %s are within %d of eager float64', async (dtype, tolerance) => {
  const cast = (tensors: Tensors): Tensors => mapTree(tensors, (tensor: Tensor) => tensor.cast(dtype))
  const rounded = goldens.map(
    golden => mapTree(golden, (x: unknown) => (x instanceof Tensor ? x.cast(dtype).cast('float64') : x)) as Golden,
  )
  const compiled = jit((all: readonly Tensors[]) => all.map((inputs, i) => evaluate(goldens[i]!, inputs)))
  const found = await compiled(goldens.map(({ inputs }) => cast(inputs)))
  await compiled.dispose()
  goldens.forEach((golden, i) => {
    // at the inputs rounded to the dtype, where the functions above have the values just compared with the references'
    for (const [name, expected] of Object.entries(evaluate(rounded[i]!, rounded[i]!.inputs)))
      expectElements(`${golden.op} by ${golden.reference}: ${name}`, found[i]![name]!, expected.cast(dtype), {
        relative: tolerance,
        absolute: tolerance,
        isSignOfZeroOpen: true,
      })
  })
})
