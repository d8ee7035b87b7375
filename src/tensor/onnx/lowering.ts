import { create } from '@bufbuild/protobuf'
import { QuadrupoleError } from '../../core/index.ts'
import { allocate, type DType, dtypeOf, type Storage } from '../dtype.ts'
import type { Shape } from '../shape.ts'
import type { Graph, Spec, Value } from '../trace.ts'
import { isBatchLength } from './batch-axis.ts'
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as ElementType,
  type GraphProto,
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './gen/onnx_pb.ts'

/** ONNX Runtime's execution providers that graphs are made for; 'portable' uses standard operators only. */
export const providers = ['cpu', 'webgpu', 'cuda', 'portable'] as const
export type Provider = (typeof providers)[number]

/** What a graph is lowered for. */
export interface Target {
  readonly provider: Provider
}

const elementTypes: Readonly<Record<DType, ElementType>> = {
  float32: ElementType.FLOAT,
  float64: ElementType.DOUBLE,
  int32: ElementType.INT32,
  int64: ElementType.INT64,
  bool: ElementType.BOOL,
}

/** The dtype of an ONNX element type, if it is one of ours. */
export const dtypeOfElement = (type: number): DType | undefined =>
  (Object.keys(elementTypes) as DType[]).find(dtype => elementTypes[dtype] === type)

/** An operator's attribute: integers, a list of them, a string, a float (which must say so) or a graph. */
export type Attribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly graph: GraphProto }

export interface OpOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly domain?: string
}

/** The domain of ONNX Runtime's own operators, such as FusedMatMul. */
export const microsoftDomain = 'com.microsoft'

/** Collects the ONNX nodes and constants of one graph, on behalf of primitives' lowering rules. */
export class Lowering {
  readonly provider: Provider
  readonly nodes: NodeProto[] = []
  readonly initializers: TensorProto[] = []
  readonly #names = new Map<Value, string>()
  readonly #integers = new Map<string, string>()
  readonly #counter: { next: number; readonly reserved: Set<string> }
  readonly #parent: Lowering | undefined
  #batchInput: { readonly name: string; readonly axis: number } | undefined
  #batch: string | undefined

  constructor({ provider }: Target, parent?: Lowering) {
    this.provider = provider
    this.#parent = parent
    this.#counter = parent ? parent.#counter : { next: 0, reserved: new Set() }
  }

  /** Adds an operator with one output and returns the output's name. */
  op(type: string, inputs: readonly string[], options: OpOptions = {}): string {
    return this.ops(type, inputs, 1, options)[0]!
  }

