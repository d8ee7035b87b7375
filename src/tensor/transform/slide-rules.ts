import { QuadrupoleError } from '../../core/index.ts'
import type { AnyPrimitive, Primitive } from '../primitive.ts'
import { conv } from '../primitives/conv.ts'
import { matmul } from '../primitives/matmul.ts'
import { broadcastTo, cast, concat, reshape, stopGradient, transpose } from '../primitives/movement.ts'
import { avgPool, maxPool } from '../primitives/pooling.ts'
import { argmax, type ReduceParams, reduceMax, reduceMin, reduceProd, reduceSum } from '../primitives/reduce.ts'
import { pad, slice } from '../primitives/slicing.ts'
import { windows } from '../primitives/windows.ts'
import { showShape, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import type { Node } from '../trace.ts'

/**
 * A value that lies along the series: of the shape that it has for one window, but for one axis, which goes over the
 * whole series. A window that begins at sample m has the places from m / step on.
 */
export interface Places {
  readonly kind: 'places'
  readonly tensor: Tensor
  /** The axis along the series. */
  readonly axis: number
  /** Places of one window. */
  readonly places: number
  /** Samples from one place to the next. */
  readonly step: number
}

/** A value of an evaluation over many windows: along the series, the same for all windows, or one a window (axis 0). */
export type Entry = Places | { readonly kind: 'fixed' | 'windows'; readonly tensor: Tensor }

/** Layers that join neighbouring places, which is the work that windows share. */
export const localLayers: ReadonlySet<AnyPrimitive> = new Set<AnyPrimitive>([conv, maxPool, avgPool, windows])

export function refusal({ primitive, inputs }: Node, why: string): QuadrupoleError {
  return new QuadrupoleError(
    'unsupported',
    `tensor.slide: ${primitive.name} of ${inputs.map(({ shape }) => showShape(shape)).join(' and ')} ${why}, so that windows don't share it; evaluate window by window`,
  )
}

/** How an operation runs along the series; or that it needs each window's places apart from the others'. */
type Along<P> =
  | {
      /** Its parameters over the series, where they differ from those for one window. */
      readonly params?: P
      /** The axis along the series in what it gives; as it was by default. */
      readonly axis?: number
      /** Places that it goes on by; 1 by default. */
      readonly stride?: number
    }
  | 'apart'

interface Context<P> {
  readonly node: Node
  readonly params: P
  /** Inputs over the series, of which the first is `places`. */
  readonly tensors: readonly Tensor[]
  readonly places: Places
  /** Which input lies along the series; others are the same in all windows. */
  readonly isAlong: readonly boolean[]
}

type Rule = (context: Context<never>) => Along<object>

const rules = new Map<AnyPrimitive, Rule>()

const define = <P extends object>(primitive: Primitive<P>, rule: (context: Context<P>) => Along<P>): void => {
  rules.set(primitive, rule as Rule)
}

/**
 * Runs an operation along the series.
 *
 * @param inputs along the series or the same for all windows, at least one of the former.
 * @returns nothing where the operation needs each window's places apart.
 * @throws `unsupported` where the windows' values differ at the same place of the series.
 */
export function runAlong(node: Node, inputs: readonly Entry[]): Places | undefined {
  const along = inputs.filter(entry => entry.kind === 'places')
  const [places] = along as [Places, ...Places[]]
  const isAlike = along.every(
    ({ axis, places: count, step }) => axis === places.axis && count === places.places && step === places.step,
  )
  if (!isAlike) throw refusal(node, 'joins values whose places are not the same')
  const rule = node.primitive.isElementwise ? elementwise : rules.get(node.primitive)
  if (!rule) throw refusal(node, 'is none of the operations that act alike at all places of a window')
  const tensors = inputs.map(({ tensor }) => tensor)
  const isAlong = inputs.map(({ kind }) => kind === 'places')
  const result = rule({ node, params: node.params as never, tensors, places, isAlong })
  if (result === 'apart') return undefined
  const { params = node.params, axis = places.axis, stride = 1 } = result
  const [tensor] = node.primitive.bind(tensors, params)
  return { kind: 'places', tensor: tensor!, axis, places: node.outputs[0]!.shape[axis]!, step: places.step * stride }
}

const elementwise: Rule = ({ node, tensors, isAlong, places: { axis } }) => {
  if (tensors.some(({ shape }, i) => !isAlong[i] && shape[axis] !== 1))
    throw refusal(node, 'treats the places of a window differently')
  return {}
}

/** Convolutions and pooling: on one of the axes behind batch and channels, without padding. */
function spatial(
  { node, places: { axis } }: Context<unknown>,
  { strides, low, high }: { readonly [Key in 'strides' | 'low' | 'high']: readonly number[] },
): Along<never> {
  if (axis === 0) return {}
  if (axis === 1) return 'apart'
  const [before, after] = [low[axis - 2]!, high[axis - 2]!]
  if (before > 0 || after > 0) throw refusal(node, `pads the window by ${before} and ${after} places`)
  return { stride: strides[axis - 2]! }
}

define(conv, context => (context.isAlong.indexOf(true, 1) < 0 ? spatial(context, context.params) : 'apart'))
define(maxPool, context => spatial(context, context.params))
define(avgPool, context => spatial(context, context.params))

define(windows, ({ params, places: { axis, tensor } }) => (axis === tensor.rank - 1 ? { stride: params.step } : {}))

define(slice, ({ params, places: { axis, places, tensor } }) => {
  const stops = params.stops.with(axis, tensor.shape[axis]! - (places - params.stops[axis]!))
  return { params: { ...params, stops }, stride: params.steps[axis]! }
})

define(pad, ({ node, params: { low, high, interior }, places: { axis } }) => {
  if (low[axis] !== 0 || high[axis] !== 0 || interior[axis] !== 0)
    throw refusal(node, `pads the window by ${low[axis]} and ${high[axis]} places`)
  return {}
})

define(concat, ({ node, params, isAlong, places: { axis } }) => {
  if (params.axis === axis) throw refusal(node, 'puts something before or behind the window')
  if (isAlong.includes(false)) throw refusal(node, 'treats the places of a window differently')
  return {}
})

define(transpose, ({ params, places: { axis } }) => ({ axis: params.axes.indexOf(axis) }))
define(cast, () => ({}))
define(stopGradient, () => ({}))
define(broadcastTo, ({ params: { shape }, places: { axis, tensor } }) => ({
  params: { shape: shape.with(axis, tensor.shape[axis]!) },
}))

define(reshape, ({ node, params: { shape }, places: { axis, places, tensor } }) => {
  const before = sizeOf(tensor.shape.slice(0, axis))
  const kept = shape.findIndex((n, i) => n === places && sizeOf(shape.slice(0, i)) === before)
  if (kept >= 0) return { params: { shape: shape.with(kept, tensor.shape[axis]!) }, axis: kept }
  const cut = shape.some((_, i) => {
    const outer = sizeOf(shape.slice(0, i))
    return outer > before && outer < before * places
  })
  if (cut) throw refusal(node, 'cuts the window in parts')
  return 'apart'
})

const reduction = ({ params: { axes, keepAxes }, places: { axis } }: Context<ReduceParams>): Along<ReduceParams> => {
  if (axes.includes(axis)) return 'apart'
  return { axis: keepAxes ? axis : axis - axes.filter(other => other < axis).length }
}
for (const primitive of [reduceSum, reduceProd, reduceMax, reduceMin]) define(primitive, reduction)
define(argmax, ({ params, places: { axis } }) => {
  if (params.axis === axis) return 'apart'
  return { axis: params.axis < axis ? axis - 1 : axis }
})

// rows times a matrix, or a matrix times columns, place by place
define(matmul, ({ params, isAlong: [isLeft, isRight], places: { axis, tensor } }) => {
  const isRow = isLeft && !isRight && axis === tensor.rank - 2 && !params.transposeA
  const isColumn = isRight && !isLeft && axis === tensor.rank - 1 && !params.transposeB
  return isRow || isColumn ? {} : 'apart'
})
