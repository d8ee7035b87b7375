import { QuadrupoleError } from '../../../core/index.ts'
import type { Tensor } from '../../tensor.ts'
import type { GraphProto, NodeProto } from '../gen/onnx_pb.ts'
import { type ExternalData, tensorOf } from './file.ts'
import { OperatorNode } from './operator.ts'
import { operators } from './operators.ts'

/** A graph of a model file, ready to be run on tensors by name. */
export interface Program {
  /** Stored tensors, and those of Constant nodes. */
  readonly constants: ReadonlyMap<string, Tensor>
  /** Computes the graph's outputs from its inputs and whatever else it refers to. */
  readonly run: (given: ReadonlyMap<string, Tensor>) => Tensor[]
}

const operatorName = ({ domain, opType }: NodeProto): string =>
  domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`

/**
 * Reads a graph.
 *
 * @throws `unsupported` naming all operators that are not known, and how often each is used.
 */
export function programOf(graph: GraphProto, opset: number, external: ExternalData | undefined): Program {
  checkOperators(graph)
  const constants = new Map<string, Tensor>()
  for (const proto of graph.initializer) constants.set(proto.name, tensorOf(proto, external))
  if (graph.sparseInitializer.length > 0)
    throw new QuadrupoleError('unsupported', 'fromOnnx: the model stores sparse tensors; export it with dense ones')
  // the names known around a subgraph while it runs
  let scope: ReadonlyMap<string, Tensor> = new Map()
  const inners = new Map<GraphProto, Program>()
  const subgraph = (inner: GraphProto) => {
    const program = inners.get(inner) ?? programOf(inner, opset, external)
    inners.set(inner, program)
    return (inputs: readonly Tensor[]): Tensor[] =>
      program.run(new Map([...scope, ...inner.input.map(({ name }, i) => [name, inputs[i]!] as const)]))
  }
  const steps = graph.node.map(proto => ({
    proto,
    operator: operators[operatorName(proto)]!,
    node: new OperatorNode(proto, opset, external, subgraph),
  }))
  for (const { proto, operator, node } of steps)
    if (proto.opType === 'Constant') constants.set(proto.output[0]!, operator([], node) as Tensor)
  const run = (given: ReadonlyMap<string, Tensor>): Tensor[] => {
    const values = new Map([...constants, ...given])
    const find = (name: string, user: string): Tensor => {
      const value = values.get(name)
      if (!value) throw new QuadrupoleError('format', `fromOnnx: ${user} uses '${name}', which nothing computes`)
      return value
    }
    for (const { proto, operator, node } of steps) {
      if (proto.opType === 'Constant') continue
      scope = values
      const inputs = proto.input.map(name => (name === '' ? undefined : find(name, node.label)))
      const result = operator(inputs as Tensor[], node)
      const outputs = Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor]
      proto.output.forEach((name, i) => {
        if (outputs[i]) values.set(name, outputs[i])
      })
    }
    return graph.output.map(({ name }) => find(name, 'the output'))
  }
  return { constants, run }
}

/** Operators of a graph and the graphs in it that can't be imported. */
function checkOperators(graph: GraphProto): void {
  const unknown = new Map<string, number>()
  const visit = ({ node }: GraphProto): void => {
    for (const proto of node) {
      const name = operatorName(proto)
      if (!Object.hasOwn(operators, name)) unknown.set(name, (unknown.get(name) ?? 0) + 1)
      for (const { g } of proto.attribute) if (g) visit(g)
    }
  }
  visit(graph)
  if (unknown.size === 0) return
  const list = [...unknown].sort().map(([name, count]) => `${name} (${count === 1 ? 'once' : `${count} times`})`)
  throw new QuadrupoleError(
    'unsupported',
    `fromOnnx: operators that can’t be imported: ${list.join(', ')}; run the model as it is with createSession`,
    { details: { operators: Object.fromEntries(unknown) } },
  )
}
