import { conv, convInputGradient } from '../../primitives/conv.ts'
import type { Tensor } from '../../tensor.ts'
import type { Operator, OperatorNode, Operators } from './operator.ts'

/** Where a window of some length stands on each spatial axis: attributes that convolutions and poolings share. */
export interface Windows {
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** Reads a window's attributes; `auto_pad` becomes padding. */
export function windowsOf(node: OperatorNode, lengths: readonly number[], kernel: readonly number[]): Windows {
  const rank = lengths.length
  const ones = new Array<number>(rank).fill(1)
  const strides = node.integers('strides') ?? ones
  const dilations = node.integers('dilations') ?? ones
  const pads = node.integers('pads') ?? new Array<number>(2 * rank).fill(0)
  const auto = node.text('auto_pad', 'NOTSET')
  if (auto === 'NOTSET') return { strides, dilations, low: pads.slice(0, rank), high: pads.slice(rank) }
  const zeros = ones.map(() => 0)
  if (auto === 'VALID') return { strides, dilations, low: zeros, high: zeros }
  const total = lengths.map((n, i) => {
    const reach = (kernel[i]! - 1) * dilations[i]! + 1
    return Math.max(0, (Math.ceil(n / strides[i]!) - 1) * strides[i]! + reach - n)
  })
  const smaller = total.map(n => Math.floor(n / 2))
  const larger = total.map(n => Math.ceil(n / 2))
  if (auto === 'SAME_UPPER') return { strides, dilations, low: smaller, high: larger }
  if (auto === 'SAME_LOWER') return { strides, dilations, low: larger, high: smaller }
  throw node.unsupported(`auto_pad = ${auto}`)
}

/** A value a channel as a tensor that stretches over [batch, channels, …]. */
export const perChannel = (values: Tensor, rank: number): Tensor =>
  values.reshape([1, values.size, ...new Array<number>(rank - 2).fill(1)])

const biased = (y: Tensor, bias: Tensor | undefined): Tensor => (bias ? y.add(perChannel(bias, y.rank)) : y)

const convolution: Operator = ([x, w, bias], node) => {
  const windows = windowsOf(node, x!.shape.slice(2), w!.shape.slice(2))
  return biased(conv.bind([x!, w!], { ...windows, groups: node.integer('group', 1) })[0]!, bias)
}

const transposed: Operator = ([x, w, bias], node) => {
  node.expect('auto_pad', 'NOTSET')
  if (node.has('output_shape')) throw node.unsupported('output_shape')
  const kernel = w!.shape.slice(2)
  const windows = windowsOf(node, x!.shape.slice(2), kernel)
  const extra = node.integers('output_padding') ?? kernel.map(() => 0)
  const lengths = x!.shape.slice(2).map((n, i) => {
    const reach = (kernel[i]! - 1) * windows.dilations[i]! + 1
    return (n - 1) * windows.strides[i]! + reach - windows.low[i]! - windows.high[i]! + extra[i]!
  })
  return biased(convInputGradient.bind([x!, w!], { ...windows, groups: node.integer('group', 1), lengths })[0]!, bias)
}

export const convOperators: Operators = { Conv: convolution, ConvTranspose: transposed }
