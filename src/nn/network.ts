import { flatten, type Key } from '../core/index.ts'
import type { Complex, Tensor } from '../tensor/index.ts'

/** What a network keeps: parameters, which training moves, and running statistics, which it only measures. */
export interface Variables<Parameters = unknown, Statistics = unknown> {
  readonly parameters: Parameters
  /** Trees of tensors, without leaves where nothing is measured. */
  readonly statistics: Statistics
}

export interface ApplyOptions {
  /** Whether batch statistics are used and measured; false by default. */
  readonly isTraining?: boolean
}

/** What a network gives: its output, and the statistics as they are afterwards. */
export interface Applied<Statistics = unknown, Output = Tensor> {
  readonly output: Output
  readonly statistics: Statistics
}

/**
 * A network: what it begins with, and a pure function of its variables and an input, which works on tensors as under
 * `jit`, `grad` and `toOnnx`.
 */
export interface Network<Parameters = unknown, Statistics = unknown, Input = Tensor, Output = Tensor> {
  init(key: Key): Variables<Parameters, Statistics>
  apply(variables: Variables<Parameters, Statistics>, input: Input, options?: ApplyOptions): Applied<Statistics, Output>
  /** The name that PyTorch gives the tensor at a path of the parameters or statistics: `stem.weight`, `conv1.weight`. */
  readonly torchName?: (path: string) => string
}

/** The number of elements of a tree of tensors. */
export const parameterCount = (tree: unknown): number =>
  (flatten(tree).leaves as readonly (Tensor | Complex)[]).reduce(
    (count, leaf) => count + ('re' in leaf ? 2 : 1) * leaf.size,
    0,
  )
