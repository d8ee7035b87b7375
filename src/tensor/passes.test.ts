import fc from 'fast-check'
import { expect, test } from 'vitest'
import { grad, jit, maximum, Tensor, tensor } from './index.ts'
import { providers } from './onnx/lowering.ts'
import { preparedFor } from './onnx/model.ts'
import { decomposed, simplified } from './passes.ts'
import { expectClose } from './testing/compare.ts'
import { evaluate, type Graph, traceFlat } from './trace.ts'

const shape = [2, 3, 4]

/** Steps between tensors of one shape, many of which a pass removes, merges or replaces. */
const steps: Readonly<Record<string, (x: Tensor, y: Tensor) => Tensor>> = {
  add: (x, y) => x.add(y),
  scale: x => x.mul(0.5).add(1),
  'same twice': (x, y) => x.mul(y).add(x.mul(y)),
  'reshape twice': x => x.reshape([6, 4]).reshape([24]).reshape(shape),
  'transpose twice': x => x.transpose([1, 0, 2]).transpose([1, 0, 2]),
  'transpose around': x => x.transpose([1, 2, 0]).transpose([1, 2, 0]).transpose([1, 2, 0]),
  'transposes in an order that matters': x => x.transpose([1, 0, 2]).transpose([0, 2, 1]).neg().transpose([2, 0, 1]),
  'stretch for a sum': x => x.add(x.sum({ axes: 1, keepAxes: true }).broadcastTo(shape)),
  'stretch alone': x => x.slice({ 0: [0, 1] }).broadcastTo(shape),
  'cast to itself': x => x.cast('float64'),
  'cast away and back': x => x.mul(8).round().cast('int32').cast('float64').mul(0.125),
  erf: x => x.erf(),
  'atan2 and friends': (x, y) => x.atan2(y).add(x.tanh().asin().mul(0.1)),
  hyperbolic: x => x.tanh().sinh().add(x.tanh().cosh().log1p()).add(x.tanh().expm1()),
  'flip and stop': x => x.flip(1).stopGradient(),
  extremum: (x, y) => maximum(x, y).sub(x.max({ axes: [0, 2], keepAxes: true })),
  matmul: (x, y) => x.matmul(y, { transposeB: true }).matmul(y).tanh(),
}

/** A program: which step to apply to which two of the values so far. */
const program = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(), fc.nat()), {
  minLength: 1,
  maxLength: 12,
})

type Program = readonly (readonly [string, number, number])[]

function run(chosen: Program, inputs: readonly Tensor[]): Tensor[] {
  const values = [...inputs, tensor([0.25, -0.5, 1, 2], { dtype: 'float64' }).broadcastTo(shape)]
  for (const [name, i, j] of chosen) values.push(steps[name]!(values[i % values.length]!, values[j % values.length]!))
  return values.slice(-3)
}

const inputs = [0, 1].map(seed =>
  Tensor.of(
    Float64Array.from({ length: 24 }, (_, i) => Math.sin(1 + i + 40 * seed)),
    shape,
  ),
)
const specs = inputs.map(() => ({ shape, dtype: 'float64' as const }))

function expectSameValues(graph: Graph, expected: readonly Tensor[], tolerance: number): void {
  evaluate(graph, inputs).forEach((value, i) => {
    expectClose(`output ${i}`, value, { tensor: expected[i]!, tolerance, floor: 1 })
  })
}

const namesIn = (graph: Graph): string[] => graph.nodes.map(({ primitive }) => primitive.name)

test('simplified graphs have the same values, and never more nodes', () => {
  fc.assert(
    fc.property(program, chosen => {
      const graph = traceFlat((...xs) => run(chosen, xs), specs)
      const simple = simplified(graph)
      expectSameValues(simple, evaluate(graph, inputs), 0)
      expect(simple.nodes.length).toBeLessThanOrEqual(graph.nodes.length)
      expect(simplified(simple).nodes.length).toBe(simple.nodes.length)
    }),
  )
})

test('graphs made ready for any provider have the same values, and nothing left to decompose', () => {
  fc.assert(
    fc.property(program, fc.constantFrom(...providers), (chosen, provider) => {
      const graph = traceFlat((...xs) => run(chosen, xs), specs)
      expectSameValues(decomposed(graph, { provider }), evaluate(graph, inputs), 1e-12)
      const ready = preparedFor(graph, { provider })
      expectSameValues(ready, evaluate(graph, inputs), 1e-12)
      expect(ready.nodes.filter(({ primitive }) => primitive.lower === 'decomposed')).toEqual([])
    }),
  )
})

test('what changes nothing is left out, and what is computed twice is computed once', () => {
  const simple = (f: (x: Tensor) => Tensor): string[] => namesIn(simplified(traceFlat(x => [f(x!)], [specs[0]!])))
  expect(simple(x => x.transpose([1, 0, 2]).transpose([1, 0, 2]).neg())).toEqual(['neg'])
  expect(simple(x => x.reshape([24]).reshape([4, 6]).neg())).toEqual(['reshape', 'neg'])
  expect(simple(x => x.exp().add(x.exp()))).toEqual(['exp', 'add'])
  expect(simple(x => x.add(x.sum({ axes: 1, keepAxes: true }).broadcastTo(shape)))).toEqual(['sum', 'add'])
  expect(simple(x => x.mul(2).add(x.mul(2)))).toEqual(['mul', 'add'])
})

test('a gradient’s graph holds no large constants', () => {
  const x = Tensor.of(new Float64Array(1000))
  const graph = traceFlat(t => [grad((u: Tensor) => u.mul(u).sum())(t!)], [x])
  const sizes = [...simplified(graph).constants.values()].map(constant => constant.size)
  expect(Math.max(...sizes)).toBe(1)
})

test('does not take infinity and minus infinity in parameters for one another', async () => {
  const padded = (x: Tensor) => {
    const around = (value: number) => x.pad([[1, 1]], { value }).sum({ axes: 0 })
    return [around(Number.POSITIVE_INFINITY), around(Number.NEGATIVE_INFINITY)] as const
  }
  const compiled = jit(padded)
  const [high, low] = await compiled(tensor([1, 2]))
  expect([high.item(), low.item()]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
  await compiled.dispose()
})
