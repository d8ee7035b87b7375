import { mul, ravel, scalar, type Tensor, zeros } from '../tensor/index.ts'

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
  /** Decay of the mean gradient, Adam's beta1. */
  readonly meanDecay?: number
  /** Decay of the mean squared gradient, Adam's beta2. */
  readonly squareDecay?: number
  readonly epsilon?: number
  /** Decoupled weight decay, as AdamW has it. */
  readonly weightDecay?: number
}

/** Means over all parameters in one vector, and the products of the decays so far, which correct means that began at 0. */
export interface AdamState {
  readonly mean: Tensor
  readonly square: Tensor
  readonly meanDecayed: Tensor
  readonly squareDecayed: Tensor
}

/**
 * Adam with bias correction (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1); with decoupled weight decay AdamW
 * (Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2).
 *
 * Parameters are a tree of floats of one dtype.
 */
export function adam(options: AdamOptions = {}): Optimizer<AdamState> {
  const { learningRate = 1e-3, meanDecay = 0.9, squareDecay = 0.999, epsilon = 1e-8, weightDecay = 0 } = options
  return {
    init: parameters => {
      const { size, dtype } = ravel(parameters).vector
      const one = scalar(1, { dtype })
      return {
        mean: zeros([size], { dtype }),
        square: zeros([size], { dtype }),
        meanDecayed: one,
        squareDecayed: one,
      }
    },
    update: (parameters, gradient, state) => {
      const { vector, unravel } = ravel(parameters)
      const g = ravel(gradient).vector
      const mean = state.mean.mul(meanDecay).add(g.mul(1 - meanDecay))
      const square = state.square.mul(squareDecay).add(g.mul(g).mul(1 - squareDecay))
      const meanDecayed = state.meanDecayed.mul(meanDecay)
      const squareDecayed = state.squareDecayed.mul(squareDecay)
      const rate = mul(meanDecayed.neg().add(1).reciprocal(), learningRate)
      const root = squareDecayed.neg().add(1).sqrt().reciprocal()
      const step = mean.mul(rate).div(square.sqrt().mul(root).add(epsilon))
      const kept = weightDecay === 0 ? vector : vector.sub(vector.mul(weightDecay).mul(learningRate))
      return { parameters: unravel(kept.sub(step)), state: { mean, square, meanDecayed, squareDecayed } }
    },
  }
}
