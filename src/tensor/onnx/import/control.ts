import type { Tensor } from '../../tensor.ts'
import { scan } from '../../transform/scan.ts'
import type { Operator, Operators } from './operator.ts'

const scanOperator: Operator = (inputs, node) => {
  const sequences = node.integer('num_scan_inputs', 1)
  const carries = inputs.length - sequences
  const directions = [
    ...(node.integers('scan_input_directions') ?? []),
    ...(node.integers('scan_output_directions') ?? []),
  ]
  if (directions.some(direction => direction !== directions[0])) throw node.unsupported('sequences in both directions')
  const axes = [...(node.integers('scan_input_axes') ?? []), ...(node.integers('scan_output_axes') ?? [])]
  if (axes.some(axis => axis !== 0)) throw node.unsupported('axes other than 0')
  const body = node.graph('body')
  const step = (state: readonly Tensor[], element: readonly Tensor[]): [readonly Tensor[], readonly Tensor[]] => {
    const outputs = body([...state, ...element])
    return [outputs.slice(0, carries), outputs.slice(carries)]
  }
  const [last, results] = scan(step, inputs.slice(0, carries), inputs.slice(carries), { reverse: directions[0] === 1 })
  return [...last, ...results]
}

/** Only one branch is imported: the condition must be known when the model is called. */
const branch: Operator = ([condition], node) =>
  node.graph(node.numbers(condition!, 'a condition')[0] ? 'then_branch' : 'else_branch')([])

export const controlOperators: Operators = { Scan: scanOperator, If: branch }
