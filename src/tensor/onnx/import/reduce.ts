import type { ReduceOptions } from '../../ops/reduce.ts'
import * as ops from '../../ops/reduce.ts'
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
  Softmax: ([x], node) => ops.softmax(x!, { axis: node.integer('axis', -1) }),
  LogSoftmax: ([x], node) => ops.logSoftmax(x!, { axis: node.integer('axis', -1) }),
}
