import { QuadrupoleError } from '../../core/index.ts'
import { isFloat, type NumberStorage } from '../dtype.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { showShape } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { gather } from './indexing.ts'
import { concat } from './movement.ts'
import { checkDTypes, numbers } from './rules.ts'

export interface SearchParams {
  /** Before all elements equal to the value, or behind them. */
  readonly side: 'left' | 'right'
}

/**
 * Where values belong in an increasing list, int32: the number of its elements that are smaller than the value (left), or
 * not larger (right). NaN counts as larger than all else, as in NumPy. Inputs are the list and the values.
 */
export const searchsorted: Primitive<SearchParams> = definePrimitive<SearchParams>({
  name: 'searchsorted',
  infer: ([sorted, values]) => {
    checkDTypes('searchsorted', [sorted!, values!], numbers)
    if (sorted!.shape.length !== 1)
      throw new QuadrupoleError(
        'shape',
        `searchsorted: the sorted list has shape ${showShape(sorted!.shape)}, expected one axis`,
      )
    return [{ shape: values!.shape, dtype: 'int32' }]
  },
  run: ([sorted, values], { side }) => {
    const list = sorted!.data as NumberStorage
    const isBefore =
      side === 'left'
        ? (a: number, b: number) => a < b || (Number.isNaN(b) && !Number.isNaN(a))
        : (a: number, b: number) => a <= b || Number.isNaN(b)
    const out = new Int32Array(values!.size)
    for (let i = 0; i < out.length; i++) {
      const value = (values!.data as NumberStorage)[i]!
      let [low, high] = [0, list.length]
      while (low < high) {
        const middle = (low + high) >>> 1
        if (isBefore(list[middle]!, value)) low = middle + 1
        else high = middle
      }
      out[i] = low
    }
    return [out]
  },
  gradient: 'none',
  // a binary search of steps that halve, without branches, and for all values at once
  decompose: ([sorted, values], { side }) => {
    const length = sorted!.shape[0]!
    let place = values!.like(0).cast('int32').broadcastTo(values!.shape)
    for (let step = 2 ** Math.floor(Math.log2(Math.max(length, 1))); step >= 1 && length > 0; step /= 2) {
      const next = place.add(step)
      const last = gather.bind([sorted!, next.sub(1).minimum(length - 1)], { axis: 0 })[0]!
      const isBefore = side === 'left' ? last.less(values!) : last.lessEqual(values!)
      place = isBefore.logicalAnd(next.lessEqual(length)).where(next, place)
    }
    return [isFloat(values!.dtype) ? nanLast(sorted!, values!, place, side) : place]
  },
  lower: 'decomposed',
  batch: ({ inputs, batched, size, params }) => {
    const [sorted, values] = inputs as [Tensor, Tensor]
    if (!batched[0]) return searchsorted.bind(inputs, params)
    const examples = Array.from({ length: size }, (_, i) => {
      const own = batched[1] ? values.slice({ 0: i }) : values
      return searchsorted.bind([sorted.slice({ 0: i }), own], params)[0]!.expandAxis(0)
    })
    return concat.bind(examples, { axis: 0 })
  },
})

/** Places with those of NaN put right: behind all numbers, and behind other NaN too if on the right. */
function nanLast(sorted: Tensor, values: Tensor, places: Tensor, side: 'left' | 'right'): Tensor {
  const all = Tensor.of(Int32Array.of(sorted.shape[0]!), [1])
  const numbersOnly = side === 'left' ? all.sub(sorted.isNaN().cast('int32').sum({ keepAxes: true })) : all
  return values.isNaN().where(numbersOnly.reshape(new Array<number>(values.rank).fill(1)), places)
}
