import { flatten, treePaths, unflatten } from '../core/index.ts'
import { type Complex, concat, ravel, type Shape, scalar, type Tensor, zeros } from '../tensor/index.ts'

/** A rule that turns gradients into better parameters: its state is a tree, so that it can live in a step graph. */
export interface Optimizer<State> {
  init<Parameters>(parameters: Parameters): State
  update<Parameters>(
    parameters: Parameters,
    gradient: Parameters,
    state: State,
  ): { readonly parameters: Parameters; readonly state: State }
}

export interface AdamOptions {
  /** A number, or a tensor of one element that a schedule gives. */
  readonly learningRate?: number | Tensor
  /** Decay of the mean gradient, Adam's beta1; a tensor where a schedule cycles it. */
  readonly meanDecay?: number | Tensor
  /** Decay of the mean squared gradient, Adam's beta2. */
  readonly squareDecay?: number
  readonly epsilon?: number
  /** Decoupled weight decay, as AdamW has it. */
  readonly weightDecay?: number
  /** Which parameters decay, by path and shape; all by default. */
  readonly decays?: (path: string, shape: Shape) => boolean
}

/** Means over all parameters in one vector, and how many steps they are of, which corrects means that began at 0. */
export interface AdamState {
  readonly mean: Tensor
  readonly square: Tensor
  readonly steps: Tensor
}

/**
 * Adam with bias correction (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1); with decoupled weight decay AdamW
 * (Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2).
 *
 * Parameters are a tree of floats of one dtype. Where `meanDecay` changes from step to step, means are corrected with the
 * newest, as in PyTorch.
 */
export function adam(options: AdamOptions = {}): Optimizer<AdamState> {
  const { learningRate = 1e-3, meanDecay = 0.9, squareDecay = 0.999, epsilon = 1e-8 } = options
  const { weightDecay = 0, decays = () => true } = options
  return {
    init: parameters => {
      const { size, dtype } = ravel(parameters).vector
      return {
        mean: zeros([size], { dtype }),
        square: zeros([size], { dtype }),
        steps: scalar(0, { dtype }),
      }
    },
    update: (parameters, gradient, state) => {
      const { vector, unravel, decaying } = decayingFirst(parameters, decays)
      const g = decayingFirst(gradient, decays).vector
      const { mean, square, steps } = moved(state, g, meanDecay, squareDecay)
      const rate = decayedShare(meanDecay, steps).reciprocal().mul(learningRate)
      const root = decayedShare(squareDecay, steps).sqrt().reciprocal()
      const step = mean.mul(rate).div(square.sqrt().mul(root).add(epsilon))
      const kept =
        weightDecay === 0 ? vector : decayed(vector, decaying, scalarLike(learningRate, steps).mul(weightDecay))
      return { parameters: unravel(kept.sub(step)), state: { mean, square, steps } }
    },
  }
}

const scalarLike = (value: number | Tensor, { dtype }: Tensor): Tensor =>
  typeof value === 'number' ? scalar(value, { dtype }) : value

function moved(
  { mean, square, steps }: AdamState,
  g: Tensor,
  meanDecay: number | Tensor,
  squareDecay: number,
): AdamState {
  const fresh = typeof meanDecay === 'number' ? 1 - meanDecay : meanDecay.neg().add(1)
  return {
    mean: mean.mul(meanDecay).add(g.mul(fresh)),
    square: square.mul(squareDecay).add(g.mul(g).mul(1 - squareDecay)),
    steps: steps.add(1),
  }
}

/** 1 - decay^steps, with all its digits where the decay is near 1. */
const decayedShare = (decay: number | Tensor, steps: Tensor): Tensor =>
  steps
    .mul(typeof decay === 'number' ? Math.log(decay) : decay.log())
    .expm1()
    .neg()

/** A tree's tensors in one vector, those that decay before the others, and how many elements decay. */
function decayingFirst<T>(tree: T, decays: (path: string, shape: Shape) => boolean) {
  const { leaves, shape } = flatten(tree)
  const paths = treePaths(tree)
  const tensors = leaves as readonly (Tensor | Complex)[]
  const isDecaying = tensors.map((leaf, i) => decays(paths[i]!, leaf.shape))
  const order = [true, false].flatMap(kind => tensors.flatMap((_, i) => (isDecaying[i] === kind ? [i] : [])))
  const { vector, unravel } = ravel(order.map(i => tensors[i]!))
  const decaying = tensors.reduce((sum, leaf, i) => sum + (isDecaying[i] ? elementsOf(leaf) : 0), 0)
  return {
    vector,
    decaying,
    unravel: (changed: Tensor): T => {
      const parts = unravel(changed)
      const back = new Array<Tensor | Complex>(order.length)
      order.forEach((i, place) => {
        back[i] = parts[place]!
      })
      return unflatten(shape, back) as T
    },
  }
}

const elementsOf = (leaf: Tensor | Complex): number => ('re' in leaf ? 2 : 1) * leaf.size

/** A vector whose first elements are less by a share of themselves. */
function decayed(vector: Tensor, decaying: number, share: Tensor): Tensor {
  const lessened = (part: Tensor) => part.sub(part.mul(share))
  if (decaying === vector.size) return lessened(vector)
  if (decaying === 0) return vector
  return concat([lessened(vector.slice({ 0: [0, decaying] })), vector.slice({ 0: [decaying, null] })])
}
