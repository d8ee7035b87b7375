import { QuadrupoleError } from './errors.ts'

/**
 * A tree is a nest of arrays and plain objects whose leaves are of one type; everything else (a class instance, a
 * number, a typed array) is a leaf. Model parameters, optimiser states and batches are trees.
 */
export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [key: string]: Tree<Leaf> }

/** The same nest with leaves of another type. */
export type MapTree<T, From, To> = T extends From
  ? To
  : T extends readonly unknown[] | Readonly<Record<string, unknown>>
    ? { [K in keyof T]: MapTree<T[K], From, To> }
    : T

/** The nest without its leaves: what `unflatten` needs to put leaves back. */
export type TreeShape = 'leaf' | readonly TreeShape[] | { readonly [key: string]: TreeShape }

const isPlainObject = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const isBranch = (value: unknown): value is readonly unknown[] | Record<string, unknown> =>
  Array.isArray(value) || isPlainObject(value)

/** Leaves in a fixed order (object keys as inserted) and the nest they came from. */
export function flatten(tree: unknown): { readonly leaves: unknown[]; readonly shape: TreeShape } {
  const leaves: unknown[] = []
  const visit = (node: unknown): TreeShape => {
    if (!isBranch(node)) {
      leaves.push(node)
      return 'leaf'
    }
    if (Array.isArray(node)) return node.map(visit)
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, visit(child)]))
  }
  return { shape: visit(tree), leaves }
}

/** Puts leaves back into a nest; the inverse of `flatten`. */
export function unflatten(shape: TreeShape, leaves: readonly unknown[]): unknown {
  let next = 0
  const build = (node: TreeShape): unknown => {
    if (node === 'leaf') return leaves[next++]
    if (Array.isArray(node)) return node.map(build)
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, build(child as TreeShape)]))
  }
  const tree = build(shape)
  if (next !== leaves.length)
    throw new QuadrupoleError('argument', `core.unflatten: the nest has ${next} leaves, ${leaves.length} were given`)
  return tree
}

/** The path of each leaf, in `flatten`'s order: `layers.0.weight`. */
export function treePaths(tree: unknown): string[] {
  const paths: string[] = []
  const visit = (node: unknown, path: string): void => {
    if (!isBranch(node)) paths.push(path)
    else for (const [key, child] of Object.entries(node)) visit(child, path === '' ? key : `${path}.${key}`)
  }
  visit(tree, '')
  return paths
}

/** Applies a function to every leaf (with its path) and keeps the nest. */
export function mapTree<Leaf, To, T>(tree: T, map: (leaf: Leaf, path: string) => To): MapTree<T, Leaf, To> {
  const { leaves, shape } = flatten(tree)
  const paths = treePaths(tree)
  return unflatten(
    shape,
    leaves.map((leaf, i) => map(leaf as Leaf, paths[i]!)),
  ) as MapTree<T, Leaf, To>
}

/**
 * Applies a function to the leaves that stand at the same place in trees of the same nest.
 *
 * @throws `argument` where the nests differ, naming the first path that does.
 */
export function zipTrees<Leaf, To, T>(
  trees: readonly [T, ...T[]],
  zip: (leaves: readonly Leaf[], path: string) => To,
): MapTree<T, Leaf, To> {
  const [first, ...rest] = trees
  const paths = treePaths(first)
  const { leaves, shape } = flatten(first)
  const columns = rest.map((tree, index) => {
    const other = treePaths(tree)
    const at = Math.max(paths.length, other.length)
    for (let i = 0; i < at; i++)
      if (paths[i] !== other[i])
        throw new QuadrupoleError(
          'argument',
          `core.zipTrees: tree ${index + 1} has '${other[i] ?? 'nothing'}' where tree 0 has '${paths[i] ?? 'nothing'}'`,
        )
    const flat = flatten(tree)
    // Paths alone don't tell a list from an object with the keys 0, 1, ..., and don't see empty branches.
    if (JSON.stringify(flat.shape) !== JSON.stringify(shape))
      throw new QuadrupoleError(
        'argument',
        `core.zipTrees: tree ${index + 1} has lists, objects or empty branches where tree 0 has others`,
      )
    return flat.leaves
  })
  return unflatten(
    shape,
    leaves.map((leaf, i) => zip([leaf, ...columns.map(column => column[i])] as Leaf[], paths[i]!)),
  ) as MapTree<T, Leaf, To>
}
