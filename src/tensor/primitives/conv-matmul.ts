import type { Target } from '../onnx/lowering.ts'
import { sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { type ConvGradientParams, type ConvParams, conv } from './conv.ts'
import { convOutputLengths } from './conv-geometry.ts'
import { matmul } from './matmul.ts'
import { concat as join } from './movement.ts'
import { pad } from './slicing.ts'

const plain = { transposeA: false, transposeB: false }

/** The samples each tap of a kernel sees at all its places: one [batch, channels, places…] a tap. */
function tapViews(x: Tensor, kernel: readonly number[], params: ConvParams): Tensor[] {
  const { strides, dilations, low, high } = params
  const places = convOutputLengths(x.shape.slice(2), kernel, params)
  const isPadded = [...low, ...high].some(n => n > 0)
  const around = { low: [0, 0, ...low], high: [0, 0, ...high], interior: x.shape.map(() => 0), value: 0 }
  const padded = isPadded ? pad.bind([x], around)[0]! : x
  let views = [padded]
  kernel.forEach((taps, i) => {
    views = views.flatMap(view =>
      Array.from({ length: taps }, (_, tap) => {
        const start = tap * dilations[i]!
        return view.slice({ [i + 2]: [start, start + (places[i]! - 1) * strides[i]! + 1, strides[i]!] })
      }),
    )
  })
  return views
}

/** A convolution as one product of matrices, over all taps at once. */
export function convolution(x: Tensor, w: Tensor, params: ConvParams): Tensor {
  const { groups } = params
  const [outputs, inputs, ...kernel] = w.shape as [number, number, ...number[]]
  const batch = x.shape[0]!
  const places = convOutputLengths(x.shape.slice(2), kernel, params)
  const grouped = tapViews(x, kernel, params).map(view => view.reshape([batch, groups, inputs, sizeOf(places)]))
  const columns = join.bind(grouped, { axis: 2 })[0]!
  // weights in the columns' order: tap by tap, channel by channel
  const taps = kernel.reduce((product, n) => product * n, 1)
  const rows = w.reshape([groups, outputs / groups, inputs, taps]).transpose([0, 1, 3, 2])
  const matrix = rows.reshape([1, groups, outputs / groups, taps * inputs])
  return matmul.bind([matrix, columns], plain)[0]!.reshape([batch, outputs, ...places])
}

/** The weights' cotangent, tap by tap: output cotangent times the samples the tap saw, summed over the batch. */
export function weightGradient(x: Tensor, cotangent: Tensor, params: ConvGradientParams): Tensor {
  const { groups, lengths: kernel } = params
  const batch = x.shape[0]!
  const outputs = cotangent.shape[1]! / groups
  const inputs = x.shape[1]! / groups
  const places = sizeOf(cotangent.shape.slice(2))
  const rows = cotangent.reshape([batch, groups, outputs, places])
  const taps = tapViews(x, kernel, params).map(view => {
    const samples = view.reshape([batch, groups, inputs, places])
    const products = matmul.bind([rows, samples], { transposeA: false, transposeB: true })[0]!
    return products.sum({ axes: 0 }).reshape([groups * outputs, inputs, 1])
  })
  return join.bind(taps, { axis: 2 })[0]!.reshape([groups * outputs, inputs, ...kernel])
}

/** Whether the input's cotangent is better made by a convolution with the turned kernel than by ConvTranspose. */
export function prefersFlippedConv(y: Tensor, { strides }: ConvGradientParams, target: Target): boolean {
  void target
  return y.dtype === 'float64' || strides.every(stride => stride === 1)
}

/** The input's cotangent as a convolution of the output's, spread by the strides, with the kernel turned round. */
export function flippedConv(y: Tensor, w: Tensor, params: ConvGradientParams): Tensor {
  const { strides, dilations, low, groups, lengths } = params
  const [outputs, inputs, ...kernel] = w.shape as [number, number, ...number[]]
  const before = kernel.map((taps, i) => (taps - 1) * dilations[i]! - low[i]!)
  const after = lengths.map((n, i) => {
    const spread = (y.shape[i + 2]! - 1) * strides[i]! + 1
    return n + (kernel[i]! - 1) * dilations[i]! - before[i]! - spread
  })
  // a kernel that sticks out less than the padding cuts the cotangent instead of padding it
  const cut = Object.fromEntries(
    before.flatMap((n, i) => {
      const spread = (y.shape[i + 2]! - 1) * strides[i]! + 1
      return n < 0 || after[i]! < 0 ? [[i + 2, [Math.max(0, -n), spread + Math.min(0, after[i]!)] as const]] : []
    }),
  )
  const interior = [0, 0, ...strides.map(stride => stride - 1)]
  const zero = y.shape.map(() => 0)
  const spread = interior.some(n => n > 0) ? pad.bind([y], { low: zero, high: zero, interior, value: 0 })[0]! : y
  const turned = w
    .reshape([groups, outputs / groups, inputs, ...kernel])
    .transpose([0, 2, 1, ...kernel.map((_, i) => i + 3)])
    .flip(kernel.map((_, i) => i + 3))
    .reshape([groups * inputs, outputs / groups, ...kernel])
  return conv.bind([spread.slice(cut), turned], {
    strides: strides.map(() => 1),
    dilations,
    low: before.map(n => Math.max(0, n)),
    high: after.map(n => Math.max(0, n)),
    groups,
  })[0]!
}
