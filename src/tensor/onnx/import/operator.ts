import { QuadrupoleError } from '../../../core/index.ts'
import type { DType } from '../../dtype.ts'
import type { Tensor } from '../../tensor.ts'
import type { AttributeProto, GraphProto, NodeProto } from '../gen/onnx_pb.ts'
import { dtypeOfElement } from '../lowering.ts'
import { type ExternalData, tensorOf } from './file.ts'

/** Runs a subgraph on its inputs; names of the graph around it are known to it. */
export type Subgraph = (inputs: readonly Tensor[]) => Tensor[]

/** One use of an operator in a model file: its attributes and where it stands. */
export class OperatorNode {
  readonly opset: number
  readonly outputCount: number
  readonly #proto: NodeProto
  readonly #attributes: ReadonlyMap<string, AttributeProto>
  readonly #tensors = new Map<string, Tensor>()
  readonly #subgraph: (graph: GraphProto) => Subgraph

  constructor(
    proto: NodeProto,
    opset: number,
    external: ExternalData | undefined,
    subgraph: (graph: GraphProto) => Subgraph,
  ) {
    this.#proto = proto
    this.opset = opset
    this.outputCount = proto.output.length
    this.#attributes = new Map(proto.attribute.map(attribute => [attribute.name, attribute]))
    this.#subgraph = subgraph
    for (const { name, t } of proto.attribute) if (t) this.#tensors.set(name, tensorOf(t, external))
  }

  /** The operator and the node's name, for messages. */
  get label(): string {
    const { opType, name, output } = this.#proto
    return `${opType} '${name || output[0]}'`
  }

  has(name: string): boolean {
    return this.#attributes.has(name)
  }

  integer(name: string, otherwise: number): number {
    const attribute = this.#attributes.get(name)
    return attribute ? Number(attribute.i) : otherwise
  }

  flag(name: string, otherwise = false): boolean {
    return this.integer(name, otherwise ? 1 : 0) !== 0
  }

  integers(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.ints.map(Number)
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.floats
  }

  float(name: string, otherwise: number): number {
    return this.#attributes.get(name)?.f ?? otherwise
  }

  text(name: string, otherwise: string): string {
    const attribute = this.#attributes.get(name)
    return attribute ? new TextDecoder().decode(attribute.s) : otherwise
  }

  tensor(name: string): Tensor | undefined {
    return this.#tensors.get(name)
  }

  /** The dtype that an attribute names. */
  dtype(name: string): DType {
    const type = this.integer(name, 0)
    const dtype = dtypeOfElement(type)
    if (!dtype) throw this.unsupported(`element type ${type}`)
    return dtype
  }

  graph(name: string): Subgraph {
    const graph = this.#attributes.get(name)?.g
    if (!graph) throw this.unsupported(`a missing subgraph '${name}'`)
    return this.#subgraph(graph)
  }

  unsupported(what: string): QuadrupoleError {
    return new QuadrupoleError('unsupported', `fromOnnx: ${this.label} uses ${what}, which can’t be imported`)
  }

  /** An attribute that changes what the operator does, and has only one value that is known here. */
  expect(name: string, value: string | number): void {
    const given = typeof value === 'string' ? this.text(name, value) : this.integer(name, value)
    if (given !== value) throw this.unsupported(`${name} = ${given}`)
  }

  /**
   * The numbers of an input that says how to compute, not what: a shape, axes, pads.
   *
   * @throws `unsupported` where they depend on the model's inputs.
   */
  numbers(tensor: Tensor, what: string): number[] {
    if (tensor.isTraced)
      throw this.unsupported(`${what} that depend${what.endsWith('s') ? '' : 's'} on the model’s inputs`)
    return Array.from(tensor.data as ArrayLike<number>, Number)
  }
}

/** What an operator does, in terms of tensor functions. Inputs that are left out in the file are undefined. */
export type Operator = (inputs: readonly Tensor[], node: OperatorNode) => Tensor | readonly Tensor[]

/** Operators by name, with their domain in front where it is not ONNX's own. */
export type Operators = Readonly<Record<string, Operator>>
