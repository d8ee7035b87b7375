import { flatten, QuadrupoleError, type Tree, treePaths, unflatten } from '../../core/index.ts'
import { Complex } from '../complex.ts'
import { Tensor } from '../tensor.ts'

/** A nest of tensors and complex pairs: parameters, batches, states. */
export type TensorTree = Tree<Tensor | Complex>

/** A leaf that is no tensor: part of the program, not of its data. */
type StaticLeaf = string | number | boolean | null | undefined

export interface FlatTensors {
  readonly tensors: readonly Tensor[]
  /** The same nest over other tensors. */
  readonly rebuild: (tensors: readonly Tensor[]) => unknown
  /** Equal for two nests exactly if they differ in tensors' contents only. */
  readonly key: string
}

/**
 * The tensors of a nest; complex pairs count as two, numbers, strings, booleans, null and undefined stay in the nest.
 *
 * @throws `argument` for any other leaf, naming its path.
 */
export function flattenTensors(tree: unknown): FlatTensors {
  const { leaves, shape } = flatten(tree)
  const tensors: Tensor[] = []
  const keys: string[] = []
  const describe = ({ dtype, shape }: Tensor): string => `${dtype}[${shape.join()}]`
  leaves.forEach((leaf, i) => {
    if (leaf instanceof Tensor) {
      tensors.push(leaf)
      keys.push(describe(leaf))
    } else if (leaf instanceof Complex) {
      tensors.push(leaf.re, leaf.im)
      keys.push(`complex ${describe(leaf.re)}`)
    } else if (isStatic(leaf)) keys.push(`${typeof leaf} ${JSON.stringify(leaf)}`)
    else
      throw new QuadrupoleError(
        'argument',
        `tensor: the leaf at '${treePaths(tree)[i]}' is ${leaf?.constructor?.name ?? typeof leaf}, expected tensors, complex pairs, numbers, strings or booleans`,
      )
  })
  const rebuild = (replacements: readonly Tensor[]): unknown => {
    let next = 0
    return unflatten(
      shape,
      leaves.map(leaf => {
        if (leaf instanceof Tensor) return replacements[next++]
        if (leaf instanceof Complex) return new Complex(replacements[next++]!, replacements[next++]!)
        return leaf
      }),
    )
  }
  return { tensors, rebuild, key: `${JSON.stringify(shape)} ${keys.join(' ')}` }
}

const isStatic = (leaf: unknown): leaf is StaticLeaf =>
  leaf === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof leaf)
