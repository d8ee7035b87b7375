import { mapTree } from '../core/index.ts'
import { Complex, ravel, type Tensor } from '../tensor/index.ts'

/** The root of the summed squares of all elements of a tree. */
export const globalNorm = (tree: unknown): Tensor => ravel(tree).vector.square().sum().sqrt()

/**
 * A gradient scaled down, if need be, to a norm of at most `maxNorm` (Pascanu et al. 2013, arXiv:1211.5063, algorithm 1),
 * and the norm it had. As in PyTorch, 1e-6 is added to the norm that is divided by.
 */
export function clipGlobalNorm<T>(gradient: T, maxNorm: number): { readonly gradient: T; readonly norm: Tensor } {
  const norm = globalNorm(gradient)
  const factor = norm.add(1e-6).reciprocal().mul(maxNorm).minimum(1)
  const scaled = mapTree(gradient, (leaf: Tensor | Complex) =>
    leaf instanceof Complex ? leaf.mapParts(part => part.mul(factor)) : leaf.mul(factor),
  )
  return { gradient: scaled as T, norm }
}
