import type { BatchContext, Primitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import type { ConvParams } from './conv.ts'

/** How an operand of a convolution takes up examples: images have [batch, channels, …], weights and bias [outputs, …]. */
export type Role = 'images' | 'weights'

/**
 * Batching rule of the convolution and its gradients. Examples become further images where the weights are shared,
 * further groups of channels otherwise.
 */
export function batchConv<P extends ConvParams>(
  primitive: Primitive<P>,
  roles: readonly Role[],
  result: Role,
  { inputs, batched, size, params }: BatchContext<P>,
): Tensor {
  const isShared = result === 'images' && roles.every((role, i) => role !== 'weights' || !batched[i])
  if (isShared) {
    const merged = inputs.map((input, i) => (roles[i] === 'images' ? mergeAxes(input, 0) : input))
    return splitAxis(primitive.bind(merged, params)[0]!, 0, size)
  }
  const all = inputs.map((input, i) => (batched[i] ? input : input.expandAxis(0).broadcastTo([size, ...input.shape])))
  const grouped = all.map((input, i) =>
    roles[i] === 'images' ? mergeAxes(input.moveAxis(0, 1), 1) : mergeAxes(input, 0),
  )
  const output = primitive.bind(grouped, { ...params, groups: params.groups * size })[0]!
  return result === 'images' ? splitAxis(output, 1, size).moveAxis(1, 0) : splitAxis(output, 0, size)
}

/** Joins an axis with the one behind it. */
const mergeAxes = (x: Tensor, axis: number): Tensor =>
  x.reshape([...x.shape.slice(0, axis), x.shape[axis]! * x.shape[axis + 1]!, ...x.shape.slice(axis + 2)])

/** Splits an axis in two, the first of a given length. */
const splitAxis = (x: Tensor, axis: number, length: number): Tensor =>
  x.reshape([...x.shape.slice(0, axis), length, x.shape[axis]! / length, ...x.shape.slice(axis + 1)])
