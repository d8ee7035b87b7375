import { describe, expect, test } from 'vitest'
import { foldIn, randomKey } from '../../core/index.ts'
import type { DType } from '../dtype.ts'
import { isFloat } from '../dtype.ts'
import '../methods.ts'
import type { Provider } from '../onnx/lowering.ts'
import { modelBytes, preparedFor } from '../onnx/model.ts'
import { stack } from '../ops/shape.ts'
import type { AnyPrimitive } from '../primitive.ts'
import { createSession } from '../runtime/session.ts'
import { sameShape, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { type Case, tolerances } from '../testing/case.ts'
import { cases } from '../testing/cases.ts'
import { deviation, expectClose, numbersOf } from '../testing/compare.ts'
import { dot, experimentOf, finiteDifferences, gradientsOf, randomLike } from '../testing/experiment.ts'
import type { Input } from '../testing/inputs.ts'
import { specOf } from '../trace.ts'
import { vjp } from '../transform/grad.ts'
import { trace } from '../transform/trace.ts'
import { flattenTensors } from '../transform/tree.ts'
import { primitives } from './table.ts'

const floats: readonly DType[] = ['float32', 'float64']

/** Of finite differences in float64, of fourth order in steps of 1e-3. */
const differenceTolerance = 1e-9

/** A case of an elementwise primitive with inputs that are stretched along different axes. */
function stretchedCase(each: Case): Case {
  const shapes = [
    [1, 2, 3],
    [4, 1, 3],
    [4, 2, 1],
  ]
  const inputs = each.inputs.map((input, i): Input => {
    const least = sizeOf(input.shape)
    const draw: Input['draw'] = (key, count) => input.draw(key, Math.max(count, least)).slice(0, count)
    return { ...input, shape: shapes[i]!, draw }
  })
  return { ...each, inputs }
}

const withStretched = (primitive: AnyPrimitive, all: readonly Case[]): readonly Case[] =>
  primitive.isElementwise && all[0]!.inputs.length > 1 ? [...all, stretchedCase(all[0]!)] : all

/** Runs a function's graph, made for a provider, on the processor. */
async function compiledFor<Args extends readonly unknown[], Out>(
  provider: Provider,
  f: (...args: Args) => Out,
  ...args: Args
): Promise<Out> {
  const { graph, rebuild } = trace(f, ...args)
  const session = await createSession(modelBytes(preparedFor(graph, { provider }), { provider }))
  const outputs = await session.run(flattenTensors(args).tensors)
  await session.dispose()
  return rebuild(outputs)
}

const table = (Object.keys(cases) as (keyof typeof cases)[]).map(name => {
  const primitive: AnyPrimitive = primitives[name]
  return { name, primitive, all: withStretched(primitive, cases[name]) }
})

describe.each(table)('$name', ({ primitive, all }) => {
  const dtypesOf = (each: Case): readonly DType[] => each.dtypes ?? floats
  const label = (each: Case, i: number): string => `case ${i} ${JSON.stringify(each.params ?? {}).slice(0, 200)}`

  /** Runs all cases of a dtype eagerly and in one session made for a provider, and compares the two. */
  async function compare(dtype: DType, provider: Provider): Promise<void> {
    const chosen = all.filter(each => dtypesOf(each).includes(dtype))
    const experiments = chosen.map(each => experimentOf(primitive, each, dtype))
    const run = (inputs: readonly (readonly Tensor[])[], cotangents: readonly (readonly Tensor[])[]) =>
      experiments.map((experiment, i) => ({
        values: experiment.apply(inputs[i]!),
        gradients: gradientsOf(experiment, inputs[i]!, cotangents[i]!),
      }))
    const inputs = experiments.map(experiment => experiment.inputs)
    const cotangents = experiments.map(experiment => experiment.cotangents)
    const compiled = await compiledFor(provider, run, inputs, cotangents)
    run(inputs, cotangents).forEach(({ values, gradients }, i) => {
      const each = chosen[i]!
      const specs = primitive.infer(inputs[i]!, each.params ?? {})
      expect(values.map(specOf), 'infer').toEqual(specs.map(specOf))
      const expectLike = (what: string, found: Tensor, tensor: Tensor): void => {
        const { dtype: of } = tensor
        const tolerance = isFloat(of) ? (each.tolerance?.[of] ?? tolerances[of]) : 0
        // WebGPU has no float64 to carry long sums in
        expectClose(`${label(each, i)} ${what}`, found, {
          tensor,
          tolerance: provider === 'webgpu' ? 2 * tolerance : tolerance,
        })
      }
      values.forEach((tensor, k) => {
        expectLike(`value ${k}`, compiled[i]!.values[k]!, tensor)
      })
      gradients.forEach((tensor, k) => {
        expectLike(`gradient ${k}`, compiled[i]!.gradients[k]!, tensor)
      })
    })
  }

  test.each([...new Set(all.flatMap(dtypesOf))])('has compiled values and gradients like eager ones in %s', dtype =>
    compare(dtype, 'cpu'),
  )

  test.runIf(all.some(each => dtypesOf(each).includes('float32')))('has them in standard operators too', async () => {
    // made for other providers but run on the processor, which has every operator they use
    await compare('float32', 'portable')
    await compare('float32', 'webgpu')
  })

  const float64Cases = all.filter(each => dtypesOf(each).includes('float64'))
  const differentiable =
    primitive.gradient === 'none' ? [] : float64Cases.filter(each => each.differentiable?.length !== 0)

  test.runIf(differentiable.length > 0)('has gradients like finite differences', () => {
    differentiable.forEach((each, i) => {
      const experiment = experimentOf(primitive, each, 'float64')
      const { inputs, cotangents, isFloatOutput } = experiment
      const gradients = gradientsOf(experiment, inputs, cotangents)
      const f = (at: readonly Tensor[]) =>
        dot(
          cotangents,
          experiment.apply(at).filter((_, k) => isFloatOutput[k]),
        )
      experiment.differentiable.forEach((at, k) => {
        const expected = finiteDifferences(f, inputs, at)
        const found = deviation(numbersOf(gradients[k]!), expected, 0.1)
        expect(found, `${label(each, i)} input ${at}: ${numbersOf(gradients[k]!)} not ${expected}`).toBeLessThan(
          differenceTolerance,
        )
      })
    })
  })

  test.runIf(differentiable.length > 0)('has second derivatives like finite differences of gradients', () => {
    differentiable.forEach((each, i) => {
      const experiment = experimentOf(primitive, each, 'float64')
      const { inputs, cotangents } = experiment
      const directions = experiment.differentiable.map(at => randomLike(inputs[at]!, foldIn(randomKey(1), at)))
      const first = (at: readonly Tensor[]) => gradientsOf(experiment, at, cotangents)
      const f = (at: readonly Tensor[]) => dot(directions, first(at))
      const along = (...chosen: Tensor[]): Tensor[] => [
        ...first(inputs.map((input, k) => chosen[experiment.differentiable.indexOf(k)] ?? input)),
      ]
      const second = vjp(along, ...experiment.differentiable.map(at => inputs[at]!)).pullback(directions)
      experiment.differentiable.forEach((at, k) => {
        const expected = finiteDifferences(f, inputs, at)
        const found = deviation(numbersOf(second[k]!), expected, 0.1)
        expect(found, `${label(each, i)} input ${at}: ${numbersOf(second[k]!)} not ${expected}`).toBeLessThan(
          10 * differenceTolerance,
        )
      })
    })
  })

  test.runIf(primitive.batch)('has a batching rule like its examples in turn', () => {
    const size = 3
    all.forEach((each, i) => {
      const dtype = dtypesOf(each)[0]!
      const params = each.params ?? {}
      const examples = Array.from({ length: size }, (_, seed) => experimentOf(primitive, each, dtype, seed).inputs)
      const choices = [each.inputs.map(() => true), ...each.inputs.map((_, k) => each.inputs.map((_, m) => m === k))]
      for (const batched of choices) {
        const inputs = each.inputs.map((_, k) =>
          batched[k] ? stack(examples.map(list => list[k]!)) : examples[0]![k]!,
        )
        const found = primitive.batch!({ inputs, batched, size, params })
        const inTurn = examples.map(list =>
          primitive.bind(
            list.map((x, k) => (batched[k] ? x : examples[0]![k]!)),
            params,
          ),
        )
        found.forEach((tensor, k) => {
          const what = `${label(each, i)} batched [${batched}] output ${k}`
          expectClose(what, tensor, { tensor: stack(inTurn.map(outputs => outputs[k]!)), tolerance: 0 })
        })
      }
    })
  })
})

test('every primitive is in the battery under its name in the table', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(primitives).sort())
})

test('elementwise primitives stretch axes of length 1 without being told', () => {
  const binary = table.filter(({ primitive, all }) => primitive.isElementwise && all[0]!.inputs.length > 1)
  expect(binary.length).toBeGreaterThan(12)
  for (const { primitive, all } of binary) {
    const { inputs, apply } = experimentOf(primitive, all.at(-1)!, all.at(-1)!.dtypes?.[0] ?? 'float64')
    const shape = apply(inputs)[0]!.shape
    expect(inputs.every(input => sameShape(input.shape, shape))).toBe(false)
    const wide = inputs.map(input => input.broadcastTo(shape))
    expectClose(primitive.name, apply(inputs)[0]!, { tensor: apply(wide)[0]!, tolerance: 0 })
  }
})
