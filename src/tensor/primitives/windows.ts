import { QuadrupoleError } from '../../core/index.ts'
import { allocate, castStorage, type NumberStorage } from '../dtype.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { type Shape, showShape, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { concat } from './movement.ts'
import { anyDType, checkDTypes, numbers } from './rules.ts'
import { pad } from './slicing.ts'

export interface WindowsParams {
  readonly size: number
  /** From one window's start to the next's. */
  readonly step: number
}

/** With the length of the axis, whose last samples may lie in no window. */
export interface OverlapAddParams {
  readonly step: number
  readonly length: number
}

/** How many windows lie within a length. */
export const windowCount = (length: number, { size, step }: WindowsParams): number =>
  length < size ? 0 : Math.floor((length - size) / step) + 1

function checkWindows(where: string, { size, step }: WindowsParams): void {
  const bad = [size, step].find(n => !Number.isInteger(n) || n < 1)
  if (bad !== undefined)
    throw new QuadrupoleError('argument', `${where}: size and step are integers from 1, got ${bad}`)
}

/** Windows of more steps than this are put together by doubling, which copies more but takes fewer operations. */
const mostParts = 8

/** Windows of `size` samples every `step` along the last axis: [..., n] -> [..., count, size]. */
export const windows: Primitive<WindowsParams> = definePrimitive<WindowsParams>({
  name: 'windows',
  infer: ([x], params) => {
    checkDTypes('windows', [x!], anyDType)
    checkWindows('windows', params)
    if (x!.shape.length === 0) throw new QuadrupoleError('shape', 'windows: a scalar has no axis to lay windows along')
    return [{ shape: [...x!.shape.slice(0, -1), windowCount(x!.shape.at(-1)!, params), params.size], dtype: x!.dtype }]
  },
  run: ([x], { size, step }, [result]) => {
    const length = x!.shape.at(-1)!
    const count = result!.shape.at(-2)!
    const data = x!.data as NumberStorage
    const out = allocate(result!.dtype, sizeOf(result!.shape)) as NumberStorage
    const rows = sizeOf(x!.shape.slice(0, -1))
    for (let row = 0, to = 0; row < rows; row++)
      for (let i = 0, from = row * length; i < count; i++, from += step, to += size)
        out.set(data.subarray(from, from + size), to)
    return [out]
  },
  gradient: ({ inputs, cotangents, params: { step } }) =>
    overlapAdd.bind(cotangents, { step, length: inputs[0]!.shape.at(-1)! }),
  decompose: ([x], params) => {
    const { size, step } = params
    const last = x!.rank - 1
    const length = x!.shape[last]!
    const count = windowCount(length, params)
    const parts = Math.ceil(size / step)
    if (count === 0) return [x!.slice({ [last]: [0, 0] }).reshape([...x!.shape.slice(0, -1), 0, size])]
    const blocks = inBlocks(x!, count + parts - 1, step)
    if (parts > mostParts) return [spanning(blocks, parts).slice({ [last + 1]: [0, size] })]
    const joined = Array.from({ length: parts }, (_, part) => {
      const width = Math.min(step, size - part * step)
      return blocks.slice({ [last]: [part, part + count], [last + 1]: [0, width] })
    })
    return parts === 1 ? joined : concat.bind(joined, { axis: last + 1 })
  },
  lower: 'decomposed',
  batch: ({ inputs, params }) => windows.bind(inputs, params),
})

