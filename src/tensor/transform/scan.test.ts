import { describe, expect, it } from 'vitest'
import { grad, jit, scalar, scan, type Tensor, tensor } from '../index.ts'

const float64 = { dtype: 'float64' } as const
const xs = tensor([0.1, 0.2, 0.3, 0.4], float64)
const init = tensor([1, 2], float64)
const weights = tensor([0.5, 1.5], float64)

/** A recurrence with a captured weight, results at every step and a carry that counts steps in int32. */
function recurrence(w: Tensor, x: Tensor, options: { reverse?: boolean; unroll?: boolean }): Tensor {
  const [carry, ys] = scan(
    (before: { h: Tensor; count: Tensor }, element: Tensor) => {
      const h = before.h.mul(w).add(element).sin()
      return [{ h, count: before.count.add(1) }, h.sum()]
    },
    { h: init, count: scalar(0, { dtype: 'int32' }) },
    x,
    options,
  )
  return carry.h.sum().add(ys.square().sum()).add(carry.count.cast('float64'))
}

/** The same in plain numbers. */
function oracle(w: readonly number[], x: readonly number[], isReversed: boolean): number {
  let h = [1, 2]
  let total = 0
  for (const element of isReversed ? x.toReversed() : x) {
    h = h.map((value, i) => Math.sin(value * w[i]! + element))
    total += (h[0]! + h[1]!) ** 2
  }
  return h[0]! + h[1]! + total + x.length
}

const variants = [
  { name: 'as a loop', reverse: false, unroll: false },
  { name: 'written out', reverse: false, unroll: true },
  { name: 'as a loop from the end', reverse: true, unroll: false },
  { name: 'written out from the end', reverse: true, unroll: true },
] as const

describe.each(variants)('scan $name', options => {
  const value = (w: Tensor, x: Tensor) => recurrence(w, x, options)
  const all = (w: Tensor, x: Tensor) => ({
    value: value(w, x),
    ofWeights: grad(value)(w, x),
    ofSequence: grad(value, { argument: 1 })(w, x),
    second: grad((v: Tensor) => grad(value)(v, x).square().sum())(w),
  })

  it('gives what a loop over numbers gives', () => {
    expect(value(weights, xs).item()).toBeCloseTo(oracle([0.5, 1.5], [0.1, 0.2, 0.3, 0.4], options.reverse), 13)
  })

  it('has the gradients that finite differences have', () => {
    const { ofWeights, ofSequence } = all(weights, xs)
    const step = 1e-6
    const w = [0.5, 1.5]
    const x = [0.1, 0.2, 0.3, 0.4]
    w.forEach((entry, i) => {
      const slope =
        oracle(w.with(i, entry + step), x, options.reverse) - oracle(w.with(i, entry - step), x, options.reverse)
      expect(ofWeights.data[i]).toBeCloseTo(slope / (2 * step), 7)
    })
    x.forEach((entry, i) => {
      const slope =
        oracle(w, x.with(i, entry + step), options.reverse) - oracle(w, x.with(i, entry - step), options.reverse)
      expect(ofSequence.data[i]).toBeCloseTo(slope / (2 * step), 7)
    })
  })

  it('compiles to the same values, gradients and second derivatives', async () => {
    const compiled = jit(all)
    const ours = await compiled(weights, xs)
    const eager = all(weights, xs)
    for (const name of ['value', 'ofWeights', 'ofSequence', 'second'] as const)
      ours[name].data.forEach((entry, i) => {
        expect(Math.abs(Number(entry) / Number(eager[name].data[i]) - 1)).toBeLessThan(1e-12)
      })
    await compiled.dispose()
  })
})

describe('scan', () => {
  it('takes a length where there are no sequences', () => {
    const [last, all] = scan((n: Tensor, _none: readonly Tensor[]) => [n.mul(2), n], scalar(1), [], { length: 4 })
    expect(last.item()).toBe(16)
    expect(all.toArray()).toEqual([1, 2, 4, 8])
  })

  it('says what is wrong with a carry that changes and with sequences of different lengths', () => {
    expect(() =>
      scan((c: Tensor, x: Tensor) => [c.add(x).reshape([1]), x], scalar(0), tensor([1, 2])),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: scan: carry 0 goes in as float32 [] and comes out as float32 [1]; both must be equal]`,
    )
    expect(() =>
      scan((c: Tensor, [x]: Tensor[]) => [c.add(x!), x!], scalar(0), [tensor([1, 2]), tensor([1])]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: scan: sequences must have one length along axis 0, got [2], [1]]`,
    )
  })
})