  /** Adds an operator and returns the names of its outputs. */
  ops(type: string, inputs: readonly string[], outputCount: number, options: OpOptions = {}): string[] {
    const { attributes = {}, domain = '' } = options
    const output = Array.from({ length: outputCount }, () => this.#newName(type))
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value))
    this.nodes.push(
      create(NodeProtoSchema, { opType: type, input: [...inputs], output, domain, attribute, name: output[0]! }),
    )
    return output
  }

  /** Names an output of the model. */
  output(name: string, outputName: string): void {
    this.nodes.push(
      create(NodeProtoSchema, { opType: 'Identity', input: [name], output: [outputName], name: outputName }),
    )
  }

  get usesMicrosoftDomain(): boolean {
    const uses = (nodes: readonly NodeProto[]): boolean =>
      nodes.some(node => node.domain === microsoftDomain || node.attribute.some(({ g }) => g && uses(g.node)))
    return uses(this.nodes)
  }

  /** A constant of the graph. */
  constant(storage: Storage, shape: Shape, name = this.#newName('constant')): string {
    this.initializers.push(tensorProto(name, storage, shape))
    return name
  }

  /** A constant of rank 0. */
  scalar(value: number, dtype: DType): string {
    const storage = allocate(dtype, 1)
    if (storage instanceof BigInt64Array) storage[0] = BigInt(value)
    else storage[0] = value
    return this.constant(storage, [])
  }

  /** A one-dimensional int64 constant: axes, sizes, starts. */
  integers(values: readonly number[]): string {
    values.forEach(checkInteger)
    const key = values.join()
    const known = this.#integers.get(key)
    if (known) return known
    const name = this.constant(BigInt64Array.from(values, BigInt), [values.length])
    this.#integers.set(key, name)
    return name
  }

  /** A shape as an operand; lengths that follow a symbolic batch are computed when the model runs. */
  dims(shape: Shape): string {
    if (!shape.some(isBatchLength)) return this.integers(shape)
    const parts = shape.map(n => {
      if (!isBatchLength(n)) return this.integers([n])
      const size = this.#batchSize()
      return n.factor === 1 ? size : this.op('Mul', [size, this.integers([n.factor])])
    })
    return this.op('Concat', parts, { attributes: { axis: 0 } })
  }

  /** A shape for Reshape, which fills in one length itself. */
  reshapeDims(shape: Shape): string {
    if (shape.filter(isBatchLength).length !== 1 || shape.includes(0)) return this.dims(shape)
    return this.integers(shape.map(n => (isBatchLength(n) ? -1 : n)))
  }

  /** The batch size as an int64 tensor of one element, read off a model input. */
  #batchSize(): string {
    if (this.#parent) return this.#parent.#batchSize()
    if (this.#batch === undefined) {
      if (!this.#batchInput)
        throw new QuadrupoleError('unsupported', 'toOnnx: no input has the batch axis that a shape needs')
      const { name, axis } = this.#batchInput
      const attributes = { start: axis, end: axis + 1 }
      this.#batch = this.op('Shape', [name], { attributes })
    }
    return this.#batch
  }

  /** Declares a model input, so that its batch axis can be read. */
  bindInput(value: Value, name: string): void {
    this.bindName(value, name)
    const axis = value.shape.findIndex(n => isBatchLength(n) && n.factor === 1)
    if (axis >= 0) this.#batchInput ??= { name, axis }
  }

  elementType(dtype: DType): number {
    return elementTypes[dtype]
  }

  /** Gives a value of the traced graph its name. */
  bindName(value: Value, name: string): void {
    this.#names.set(value, name)
  }

  nameOf(value: Value): string {
    const name = this.#names.get(value) ?? this.#parent?.nameOf(value)
    if (name === undefined) throw new QuadrupoleError('trace', 'onnx: a value of the graph has no producer')
    return name
  }

  /** A name no other value of the model has. */
  newName(stem: string): string {
    return this.#newName(stem)
  }

  #newName(stem: string): string {
    for (;;) {
      const name = `${stem}_${this.#counter.next++}`
      if (!this.#counter.reserved.has(name)) return name
    }
  }

  /** Keeps names that were chosen outside from being made up here. */
  reserve(names: Iterable<string>): void {
    for (const name of names) this.#counter.reserved.add(name)
  }

  /** Lowers a graph's constants (under given names, where there are any) and nodes; its inputs must have names. */
  addGraph(graph: Graph, constantNames: ReadonlyMap<Value, string> = new Map()): void {
    for (const [value, { data, shape }] of graph.constants)
      this.bindName(value, this.constant(data, shape, constantNames.get(value)))
    for (const { primitive, params, inputs, outputs } of graph.nodes) {
      if (primitive.lower === 'decomposed')
        throw new QuadrupoleError('unsupported', `onnx: ${primitive.name} was not decomposed for ${this.provider}`)
      const names = primitive.lower(
        this,
        inputs.map(value => this.nameOf(value)),
        { params, inputs, outputs },
      )
      const list = typeof names === 'string' ? [names] : names
      outputs.forEach((value, i) => {
        this.bindName(value, list[i]!)
      })
    }
  }

  /** A graph as the body of a control-flow operator: it may use names of the graph around it. */
  subgraph(graph: Graph): GraphProto {
    const inner = new Lowering(this, this)
    const input = graph.inputs.map(value => {
      const name = this.#newName('body_input')
      inner.bindName(value, name)
      return valueInfo(name, value)
    })
    inner.addGraph(graph)
    const output = graph.outputs.map(value => {
      const name = inner.op('Identity', [inner.nameOf(value)])
      return valueInfo(name, value)
    })
    return create(GraphProtoSchema, {
      name: this.#newName('body'),
      input,
      output,
      node: inner.nodes,
      initializer: inner.initializers,
    })
  }
}

/** A value's declaration; a batch axis gets the given name. */
export function valueInfo(name: string, { shape, dtype }: Spec, batchName = 'batch'): ValueInfoProto {
  const dim = shape.map(n =>
    isBatchLength(n)
      ? { value: { case: 'dimParam' as const, value: n.factor === 1 ? batchName : `${n.factor}_${batchName}` } }
      : { value: { case: 'dimValue' as const, value: BigInt(n) } },
  )
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: elementTypes[dtype], shape: { dim } } } },
  })
}

/** A tensor with its elements as raw little-endian bytes. */
export function tensorProto(name: string, storage: Storage, shape: Shape): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: elementTypes[dtypeOf(storage)],
    rawData: new Uint8Array(storage.buffer, storage.byteOffset, storage.byteLength).slice(),
  })
}

function checkInteger(value: number): void {
  if (isBatchLength(value))
    throw new QuadrupoleError(
      'unsupported',
      'toOnnx: an operation uses the batch size as a number (a slice bound, a count, a divisor), so the batch axis can’t be symbolic; export with a fixed batch or reduce over other axes',
    )
  if (!Number.isInteger(value)) throw new QuadrupoleError('argument', `onnx: ${value} is no integer`)
}

function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) })
  if (typeof value === 'number') {
    checkInteger(value)
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) })
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float })
  if ('graph' in value) return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: value.graph })
  value.forEach(checkInteger)
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) })
}
