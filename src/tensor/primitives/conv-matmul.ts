import type { Target } from '../onnx/lowering.ts'
import { sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { type ConvGradientParams, type ConvParams, conv } from './conv.ts'
import { convOutputLengths } from './conv-geometry.ts'
import { matmul } from './matmul.ts'
import { concat as join } from './movement.ts'
import { pad } from './slicing.ts'

const plain = { transposeA: false, transposeB: false }

/** What a tap sees of each axis: this much more (less, where negative) than the samples at both ends, in steps. */
interface View {
  readonly ahead: readonly number[]
  readonly behind: readonly number[]
  readonly strides: readonly number[]
}

/** The samples each tap of a kernel sees at all its places: one [batch, channels, places…] a tap. */
function tapViews(
  x: Tensor,
  kernel: readonly number[],
  params: ConvParams,
  viewOf: (x: Tensor, view: View) => Tensor = paddedView,
): Tensor[] {
  const { strides, dilations, low } = params
  const lengths = x.shape.slice(2)
  const places = convOutputLengths(lengths, kernel, params)
  return tapsOf(kernel).map(tap => {
    const ahead = tap.map((index, i) => low[i]! - index * dilations[i]!)
    const behind = ahead.map((n, i) => (places[i]! - 1) * strides[i]! + 1 - lengths[i]! - n)
    const isWhole = [...ahead, ...behind].every(n => n === 0) && strides.every(stride => stride === 1)
    return isWhole ? x : viewOf(x, { ahead, behind, strides })
  })
}

function paddedView(x: Tensor, { ahead, behind, strides }: View): Tensor {
  const interior = x.shape.map(() => 0)
  const seen = pad.bind([x], { low: [0, 0, ...ahead], high: [0, 0, ...behind], interior, value: 0 })[0]!
  if (strides.every(stride => stride === 1)) return seen
  return seen.slice(Object.fromEntries(strides.map((stride, i) => [i + 2, [null, null, stride] as const])))
}

/** Longest kernel that a view is taken by, and shortest series: each has a price of its own. */
const longestShift = 16
const shortestSeries = 256

/**
 * A view by a convolution of each channel with a kernel that is 1 at one place: ONNX Runtime convolves in all threads, but
 * pads and slices in one. A sample that is not finite spoils its neighbours, so only for what is summed over all samples.
 */
function convolvedView(x: Tensor, view: View): Tensor {
  const [ahead, behind, stride] = [view.ahead[0]!, view.behind[0]!, view.strides[0]!]
  const taps = Math.max(0, -ahead) + Math.max(0, -behind) + 1
  if (taps > longestShift || x.shape[2]! < shortestSeries) return paddedView(x, view)
  const channels = x.shape[1]!
  const kernel = new Float32Array(channels * taps)
  for (let channel = 0; channel < channels; channel++) kernel[channel * taps + Math.max(0, -ahead)] = 1
  const ends = { low: [Math.max(0, ahead)], high: [Math.max(0, behind)] }
  const params = { strides: [stride], dilations: [1], groups: channels, ...ends }
  return conv.bind([x, Tensor.of(kernel, [channels, 1, taps])], params)[0]!
}

/** The multi-index of every tap of a kernel, row-major. */
const tapsOf = (kernel: readonly number[]): number[][] =>
  kernel.reduce<number[][]>((taps, n) => taps.flatMap(tap => Array.from({ length: n }, (_, i) => [...tap, i])), [[]])

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
export function weightGradient(x: Tensor, cotangent: Tensor, params: ConvGradientParams, target?: Target): Tensor {
  const { groups, lengths: kernel } = params
  const isConvolved = target?.provider === 'cpu' && x.dtype === 'float32' && kernel.length === 1
  const batch = x.shape[0]!
  const outputs = cotangent.shape[1]! / groups
  const inputs = x.shape[1]! / groups
  const places = sizeOf(cotangent.shape.slice(2))
  const grouped = groups === 1 ? [batch] : [batch, groups]
  const rows = cotangent.reshape([...grouped, outputs, places])
  const taps = tapViews(x, kernel, params, isConvolved ? convolvedView : paddedView).map(view => {
    const samples = view.reshape([...grouped, inputs, places])
    const products = matmul.bind([rows, samples], { transposeA: false, transposeB: true })[0]!
    return products.sum({ axes: 0 }).reshape([groups * outputs, inputs, 1])
  })
  return join.bind(taps, { axis: 2 })[0]!.reshape([groups * outputs, inputs, ...kernel])
}

/**
 * The input's cotangent by whichever is fastest: with strides in float32, and 1-D, phase by phase; otherwise one
 * convolution with the turned kernel. ONNX Runtime's ConvTranspose is slower than either (bench `engine`).
 */
export function inputGradient(y: Tensor, w: Tensor, params: ConvGradientParams): Tensor {
  const { strides, dilations } = params
  const isStrided = strides.some(stride => stride > 1)
  return isStrided && strides.length === 1 && dilations[0] === 1 ? phasedConv(y, w, params) : flippedConv(y, w, params)
}

/**
 * The input's cotangent where the output was made in strides: sample t gets only the taps k with t + low - k a multiple
 * of the stride, so the samples of each remainder are a dense convolution with every stride-th tap; interleaved, they
 * are all samples.
 */
function phasedConv(y: Tensor, w: Tensor, params: ConvGradientParams): Tensor {
  const { strides, low, groups, lengths } = params
  const [stride, before, length] = [strides[0]!, low[0]!, lengths[0]!]
  const [outputs, inputs, taps] = w.shape as [number, number, number]
  const shape = [y.shape[0]!, groups * inputs, Math.ceil(length / stride), 1]
  const places = shape[2]!
  const phases = Array.from({ length: stride }, (_, phase) => {
    const first = (phase + before) % stride
    if (first >= taps) return y.like(0).reshape([1, 1, 1, 1]).broadcastTo(shape)
    const kernel = w.slice({ 2: [first, taps, stride] })
    const count = kernel.shape[2]!
    const turned = kernel
      .reshape([groups, outputs / groups, inputs, count])
      .transpose([0, 2, 1, 3])
      .flip(3)
      .reshape([groups * inputs, outputs / groups, count])
    // place j sums the output's samples q - row with q = (phase + before - first) / stride + j
    const ahead = count - 1 - Math.floor((phase + before) / stride)
    const behind = places - y.shape[2]! - ahead + count - 1
    const cut = y.slice({ 2: [Math.max(0, -ahead), y.shape[2]! + Math.min(0, behind)] })
    const around = { low: [Math.max(0, ahead)], high: [Math.max(0, behind)] }
    return conv.bind([cut, turned], { strides: [1], dilations: [1], groups, ...around })[0]!.reshape(shape)
  })
  const interleaved = join.bind(phases, { axis: 3 })[0]!.reshape([shape[0]!, shape[1]!, places * stride])
  return interleaved.slice({ 2: [0, length] })
}

/** The input's cotangent as a convolution of the output's, spread by the strides, with the kernel turned round. */
function flippedConv(y: Tensor, w: Tensor, params: ConvGradientParams): Tensor {
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
