import { QuadrupoleError } from '../../core/index.ts'
import * as movement from '../primitives/movement.ts'
import { noParams } from '../primitives/rules.ts'
import * as slicing from '../primitives/slicing.ts'
import { checkShape, normalizeAxes, normalizeAxis, type Shape, sameShape, showShape, sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { calledAs } from './called-as.ts'

/** The same elements in another shape; one length may be -1 and follows from the others. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkShape('reshape', Array.isArray(shape) ? shape.map(n => (n === -1 ? 0 : n)) : shape)
  const unknown = shape.indexOf(-1)
  const rest = sizeOf(shape.filter(n => n !== -1))
  if (unknown < 0) return sameShape(x.shape, shape) ? x : movement.reshape.bind([x], { shape })[0]!
  if (shape.lastIndexOf(-1) !== unknown || rest === 0 || x.size % rest !== 0)
    throw new QuadrupoleError(
      'shape',
      `reshape: ${showShape(x.shape)} can't become ${showShape(shape)}; one length may be -1 and the others must divide ${x.size}`,
    )
  return movement.reshape.bind([x], { shape: shape.with(unknown, x.size / rest) })[0]!
}

/** Axes in another order; reversed without one. */
export function transpose(x: Tensor, axes: readonly number[] = x.shape.map((_, axis) => x.rank - 1 - axis)): Tensor {
  return movement.transpose.bind([x], { axes: axes.map(axis => normalizeAxis('transpose', axis, x.rank)) })[0]!
}

/** One axis moved to another place, the others in their order. */
export function moveAxis(x: Tensor, from: number, to: number): Tensor {
  const source = normalizeAxis('moveAxis', from, x.rank)
  const order = x.shape.map((_, axis) => axis).filter(axis => axis !== source)
  order.splice(normalizeAxis('moveAxis', to, x.rank), 0, source)
  return transpose(x, order)
}

/** Stretches axes of length 1 and adds leading ones. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x
  checkShape('broadcastTo', shape)
  const missing = shape.length - x.rank
  if (missing < 0 || x.shape.some((n, axis) => n !== 1 && n !== shape[missing + axis]))
    throw new QuadrupoleError(
      'shape',
      `broadcastTo: ${showShape(x.shape)} can't be stretched to ${showShape(shape)}; aligned at the last axis, each length must be equal or 1`,
    )
  const ranked = reshape(x, [...new Array<number>(shape.length - x.rank).fill(1), ...x.shape])
  return movement.broadcastTo.bind([ranked], { shape })[0]!
}

/** A new axis of length 1. */
export function expandAxis(x: Tensor, axis: number): Tensor {
  const at = normalizeAxis('expandAxis', axis, x.rank + 1)
  return reshape(x, x.shape.toSpliced(at, 0, 1))
}

/** Without axes of length 1: all of them, or the named ones. */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  const chosen =
    axes === undefined ? x.shape.flatMap((n, axis) => (n === 1 ? [axis] : [])) : normalizeAxes('squeeze', axes, x.rank)
  const wrong = chosen.find(axis => x.shape[axis] !== 1)
  if (wrong !== undefined)
    throw new QuadrupoleError(
      'shape',
      `squeeze: axis ${wrong} of ${showShape(x.shape)} has length ${x.shape[wrong]}, not 1; only axes of length 1 can go`,
    )
  return reshape(
    x,
    x.shape.filter((_, axis) => !chosen.includes(axis)),
  )
}

/** The order of elements reversed along axes (all by default). */
export const flip = (x: Tensor, axes?: number | readonly number[]): Tensor =>
  movement.flip.bind([x], { axes: normalizeAxes('flip', axes, x.rank) })[0]!

/** Elements moved along an axis by `shift` places, those pushed out coming in again at the other end. */
export function roll(x: Tensor, shift: number, options: { readonly axis?: number } = {}): Tensor {
  const axis = normalizeAxis('roll', options.axis ?? -1, x.rank)
  const n = x.shape[axis]!
  if (!Number.isInteger(shift))
    throw new QuadrupoleError('argument', `roll: shift ${shift} is no integer; give whole places`)
  const by = n === 0 ? 0 : ((shift % n) + n) % n
  return by === 0 ? x : concat([slice(x, { [axis]: [n - by, n] }), slice(x, { [axis]: [0, n - by] })], { axis })
}

function checkTensors(where: string, tensors: readonly unknown[]): void {
  const odd = tensors.find(each => !(each instanceof Tensor))
  if (odd !== undefined)
    throw new QuadrupoleError('argument', `${where}: ${odd} is no tensor; make one with tensor() or full()`)
}

/** Tensors joined along an axis (the first by default). */
export function concat(tensors: readonly Tensor[], options: { readonly axis?: number } = {}): Tensor {
  const [first] = tensors
  if (!first) throw new QuadrupoleError('argument', 'concat: no tensors to join; give at least one')
  checkTensors('concat', tensors)
  const axis = normalizeAxis('concat', options.axis ?? 0, first.rank)
  const odd = tensors.find(tensor => tensor.rank !== first.rank)
  if (odd)
    throw new QuadrupoleError(
      'shape',
      `concat: ranks differ: ${showShape(first.shape)} and ${showShape(odd.shape)}; expandAxis one of them`,
    )
  return tensors.length === 1 ? first : movement.concat.bind(tensors, { axis })[0]!
}

