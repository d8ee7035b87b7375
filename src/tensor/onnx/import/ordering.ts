import { cumsum } from '../../ops/cumulative.ts'
import { topK } from '../../ops/ordering.ts'
import type { Operators } from './operator.ts'

export const orderingOperators: Operators = {
  CumSum: ([x, along], node) => {
    const axis = node.numbers(along!, 'an axis')[0]!
    return cumsum(x!, { axis, exclusive: node.flag('exclusive'), reverse: node.flag('reverse') })
  },
  TopK: ([x, k], node) => {
    const options = { axis: node.integer('axis', -1), largest: node.flag('largest', true) }
    const { values, indices } = topK(x!, node.numbers(k!, 'a count')[0]!, options)
    return [values, indices.cast('int64')]
  },
}
