import type { Target } from '../onnx/lowering.ts'
import type { Shape } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import type { ConvParams } from './conv.ts'
import { type MatmulParams, matmul } from './matmul.ts'
import { concat } from './movement.ts'
import { pad } from './slicing.ts'

/**
 * Convolutions of three taps by Toom's and Cook's algorithm F(4, 3) (Winograd 1980; Lavin and Gray 2016,
 * arXiv:1509.09308): four places from six samples with six products a pair of channels instead of twelve.
 *
 * With points p = 0, ±a, ±b and infinity, and M(x) = x (x² - a²) (x² - b²), a tile d of six samples and the taps w become
 *
 *     v_p = coefficients of M(x) / (x - p) times d    u_p = (w0 + p w1 + p² w2) / M'(p)    y_i = sum over p of p^i u_p v_p
 *
 * and those at infinity v = coefficients of M times d, u = w2, added to y_3. The points ±2/3 and ±3/2 lose fewer digits than
 * the usual ±1 and ±2: at 512 channels the error's root mean square is 2.2 times that of adding all products, with the
 * usual ones 3.3 times (Barabasz et al. 2018, arXiv:1803.10986, look for such points). That ab = 1 makes some factors 1.
 *
 * A sample that is not finite spoils its tile and its neighbours.
 */
const [a, b] = [2 / 3, 3 / 2]
const points = [0, a, -a, b, -b] as const

const matrix = (rows: readonly (readonly number[])[]): Tensor =>
  Tensor.of(Float32Array.from(rows.flat()), [rows.length, rows[0]!.length])

/** Coefficients of (x² - a²) (x² - b²), in which a² b² is 1. */
const quartic = [1, 0, -(a * a + b * b), 0, 1] as const

/** M(x) / (x - p), the constant first. For p = ±a it is (x² + p x) (x² - b²), and the other way round. */
function quotient(p: number): number[] {
  if (p === 0) return [...quartic, 0]
  const other = 1 / (p * p)
  return [0, -p * other, -other, p, 1, 0]
}

/** From a tile's samples to the points. */
const ofSamples = matrix([...points.map(quotient), [0, ...quartic]])

/** From a kernel's taps to the points: divided by M'(p), the quotient's value at p. */
const ofTaps = matrix([
  ...points.map(p => {
    const slope = quotient(p).reduceRight((sum, coefficient) => sum * p + coefficient, 0)
    return [1 / slope, p / slope, (p * p) / slope]
  }),
  [0, 0, 1],
])

/** From the points to a tile's places. */
const toPlaces = matrix([0, 1, 2, 3].map(i => [...points.map(p => p ** i), i === 3 ? 1 : 0]))

/** Places of a tile. */
const size = toPlaces.shape[0]!

/** Fewer channels than this leave so little to multiply that the transforms cost more than they save. */
const fewestChannels = 128

/** Whether a convolution of [batch, channels, samples] is made by tiles: where that is faster, on processors. */
export const isTiled = (
  { dtype }: Tensor,
  [outputs, inputs, ...kernel]: Shape,
  { strides, dilations, low, high, groups }: ConvParams,
  target?: Target,
): boolean =>
  target?.provider === 'cpu' &&
  dtype === 'float32' &&
  kernel.length === 1 &&
  kernel[0] === 3 &&
  Math.min(outputs!, inputs!) >= fewestChannels &&
  groups === 1 &&
  [strides[0], dilations[0], low[0], high[0]].every(n => n === 1)

/** y = A (G w B d), products at each point. */
export function tiledConv(x: Tensor, w: Tensor): Tensor {
  const products = product(tapsAtPoints(w), samplesAtPoints(x))
  return inTurn(parts(transformed(toPlaces, products)), x)
}

