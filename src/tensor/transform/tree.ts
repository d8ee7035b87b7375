import { flatten, QuadrupoleError, type Tree, treePaths, unflatten } from '../../core/index.ts'
import { Complex } from '../complex.ts'
import { showShape } from '../shape.ts'
import { Tensor } from '../tensor.ts'

/** A nest of tensors and complex pairs: parameters, batches, states. */
export type TensorTree = Tree<Tensor | Complex>

/** A leaf that is no tensor: part of the program, not of its data. */
type StaticLeaf = string | number | boolean | null | undefined

export interface FlatTensors<T = unknown> {
  readonly tensors: readonly Tensor[]
  /** The same nest over other tensors. */
  readonly rebuild: (tensors: readonly Tensor[]) => T
  /** Makes a name for each tensor: its path in the nest, such as `layers.0.weight`, with `.re` and `.im` of complex pairs. */
  readonly names: () => readonly string[]
  /** Makes a text that is equal for two nests exactly if they differ in tensors' contents only. */
  readonly key: () => string
}

/**
 * The tensors of a nest; complex pairs count as two, numbers, strings, booleans, null and undefined stay in the nest.
 *
 * @throws `argument` for any other leaf, naming its path.
 */
export function flattenTensors<T>(tree: T): FlatTensors<T> {
  const { leaves, shape } = flatten(tree)
  const tensors: Tensor[] = []
  leaves.forEach((leaf, i) => {
    if (leaf instanceof Tensor) tensors.push(leaf)
    else if (leaf instanceof Complex) tensors.push(leaf.re, leaf.im)
    else if (leaf instanceof Promise)
      throw new QuadrupoleError(
        'trace',
        'tensor: a traced function returned a promise; it must not be async, await what it needs before and pass it in',
      )
    else if (!isStatic(leaf))
      throw new QuadrupoleError(
        'argument',
        `tensor: the leaf at '${treePaths(tree)[i]}' is ${leaf?.constructor?.name ?? typeof leaf}, expected tensors, complex pairs, numbers, strings or booleans`,
      )
  })
  const rebuild = (replacements: readonly Tensor[]): T => {
    let next = 0
    return unflatten(
      shape,
      leaves.map(leaf => {
        if (leaf instanceof Tensor) return replacements[next++]
        if (leaf instanceof Complex) return new Complex(replacements[next++]!, replacements[next++]!)
        return leaf
      }),
    ) as T
  }
  return {
    tensors,
    rebuild,
    names: () => namesOf(tree, leaves),
    key: () => `${JSON.stringify(shape)} ${leaves.map(keyOf).join(' ')}`,
  }
}

const namesOf = (tree: unknown, leaves: readonly unknown[]): string[] => {
  const paths = treePaths(tree)
  return leaves.flatMap((leaf, i) => {
    if (leaf instanceof Complex) return [`${paths[i]}.re`, `${paths[i]}.im`]
    return leaf instanceof Tensor ? [paths[i]!] : []
  })
}

/** What a leaf means for the program: a tensor's dtype and shape, any other value itself. */
function keyOf(leaf: unknown): string {
  if (leaf instanceof Tensor) return `${leaf.dtype}[${leaf.shape.join()}]`
  if (leaf instanceof Complex) return `complex ${keyOf(leaf.re)}`
  return `${typeof leaf} ${JSON.stringify(leaf)}`
}

/** A nest's tensors by name, for messages: `w float32 [2], steps int32 []`. */
export function showTensors({ tensors, names }: FlatTensors): string {
  const named = names().map(name => (name ? `${name} ` : ''))
  return tensors.map(({ dtype, shape }, i) => `${named[i]}${dtype} ${showShape(shape)}`).join(', ') || 'no tensors'
}

const isStatic = (leaf: unknown): leaf is StaticLeaf =>
  leaf === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof leaf)
