import fc from 'fast-check'
import { expect, it } from 'vitest'
import { concat, createSession, matmul, spec, Tensor, toOnnx } from '../index.ts'
import { deviation, numbersOf } from '../testing/compare.ts'

/** A tensor and the axis along which its batch lies. */
interface Batched {
  readonly x: Tensor
  readonly batch: number
}

/** Some operation on any tensor with a batch axis, chosen by two numbers. */
type Operation = (value: Batched, a: number, b: number) => Batched

const wave = (shape: readonly number[], seed: number): Tensor => {
  const size = shape.reduce((product, n) => product * n, 1)
  return Tensor.of(
    Float64Array.from({ length: size }, (_, i) => Math.sin(1 + seed + 1.7 * i)),
    shape,
  )
}

/** An axis that is not the batch, if there is one. */
const otherAxis = ({ x, batch }: Batched, choice: number): number | undefined => {
  const axes = x.shape.map((_, axis) => axis).filter(axis => axis !== batch)
  return axes[choice % Math.max(1, axes.length)]
}

const alongOther =
  (f: (x: Tensor, axis: number, b: number) => Tensor): Operation =>
  (value, a, b) => {
    const axis = otherAxis(value, a)
    return axis === undefined ? value : { ...value, x: f(value.x, axis, b) }
  }

const permuted = ({ x, batch }: Batched, a: number, b: number): Batched => {
  const axes = x.shape.map((_, axis) => axis)
  const [from, to] = [a % x.rank, b % x.rank]
  ;[axes[from], axes[to]] = [axes[to]!, axes[from]!]
  return { x: x.transpose(axes), batch: axes.indexOf(batch) }
}

/** Two neighbouring axes as one and apart again, whether or not the batch is one of them. */
const foldedAndBack = (value: Batched, a: number): Batched => {
  const { x } = value
  if (x.rank < 2) return value
  const axis = a % (x.rank - 1)
  const joined = x.reshape([...x.shape.slice(0, axis), -1, ...x.shape.slice(axis + 2)])
  return { ...value, x: joined.mul(0.7).reshape(x.shape) }
}

const operations: Readonly<Record<string, Operation>> = {
  permuted,
  foldedAndBack,
  tanh: value => ({ ...value, x: value.x.tanh() }),
  scaled: alongOther((x, axis, b) =>
    x.mul(
      wave(
        x.shape.map((n, i) => (i === axis ? n : 1)),
        b,
      ),
    ),
  ),
  centred: alongOther((x, axis) => x.sub(x.mean({ axes: axis, keepAxes: true }))),
  normalised: alongOther((x, axis) => {
    const deviation = x.sub(x.mean({ axes: axis, keepAxes: true }))
    return deviation.div(x.variance({ axes: axis, keepAxes: true }).add(0.1).sqrt())
  }),
  activated: value => ({ ...value, x: value.x.mul(0.3).sigmoid().mul(value.x).add(value.x.erf()) }),
  clipped: value => ({ ...value, x: value.x.clip({ low: -0.3, high: 0.7 }).relu() }),
  summed: alongOther((x, axis) => x.sum({ axes: axis, keepAxes: true })),
  softmax: alongOther((x, axis) => x.softmax({ axis })),
  flipped: alongOther((x, axis) => x.flip(axis)),
  rolled: alongOther((x, axis, b) => x.roll(b, { axis })),
  cut: alongOther((x, axis, b) => x.slice({ [axis]: [0, 1 + (b % x.shape[axis]!)] })),
  everyOther: alongOther((x, axis) => x.slice({ [axis]: [null, null, 2] })),
  doubled: alongOther((x, axis) => (x.shape[axis]! < 12 ? concat([x, x.neg()], { axis }) : x)),
  stretched: alongOther((x, axis) => x.slice({ [axis]: [0, 1] }).broadcastTo(x.shape)),
  chosen: alongOther((x, axis) => x.greater(x.max({ axes: axis, keepAxes: true }).mul(0.5)).where(x, 0)),
  multiplied: value => {
    const { x, batch } = value
    if (batch === x.rank - 1 || x.rank < 2) return value
    return { ...value, x: matmul(x, wave([x.shape.at(-1)!, 3], 1).mul(0.5)) }
  },
}

const step = fc.tuple(fc.constantFrom(...Object.keys(operations)), fc.nat({ max: 5 }), fc.nat({ max: 11 }))

it('leaves the batch open through any chain of operations that do not mix its examples', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 6 }),
      async (steps, size) => {
        const f = (x: Tensor): Tensor =>
          steps.reduce<Batched>((value, [name, a, b]) => operations[name]!(value, a, b), { x, batch: 0 }).x
        const session = await createSession(toOnnx(f, { inputs: spec([1, 3, 4], 'float64'), batch: true }), {
          threads: 1,
        })
        const x = wave([size, 3, 4], size)
        const [found] = await session.run([x])
        await session.dispose()
        const expected = f(x)
        expect(String(found)).toBe(String(expected))
        expect(deviation(numbersOf(found!), numbersOf(expected), 1e-2)).toBeLessThan(1e-12)
      },
    ),
    { numRuns: 300, seed: 1 },
  )
})
