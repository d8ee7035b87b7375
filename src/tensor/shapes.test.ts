import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AxisSelection, add, arange, concat, roll, split, stack, type Tensor, tensor } from './index.ts'
import { broadcastShapes, sizeOf } from './shape.ts'

const lengths = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })

/** A tensor whose elements are all different: 0, 1, 2, …. */
const numbered = (shape: readonly number[]): Tensor => arange(sizeOf(shape), { dtype: 'int32' }).reshape(shape)

/** A shape and two others that broadcast to it. */
const broadcastable = lengths.chain(shape => {
  const part = fc
    .tuple(fc.nat({ max: shape.length }), fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }))
    .map(([cut, stretched]) => shape.map((n, axis) => (stretched[axis] ? 1 : n)).slice(cut))
  return fc.tuple(fc.constant(shape), part, part)
})

test('broadcasting is commutative, associative and stretches to the common shape', () => {
  fc.assert(
    fc.property(broadcastable, ([whole, a, b]) => {
      expect(broadcastShapes('test', a, b)).toEqual(broadcastShapes('test', b, a))
      expect(broadcastShapes('test', broadcastShapes('test', a, b), whole)).toEqual(
        broadcastShapes('test', a, broadcastShapes('test', b, whole)),
      )
      const sum = add(numbered(a), numbered(b))
      const common = broadcastShapes('test', a, b)
      const stretched = add(numbered(a).broadcastTo(common), numbered(b).broadcastTo(common))
      expect(sum.shape).toEqual(common)
      expect(sum.data).toEqual(stretched.data)
      expect(add(numbered(b), numbered(a)).data).toEqual(sum.data)
    }),
  )
})

test('shapes that do not broadcast are refused by every elementwise function', () => {
  fc.assert(
    fc.property(lengths, fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 4 }), (leading, n, more) => {
      const [a, b] = [numbered([...leading, n]), numbered([...leading, n + more])]
      expect(() => a.mul(b)).toThrow('do not broadcast')
      expect(() => a.less(b)).toThrow('do not broadcast')
      expect(() => a.greater(0).where(b, 0)).toThrow('do not broadcast')
    }),
  )
})

test('a reshape keeps the order of elements and can be undone, with any one length left open', () => {
  const factored = fc
    .array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 })
    .chain(shape => fc.tuple(fc.constant(shape), fc.shuffledSubarray(shape, { minLength: shape.length }), fc.nat()))
  fc.assert(
    fc.property(factored, ([from, to, pick]) => {
      const x = numbered(from)
      const open = to.map((n, axis) => (axis === pick % to.length ? -1 : n))
      expect(x.reshape(to).data).toEqual(x.data)
      expect(x.reshape(open).shape).toEqual(to)
      expect(x.reshape(open).reshape(from).toArray()).toEqual(x.toArray())
    }),
  )
})

/** A shape and an order of its axes. */
const ordered = lengths.chain(shape =>
  fc.tuple(
    fc.constant(shape),
    fc.shuffledSubarray(
      shape.map((_, axis) => axis),
      { minLength: shape.length },
    ),
  ),
)

/** The element of nested arrays at an index. */
const at = (nested: unknown, index: readonly number[]): unknown =>
  index.reduce<unknown>((part, i) => (part as unknown[])[i], nested)

const indicesOf = (shape: readonly number[]): number[][] =>
  shape.reduce<number[][]>((all, n) => all.flatMap(index => Array.from({ length: n }, (_, i) => [...index, i])), [[]])

test('a transpose moves x[i, j, …] as its axes say and is undone by the inverse order', () => {
  fc.assert(
    fc.property(ordered, ([shape, axes]) => {
      const x = numbered(shape)
      const moved = x.transpose(axes)
      const nested = x.toArray()
      for (const index of indicesOf(moved.shape)) {
        const source = axes.map((_, axis) => index[axes.indexOf(axis)]!)
        expect(at(moved.toArray(), index)).toBe(at(nested, source))
      }
      expect(moved.transpose(axes.map((_, axis) => axes.indexOf(axis))).toArray()).toEqual(nested)
      expect(moved.shape).toEqual(axes.map(axis => shape[axis]))
    }),
  )
})