/** The cotangent of the input. */
export function tiledInputGradient(y: Tensor, w: Tensor): Tensor {
  const atPoints = product(tapsAtPoints(w), cotangentsAtPoints(y), { transposeA: true })
  const [before, first, second, third, last, after] = parts(transformed(ofSamples, atPoints, { transposeA: true })) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ]
  const batch = y.shape[0]!
  return inTurn([first.add(shifted(after, batch, 1)), second, third, last.add(shifted(before, batch, -1))], y)
}

/** The cotangent of the taps. */
export function tiledWeightGradient(x: Tensor, y: Tensor): Tensor {
  const products = product(cotangentsAtPoints(y), samplesAtPoints(x), { transposeB: true })
  return transformed(ofTaps, products, { transposeA: true }).transpose([1, 2, 0])
}

/** [points, outputs, inputs] */
const tapsAtPoints = (w: Tensor): Tensor => transformed(ofTaps, w.transpose([2, 0, 1]))

/** [points, channels, batch tiles] */
function samplesAtPoints(x: Tensor): Tensor {
  const tiles = tiled(x)
  const batch = x.shape[0]!
  const [first, last] = [tiles.slice({ 0: [0, 1] }), tiles.slice({ 0: [size - 1, size] })]
  const seen = [shifted(last, batch, 1), tiles, shifted(first, batch, -1)]
  return transformed(ofSamples, concat.bind(seen, { axis: 0 })[0]!)
}

/** [points, channels, batch tiles] */
const cotangentsAtPoints = (y: Tensor): Tensor => transformed(toPlaces, tiled(y), { transposeA: true })

/**
 * Samples by their place in a tile, zeros behind the last: [places, channels, batch tiles]. The channels come before the
 * batch, so that all tiles are columns of one product.
 */
function tiled(x: Tensor): Tensor {
  const [batch, channels, samples] = x.shape as [number, number, number]
  const tiles = Math.ceil(samples / size)
  const whole = padded(x, 0, tiles * size - samples)
  return whole
    .transpose([1, 0, 2])
    .reshape([channels, batch * tiles, size])
    .transpose([2, 0, 1])
}

/** The inverse of `tiled`, of places that are tensors of their own, cut to as many samples as a tensor has. */
function inTurn(places: readonly Tensor[], { shape: [batch, , samples] }: { readonly shape: Shape }): Tensor {
  const [, channels, columns] = places[0]!.shape as [number, number, number]
  const columnsOf = places.map(place => place.reshape([channels, columns, 1]))
  const series = concat.bind(columnsOf, { axis: 2 })[0]!.reshape([channels, batch!, (columns / batch!) * size])
  return series.slice({ 2: [0, samples!] }).transpose([1, 0, 2])
}

/** What each tile has, handed to the one `by` tiles later in its series; zero to those that nothing comes to. */
function shifted(values: Tensor, batch: number, by: number): Tensor {
  const [one, channels, columns] = values.shape as [number, number, number]
  const series = values.reshape([one * channels, batch, columns / batch])
  return padded(series, by, -by).reshape(values.shape)
}

/** Zeros before and after the last of three axes; samples cut off where negative. */
const padded = (x: Tensor, before: number, after: number): Tensor =>
  before === 0 && after === 0
    ? x
    : pad.bind([x], { low: [0, 0, before], high: [0, 0, after], interior: [0, 0, 0], value: 0 })[0]!

/** A matrix, or its transpose, applied along axis 0. */
function transformed(by: Tensor, x: Tensor, options: Partial<MatmulParams> = {}): Tensor {
  const rows = x.reshape([x.shape[0]!, x.size / x.shape[0]!])
  const result = product(by, rows, options)
  return result.reshape([result.shape[0]!, ...x.shape.slice(1)])
}

const parts = (x: Tensor): Tensor[] => Array.from({ length: x.shape[0]! }, (_, i) => x.slice({ 0: [i, i + 1] }))

const product = (left: Tensor, right: Tensor, options: Partial<MatmulParams> = {}): Tensor =>
  matmul.bind([left, right], { transposeA: false, transposeB: false, ...options })[0]!