function stacked(tensors: readonly Tensor[], options: { readonly axis?: number } = {}): Tensor {
  const { axis = 0 } = options
  const odd = tensors.find(tensor => !sameShape(tensor.shape, tensors[0]!.shape))
  if (odd)
    throw new QuadrupoleError(
      'shape',
      `stack: shapes differ: ${showShape(tensors[0]!.shape)} and ${showShape(odd.shape)}; all must be equal`,
    )
  const at = normalizeAxis('stack', axis, (tensors[0]?.rank ?? 0) + 1)
  return concat(
    tensors.map(tensor => expandAxis(tensor, at)),
    { axis: at },
  )
}

/** Tensors of one shape joined along a new axis (the first by default). */
export const stack = calledAs('stack', stacked)

/** The parts of a tensor of equal length along an axis. */
export function split(x: Tensor, count: number, options: { readonly axis?: number } = {}): Tensor[] {
  const axis = normalizeAxis('split', options.axis ?? 0, x.rank)
  const n = x.shape[axis]!
  if (!Number.isInteger(count) || count < 1 || n % count !== 0)
    throw new QuadrupoleError(
      'argument',
      `split: axis ${axis} of length ${n} has no ${count} equal parts; give a divisor`,
    )
  const length = n / count
  return Array.from({ length: count }, (_, i) => slice(x, { [axis]: [i * length, (i + 1) * length] }))
}

/**
 * What is taken of an axis: an index (the axis goes), or [start, stop] or [start, stop, step] with negative bounds
 * counting from the end, as in Python; a negative step runs backwards from start, the stop `null` meaning to the end.
 */
export type AxisSelection =
  | number
  | readonly [start: number | null, stop: number | null]
  | readonly [start: number | null, stop: number | null, step: number]

/**
 * A part of a tensor: selections by axis (negative axes from the end), axes not named are taken whole.
 *
 * @throws `argument` for an index outside its axis or a step of 0.
 * @example
 * slice(x, { '-1': [0, 100, 2], 0: 3 }) // x[3, ..., 0:100:2]
 */
export function slice(x: Tensor, selections: Readonly<Record<number | string, AxisSelection>>): Tensor {
  const starts = x.shape.map(() => 0)
  const stops = [...x.shape]
  const steps = x.shape.map(() => 1)
  const flipped: number[] = []
  const dropped: number[] = []
  for (const [key, selection] of Object.entries(selections)) {
    if (!/^-?\d+$/.test(key))
      throw new QuadrupoleError(
        'argument',
        `slice: '${key}' is no axis; name selections by axis, such as { 0: [0, 10] }`,
      )
    const axis = normalizeAxis('slice', Number(key), x.rank)
    const n = x.shape[axis]!
    if (typeof selection === 'number') {
      starts[axis] = normalizeIndex(selection, n, axis)
      stops[axis] = starts[axis] + 1
      dropped.push(axis)
      continue
    }
    const range = normalizeRange(selection, n, axis)
    starts[axis] = range.start
    stops[axis] = range.stop
    steps[axis] = range.step
    if (range.isReversed) flipped.push(axis)
  }
  const isWhole = x.shape.every((n, axis) => starts[axis] === 0 && stops[axis] === n && steps[axis] === 1)
  const part = isWhole ? x : slicing.slice.bind([x], { starts, stops, steps })[0]!
  const turned = flipped.length > 0 ? flip(part, flipped) : part
  return dropped.length > 0
    ? reshape(
        turned,
        turned.shape.filter((_, axis) => !dropped.includes(axis)),
      )
    : turned
}

function normalizeIndex(index: number, n: number, axis: number): number {
  const normal = index < 0 ? index + n : index
  if (!Number.isInteger(index) || normal < 0 || normal >= n)
    throw new QuadrupoleError(
      'argument',
      `slice: index ${index} is outside axis ${axis} of length ${n}; use an integer from ${-n} to ${n - 1}`,
    )
  return normal
}

function normalizeRange([from, to, step = 1]: readonly (number | null)[], n: number, axis: number) {
  if (!Number.isInteger(step) || step === 0)
    throw new QuadrupoleError('argument', `slice: step ${step} along axis ${axis} must be an integer other than 0`)
  const odd = [from, to].find(value => value !== null && value !== undefined && !Number.isInteger(value))
  if (odd !== undefined)
    throw new QuadrupoleError(
      'argument',
      `slice: bound ${odd} along axis ${axis} must be an integer, or null for the end`,
    )
  const jump = step as number
  const bound = (value: number, low: number, high: number): number =>
    Math.min(Math.max(value < 0 ? value + n : value, low), high)
  if (jump > 0) {
    const start = bound(from ?? 0, 0, n)
    return { start, stop: Math.max(start, bound(to ?? n, 0, n)), step: jump, isReversed: false }
  }
  const first = from === null ? n - 1 : bound(from!, -1, n - 1)
  const last = to === null ? -1 : bound(to!, -1, n - 1)
  const count = Math.max(0, Math.ceil((last - first) / jump))
  const start = count === 0 ? 0 : first + (count - 1) * jump
  return { start, stop: count === 0 ? 0 : first + 1, step: -jump, isReversed: true }
}

/** Lets no gradient through. */
export const stopGradient = (x: Tensor): Tensor => movement.stopGradient.bind([x], noParams)[0]!
