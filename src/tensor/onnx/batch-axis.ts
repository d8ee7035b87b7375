import { QuadrupoleError } from '../../core/index.ts'
import type { Graph, Node, Value } from '../trace.ts'

/**
 * A length that is a multiple of the batch size. It stands where a number is expected and refuses arithmetic, so that a
 * lowering that would bake the batch size into the model fails instead.
 */
export class BatchLength {
  readonly factor: number

  constructor(factor: number) {
    this.factor = factor
  }

  valueOf(): number {
    throw new QuadrupoleError(
      'unsupported',
      'toOnnx: an operation computes with the batch size, so the batch axis can’t be symbolic; export with a fixed batch',
    )
  }
}

/** Whether a length (typed as a number) is really a multiple of the symbolic batch size. */
export const isBatchLength = (length: number): length is number & BatchLength =>
  (length as unknown) instanceof BatchLength

/** Two batch sizes a function is traced at; no usual length is a multiple of either. */
export const probeSizes = [991, 997] as const

/**
 * Makes the batch size symbolic: given the same function traced at the two probe sizes, lengths that follow the batch
 * size become symbolic and all else must agree.
 *
 * @throws `unsupported` where the graphs differ in another way, naming the operation.
 */
export function withBatchAxis(first: Graph, second: Graph): Graph {
  const values = new Map<Value, Value>()
  const merge = (a: Value, b: Value, where: string): Value => {
    const known = values.get(a)
    if (known) return known
    const value: Value = { shape: mergeParams(a.shape, b.shape, where) as number[], dtype: a.dtype }
    values.set(a, value)
    return value
  }
  const constants = [...second.constants]
  if (first.nodes.length !== second.nodes.length || constants.length !== first.constants.size)
    throw differs('the function', 'does different work for different batch sizes')
  const pairs = [...first.constants].map(([value, tensor], i) => {
    const [otherValue, other] = constants[i]!
    const same = tensor.size === other.size && tensor.data.every((x, k) => Object.is(x, other.data[k]))
    if (!same) throw differs('a constant', 'depends on the batch size')
    return [merge(value, otherValue, 'a constant'), tensor] as const
  })
  return {
    constants: new Map(pairs),
    inputs: first.inputs.map((value, i) => merge(value, second.inputs[i]!, 'an input')),
    nodes: first.nodes.map((node, i): Node => {
      const other = second.nodes[i]!
      const { name } = node.primitive
      if (other.primitive !== node.primitive)
        throw differs(name, `becomes ${other.primitive.name} at another batch size`)
      return {
        primitive: node.primitive,
        params: mergeParams(node.params, other.params, name) as object,
        inputs: node.inputs.map((value, k) => merge(value, other.inputs[k]!, name)),
        outputs: node.outputs.map((value, k) => merge(value, other.outputs[k]!, name)),
      }
    }),
    outputs: first.outputs.map((value, i) => merge(value, second.outputs[i]!, 'an output')),
  }
}

function mergeParams(a: unknown, b: unknown, where: string): unknown {
  if (Object.is(a, b)) return a
  if (typeof a === 'number' && typeof b === 'number') {
    const [p, q] = probeSizes
    if (a % p === 0 && b % q === 0 && a / p === b / q) return new BatchLength(a / p)
    throw differs(where, `uses a number that follows the batch size, but is no multiple of it (${a} and ${b})`)
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) return a.map((x, i) => mergeParams(x, b[i], where))
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null)
    return Object.fromEntries(
      Object.entries(a).map(([key, value]) => [key, mergeParams(value, (b as Record<string, unknown>)[key], where)]),
    )
  throw differs(where, 'has parameters that depend on the batch size')
}

const differs = (where: string, what: string): QuadrupoleError =>
  new QuadrupoleError('unsupported', `toOnnx: ${where} ${what}; the batch axis can’t be symbolic`)
