import type { ReduceOptions } from '../../ops/reduce.ts'
import * as ops from '../../ops/reduce.ts'
import { pad } from '../../primitives/slicing.ts'
import { normalizeAxis } from '../../shape.ts'
import type { Tensor } from '../../tensor.ts'
import type { Operator, Operators } from './operator.ts'
import { axesOf } from './shape.ts'

/** No axes mean all of them, unless the node says that they mean none. */
const reduction =
  (f: (x: Tensor, options: ReduceOptions) => Tensor): Operator =>
  ([x, given], node) => {
    const axes = axesOf(node, given, x!.rank)
    const isNone = axes === undefined || axes.length === 0
    if (isNone && node.flag('noop_with_empty_axes')) return x!
    return f(x!, { keepAxes: node.flag('keepdims', true), ...(!isNone && { axes }) })
  }

const extremum =
  (f: (x: Tensor, options: { axis: number }) => Tensor): Operator =>
  ([x], node) => {
    node.expect('select_last_index', 0)
    const axis = node.integer('axis', 0)
    const index = f(x!, { axis }).cast('int64')
    return node.flag('keepdims', true) ? index.expandAxis(axis < 0 ? axis + x!.rank : axis) : index
  }

/** Elements moved along an axis by some places, zeros coming in. */
function shifted(x: Tensor, axis: number, by: number): Tensor {
  const low = x.shape.map((_, i) => (i === axis ? by : 0))
  const none = low.map(() => 0)
  const padded = pad.bind([x], { low, high: none, interior: none, value: 0 })[0]!
  return padded.slice({ [axis]: [0, x.shape[axis]!] })
}

/** Running sums by doubling: after step k each element is the sum of the 2^k that end there. */
const cumulativeSum: Operator = ([x, along], node) => {
  const axis = normalizeAxis(node.label, node.numbers(along!, 'an axis')[0]!, x!.rank)
  const isReversed = node.flag('reverse')
  let sums = isReversed ? x!.flip(axis) : x!
  if (node.flag('exclusive')) sums = shifted(sums, axis, 1)
  for (let reach = 1; reach < x!.shape[axis]!; reach *= 2) sums = sums.add(shifted(sums, axis, reach))
  return isReversed ? sums.flip(axis) : sums
}

export const reduceOperators: Operators = {
  ReduceSum: reduction(ops.sum),
  ReduceMean: reduction(ops.mean),
  ReduceProd: reduction(ops.prod),
  ReduceMax: reduction(ops.max),
  ReduceMin: reduction(ops.min),
  ReduceL1: reduction((x, options) => ops.sum(x.abs(), options)),
  ReduceL2: reduction((x, options) => ops.sum(x.mul(x), options).sqrt()),
  ReduceSumSquare: reduction((x, options) => ops.sum(x.mul(x), options)),
  ReduceLogSum: reduction((x, options) => ops.sum(x, options).log()),
  ReduceLogSumExp: reduction(ops.logSumExp),
  ArgMax: extremum(ops.argmax),
  ArgMin: extremum(ops.argmin),
  CumSum: cumulativeSum,
  Softmax: ([x], node) => ops.softmax(x!, { axis: node.integer('axis', -1) }),
  LogSoftmax: ([x], node) => ops.logSoftmax(x!, { axis: node.integer('axis', -1) }),
}
