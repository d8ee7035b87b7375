import { type Key, split } from 'quadrupole/core'
import { heNormal } from 'quadrupole/nn'
import { concat, conv1d, type Tensor, zeros } from 'quadrupole/tensor'

/** Outputs, taps and stride of each convolution. */
const convolutions = [
  { outputs: 24, taps: 32, stride: 2 },
  { outputs: 32, taps: 16, stride: 4 },
  { outputs: 48, taps: 8, stride: 4 },
  { outputs: 48, taps: 8, stride: 2 },
] as const

export interface Layer {
  readonly weight: Tensor
  readonly bias: Tensor
}

export interface Parameters {
  readonly convolutions: readonly Layer[]
  readonly decision: Layer
}

export function initialParameters(key: Key): Parameters {
  const keys = split(key, convolutions.length + 1)
  let inputs = 2
  const layers = convolutions.map(({ outputs, taps }, i) => {
    const layer = { weight: heNormal(keys[i]!, [outputs, inputs, taps]), bias: zeros([outputs]) }
    inputs = outputs
    return layer
  })
  return {
    convolutions: layers,
    decision: { weight: heNormal(keys.at(-1)!, [1, 2 * inputs]).mul(0.1), bias: zeros([1]) },
  }
}

/**
 * Four convolutions, then the largest and the mean answer of each channel in the window, weighed.
 *
 * @param strain [batch, 2, samples]
 * @returns [batch]: the logit of there being a signal
 */
export function detect({ convolutions: layers, decision }: Parameters, strain: Tensor): Tensor {
  const features = layers.reduce((h, { weight, bias }, i) => {
    const padding = Math.floor(weight.shape[2]! / 2)
    return conv1d(h, weight, { bias, stride: convolutions[i]!.stride, padding }).relu()
  }, strain)
  const pooled = concat([features.max({ axes: -1 }), features.mean({ axes: -1 })], { axis: 1 })
  return pooled.matmul(decision.weight, { transposeB: true }).add(decision.bias).reshape([strain.shape[0]!])
}
