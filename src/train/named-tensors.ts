import { flatten, QuadrupoleError, treePaths, unflatten } from '../core/index.ts'
import { Complex, type DType, type NamedTensors, showShape, type Tensor } from '../tensor/index.ts'

/** A tree's tensors by their paths; complex pairs as `path.re` and `path.im`. */
export function namedTensors(tree: unknown, { prefix = '' }: { readonly prefix?: string } = {}): NamedTensors {
  const { leaves } = flatten(tree)
  return Object.fromEntries(
    treePaths(tree).flatMap((path, i) => {
      const leaf = leaves[i] as Tensor | Complex | null
      if (leaf === null) return []
      const name = `${prefix}${path}`
      if (!(leaf instanceof Complex)) return [[name, leaf]]
      return [
        [`${name}.re`, leaf.re],
        [`${name}.im`, leaf.im],
      ]
    }),
  )
}

export interface TreeOptions {
  /** The name of the tensor at a path; the path itself by default. */
  readonly nameOf?: (path: string) => string
  /** Names that may be there without a place in the tree: none by default. */
  readonly ignored?: (name: string) => boolean
  /** Whether tensors of another float type are converted; false by default. */
  readonly cast?: boolean
  /** Where the tensors are from, for messages. */
  readonly from?: string
}

/**
 * A tree of the same nest as a template, with tensors taken by name: the inverse of `namedTensors`.
 *
 * @throws `format` naming all tensors that are missing, that have no place, or that have another shape or dtype.
 */
export function treeOfNamed<T>(template: T, tensors: NamedTensors, options: TreeOptions = {}): T {
  const { nameOf = path => path, ignored = () => false, cast = false, from = 'the tensors' } = options
  const { leaves, shape } = flatten(template)
  const faults: string[] = []
  const used = new Set<string>()
  const take = (path: string, expected: Tensor): Tensor => {
    const name = nameOf(path)
    used.add(name)
    const tensor = tensors[name]
    if (!tensor) {
      faults.push(`${name} is missing`)
      return expected
    }
    const converted = cast && isFloat(tensor.dtype) && isFloat(expected.dtype) ? tensor.cast(expected.dtype) : tensor
    if (showTensor(converted) !== showTensor(expected))
      faults.push(`${name} is ${showTensor(tensor)}, expected ${showTensor(expected)}`)
    return converted
  }
  const paths = treePaths(template)
  const taken = leaves.map((leaf, i) => {
    const path = paths[i]!
    if (leaf === null) return null
    return leaf instanceof Complex
      ? new Complex(take(`${path}.re`, leaf.re), take(`${path}.im`, leaf.im))
      : take(path, leaf as Tensor)
  })
  for (const name of Object.keys(tensors)) if (!used.has(name) && !ignored(name)) faults.push(`${name} has no place`)
  if (faults.length > 0)
    throw new QuadrupoleError('format', `train.treeOfNamed: ${from} do not fit: ${listed(faults)}`, {
      details: { faults },
    })
  return unflatten(shape, taken) as T
}

const isFloat = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64'

const showTensor = ({ dtype, shape }: Tensor): string => `${dtype} ${showShape(shape)}`

const mostListed = 8

const listed = (faults: readonly string[]): string =>
  faults.length <= mostListed
    ? faults.join('; ')
    : `${faults.slice(0, mostListed).join('; ')}; and ${faults.length - mostListed} more`