/** The adjoint of `windows`: sums windows, `step` apart, along the last axis: [..., count, size] -> [..., length]. */
export const overlapAdd: Primitive<OverlapAddParams> = definePrimitive<OverlapAddParams>({
  name: 'overlapAdd',
  infer: ([x], { step, length }) => {
    const dtype = checkDTypes('overlapAdd', [x!], numbers)
    if (x!.shape.length < 2)
      throw new QuadrupoleError('shape', `overlapAdd: ${showShape(x!.shape)} has no axes [..., windows, samples]`)
    const [count, size] = x!.shape.slice(-2) as [number, number]
    checkWindows('overlapAdd', { size, step })
    if (count !== windowCount(length, { size, step }))
      throw new QuadrupoleError(
        'shape',
        `overlapAdd: ${count} windows of ${size} every ${step} in a length of ${length}, where ${windowCount(length, { size, step })} lie`,
      )
    return [{ shape: [...x!.shape.slice(0, -2), length], dtype }]
  },
  run: ([x], { step, length }, [result]) => {
    const [count, size] = x!.shape.slice(-2) as [number, number]
    const data = x!.data as NumberStorage
    const sums = allocate(
      result!.dtype === 'float32' ? 'float64' : result!.dtype,
      sizeOf(result!.shape),
    ) as NumberStorage
    for (let start = 0, from = 0; start < sums.length; start += length)
      for (let i = 0; i < count; i++)
        for (let to = start + i * step, end = to + size; to < end; ) sums[to++]! += data[from++]!
    return [castStorage(sums, result!.dtype)]
  },
  gradient: ({ inputs, cotangents, params: { step } }) =>
    windows.bind(cotangents, { size: inputs[0]!.shape.at(-1)!, step }),
  decompose: ([x], { step, length }) => {
    const last = x!.rank - 1
    const [count, size] = x!.shape.slice(-2) as [number, number]
    const rows = x!.shape.slice(0, -2)
    const parts = Math.ceil(size / step)
    if (count === 0)
      return [
        x!
          .like(0)
          .reshape([...rows.map(() => 1), 1])
          .broadcastTo([...rows, length]),
      ]
    if (parts > mostParts) {
      const sums = folded(padded(x!, last, 0, parts * step - size), parts)
      return [cutOrPadded(sums.reshape([...rows, (count + parts - 1) * step]), length)]
    }
    const spread = Array.from({ length: parts }, (_, part) => {
      const width = Math.min(step, size - part * step)
      const block = x!.slice({ [last]: [part * step, part * step + width] })
      return padded(padded(block, last, 0, step - width), last - 1, part, parts - 1 - part)
    })
    const sums = spread.reduce((sum, each) => sum.add(each))
    return [cutOrPadded(sums.reshape([...rows, (count + parts - 1) * step]), length)]
  },
  lower: 'decomposed',
  batch: ({ inputs, params }) => overlapAdd.bind(inputs, params),
})

/** The first samples of the last axis as `count` blocks of `step`, with zeros where samples are missing. */
function inBlocks(x: Tensor, count: number, step: number): Tensor {
  const last = x.rank - 1
  const missing = count * step - x.shape[last]!
  const exact = missing > 0 ? padded(x, last, 0, missing) : x.slice({ [last]: [0, count * step] })
  return exact.reshape([...x.shape.slice(0, -1), count, step])
}

/** Zeros put before and after one axis. */
function padded(x: Tensor, axis: number, before: number, after: number): Tensor {
  if (before === 0 && after === 0) return x
  const none: Shape = x.shape.map(() => 0)
  return pad.bind([x], { low: none.with(axis, before), high: none.with(axis, after), interior: none, value: 0 })[0]!
}

function cutOrPadded(x: Tensor, length: number): Tensor {
  const last = x.rank - 1
  const missing = length - x.shape[last]!
  return missing > 0 ? padded(x, last, 0, missing) : x.slice({ [last]: [0, length] })
}

/** Every `parts` consecutive blocks side by side: [..., n, step] -> [..., n - parts + 1, parts step]. */
function spanning(blocks: Tensor, parts: number): Tensor {
  if (parts === 1) return blocks
  const [from, along] = [blocks.rank - 2, blocks.rank - 1]
  const beside = (a: Tensor, b: Tensor, shift: number): Tensor => {
    const count = blocks.shape[from]! - shift - b.shape[along]! / blocks.shape[along]! + 1
    const both = [a.slice({ [from]: [0, count] }), b.slice({ [from]: [shift, shift + count] })]
    return concat.bind(both, { axis: along })[0]!
  }
  const half = Math.floor(parts / 2)
  const halves = spanning(blocks, half)
  const even = beside(halves, halves, half)
  return parts % 2 === 0 ? even : beside(even, blocks, parts - 1)
}

/** The adjoint of `spanning`: [..., n, parts step] -> [..., n + parts - 1, step]. */
function folded(x: Tensor, parts: number): Tensor {
  if (parts === 1) return x
  const [from, along] = [x.rank - 2, x.rank - 1]
  const step = x.shape[along]! / parts
  const columns = (first: number, end: number): Tensor => x.slice({ [along]: [first * step, end * step] })
  const half = Math.floor(parts / 2)
  if (parts % 2 === 0)
    return folded(padded(columns(0, half), from, 0, half).add(padded(columns(half, parts), from, half, 0)), half)
  const others = folded(columns(0, parts - 1), parts - 1)
  return padded(others, from, 0, 1).add(padded(columns(parts - 1, parts), from, parts - 1, 0))
}
