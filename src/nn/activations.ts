import { erf, type Tensor } from '../tensor/index.ts'

/** x above 0, exp(x) - 1 below (Clevert et al. 2016, arXiv:1511.07289). */
export const elu = (x: Tensor): Tensor => x.relu().add(x.minimum(0).expm1())

/** x above 0, `slope` times x below; slope 0.01 by default. */
export const leakyRelu = (x: Tensor, { slope = 0.01 }: { readonly slope?: number } = {}): Tensor =>
  x.relu().sub(x.neg().relu().mul(slope))

/** x times the sigmoid of x (Elfwing et al. 2018, arXiv:1702.03118). */
export const silu = (x: Tensor): Tensor => x.mul(x.sigmoid())

/** x times the normal distribution's share below x (Hendrycks and Gimpel 2016, arXiv:1606.08415), exactly. */
export const gelu = (x: Tensor): Tensor => x.mul(erf(x.mul(Math.SQRT1_2)).add(1)).mul(0.5)

/** Activations by the names that configurations know. */
export const activations = {
  relu: (x: Tensor): Tensor => x.relu(),
  elu,
  leakyRelu: (x: Tensor): Tensor => leakyRelu(x),
  silu,
  gelu,
  tanh: (x: Tensor): Tensor => x.tanh(),
} as const

export type Activation = keyof typeof activations