/** Python's `range(n)[start:stop:step]` written as its documentation has it. */
function selected(n: number, [start, stop, step = 1]: readonly (number | null)[]): number[] {
  const s = step as number
  const clamp = (i: number): number => (i < 0 ? Math.max(i + n, s > 0 ? 0 : -1) : Math.min(i, s > 0 ? n : n - 1))
  const first = start === null ? (s > 0 ? 0 : n - 1) : clamp(start!)
  const end = stop === null ? (s > 0 ? n : -1) : clamp(stop!)
  const indices: number[] = []
  for (let i = first; s > 0 ? i < end : i > end; i += s) indices.push(i)
  return indices
}

const bound = fc.option(fc.integer({ min: -6, max: 6 }))
const range = fc.tuple(
  bound,
  bound,
  fc.integer({ min: -3, max: 3 }).filter(step => step !== 0),
)

test('slices are those of nested arrays, with Python’s rules for bounds and steps', () => {
  const sliced = fc
    .array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 })
    .chain(shape =>
      fc.tuple(
        fc.constant(shape),
        fc.tuple(
          ...shape.map(n => fc.option(fc.oneof(range, fc.integer({ min: -n, max: n - 1 })), { nil: undefined })),
        ),
      ),
    )
  fc.assert(
    fc.property(sliced, ([shape, selections]) => {
      const model = (nested: unknown, axis: number): unknown => {
        if (axis === shape.length) return nested
        const rows = nested as unknown[]
        const selection = selections[axis]
        if (typeof selection === 'number') return model(rows.at(selection), axis + 1)
        const chosen = selection ? selected(shape[axis]!, selection) : rows.keys()
        return Array.from(chosen, i => model(rows[i], axis + 1))
      }
      const named = Object.fromEntries(
        selections.flatMap((selection, axis): [number, AxisSelection][] =>
          selection === undefined ? [] : [[axis % 2 === 0 ? axis : axis - shape.length, selection]],
        ),
      )
      const x = numbered(shape)
      const part = x.slice(named)
      const expected = model(x.toArray(), 0)
      // an empty nest has lost the lengths behind the empty axis
      if (part.size > 0) expect(part.toArray()).toEqual(expected)
      else expect([expected].flat(9)).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('flip, roll, concat, stack and split undo themselves or one another', () => {
  const shaped = fc
    .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 })
    .chain(shape => fc.tuple(fc.constant(shape), fc.nat({ max: shape.length - 1 }), fc.integer({ min: -9, max: 9 })))
  fc.assert(
    fc.property(shaped, ([shape, axis, shift]) => {
      const x = numbered(shape)
      expect(x.flip(axis).flip(axis).data).toEqual(x.data)
      expect(roll(roll(x, shift, { axis }), -shift, { axis }).data).toEqual(x.data)
      expect(concat(split(x, shape[axis]!, { axis }), { axis }).data).toEqual(x.data)
      const stacked = stack([x, x.neg()], { axis })
      expect(stacked.slice({ [axis]: 1 }).data).toEqual(x.neg().data)
      expect(x.expandAxis(axis).squeeze(axis).shape).toEqual(shape)
      expect(x.moveAxis(axis, -1).moveAxis(-1, axis).data).toEqual(x.data)
    }),
  )
})

test('nested arrays survive the way through a tensor', () => {
  const values = fc.integer({ min: -99, max: 99 })
  const nested = fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
    .chain(([rows, columns]) =>
      fc.array(fc.array(values, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
    )
  fc.assert(
    fc.property(nested, fc.constantFrom('float32', 'float64', 'int32', 'int64'), (array, dtype) => {
      expect(tensor(array, { dtype }).toArray()).toEqual(array)
    }),
  )
})
