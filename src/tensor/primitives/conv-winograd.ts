import type { Target } from '../onnx/lowering.ts'
import type { Shape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import type { ConvParams } from './conv.ts'
import { matmul } from './matmul.ts'
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
const [a2, b2] = [a * a, b * b]
const both = a2 + b2

/** Places of a tile. */
const places = 4

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

/** One tensor a point: 0, a, -a, b, -b, infinity. */
type Points = readonly [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]

/** The sums and differences that a pair of points ±p makes of an even and an odd part. */
const pair = (even: Tensor, odd: Tensor): [Tensor, Tensor] => [even.add(odd), even.sub(odd)]

export function tiledConv(x: Tensor, w: Tensor): Tensor {
  const u = tapsAtPoints(w)
  const v = samplesAtPoints(x)
  const [m0, mA, mA_, mB, mB_, mInf] = u.map((taps, p) => product(taps, v[p]!)) as unknown as Points
  const [evenA, oddA] = pair(mA, mA_)
  const [evenB, oddB] = pair(mB, mB_)
  const y = [
    m0.add(evenA).add(evenB),
    oddA.mul(a).add(oddB.mul(b)),
    evenA.mul(a2).add(evenB.mul(b2)),
    oddA
      .mul(a2 * a)
      .add(oddB.mul(b2 * b))
      .add(mInf),
  ]
  return fromPhases(y, x)
}

/** The cotangent of the input. */
export function tiledInputGradient(y: Tensor, w: Tensor): Tensor {
  const u = tapsAtPoints(w)
  const dm = cotangentsAtPoints(y)
  const [v0, vA, vA_, vB, vB_, vInf] = u.map((taps, p) => product(taps, dm[p]!, true)) as unknown as Points
  const [evenA, oddA] = pair(vA, vA_)
  const [evenB, oddB] = pair(vB, vB_)
  const [slopeA, slopeB] = [oddA.mul(a), oddB.mul(b)]
  const d1 = vInf.sub(slopeA.mul(b2)).sub(slopeB.mul(a2))
  const d2 = v0.mul(-both).sub(evenA.mul(b2)).sub(evenB.mul(a2))
  const d3 = slopeA.add(slopeB).sub(vInf.mul(both))
  const d4 = v0.add(evenA).add(evenB)
  const batch = y.shape[0]!
  // the first and last sample of a tile lie in the neighbours'
  return fromPhases([d1.add(later(vInf, batch)), d2, d3, d4.add(earlier(v0, batch))], y)
}

/** The cotangent of the taps. */
export function tiledWeightGradient(x: Tensor, y: Tensor): Tensor {
  const v = samplesAtPoints(x)
  const dm = cotangentsAtPoints(y)
  const products = dm.map((each, p) => matmul.bind([each, v[p]!], { transposeA: false, transposeB: true })[0]!)
  const [u0, uA, uA_, uB, uB_, uInf] = products as unknown as Points
  const [evenA, oddA] = pair(uA, uA_)
  const [evenB, oddB] = pair(uB, uB_)
  const taps = [
    u0.add(evenA.mul(1 / slopeAtA)).add(evenB.mul(1 / slopeAtB)),
    oddA.mul(a / slopeAtA).add(oddB.mul(b / slopeAtB)),
    evenA
      .mul(a2 / slopeAtA)
      .add(evenB.mul(b2 / slopeAtB))
      .add(uInf),
  ]
  return concat.bind(
    taps.map(tap => tap.expandAxis(2)),
    { axis: 2 },
  )[0]!
}

/** M'(p), the same at p and -p; at 0 it is 1. */
const slopeAtA = 2 * a2 * (a2 - b2)
const slopeAtB = 2 * b2 * (b2 - a2)

function tapsAtPoints(w: Tensor): Points {
  const [w0, w1, w2] = [0, 1, 2].map(tap => w.slice({ 2: tap })) as [Tensor, Tensor, Tensor]
  const at = (p: number, slope: number) => pair(w0.mul(1 / slope).add(w2.mul((p * p) / slope)), w1.mul(p / slope))
  return [w0, ...at(a, slopeAtA), ...at(b, slopeAtB), w2]
}

/** [channels, batch tiles] a point: the channels before the batch, so that all tiles are columns of one product. */
function samplesAtPoints(x: Tensor): Points {
  const batch = x.shape[0]!
  const [d1, d2, d3, d4] = phasesOf(x)
  const [d0, d5] = [later(d4, batch), earlier(d1, batch)]
  const at = (p: number, other: number) => pair(d4.sub(d2.mul(other)), d3.sub(d1.mul(other)).mul(p))
  return [d0.add(d4).sub(d2.mul(both)), ...at(a, b2), ...at(b, a2), d1.add(d5).sub(d3.mul(both))]
}

function cotangentsAtPoints(y: Tensor): Points {
  const [y0, y1, y2, y3] = phasesOf(y)
  const at = (p: number) => pair(y0.add(y2.mul(p * p)), y1.add(y3.mul(p * p)).mul(p))
  return [y0, ...at(a), ...at(b), y3]
}

type Phases = readonly [Tensor, Tensor, Tensor, Tensor]

/** Every fourth sample from each of the first four on, [channels, batch tiles]; zeros fill the last tile. */
function phasesOf(x: Tensor): Phases {
  const [batch, channels, samples] = x.shape as [number, number, number]
  const tiles = Math.ceil(samples / places)
  const missing = tiles * places - samples
  const whole = missing === 0 ? x : padded(x, 0, missing)
  const tiled = whole.transpose([1, 0, 2]).reshape([channels, batch * tiles, places])
  return Array.from({ length: places }, (_, phase) => tiled.slice({ 2: phase })) as unknown as Phases
}

/** The inverse of `phasesOf`, to a tensor of as many samples as the given one. */
function fromPhases(
  phases: readonly Tensor[],
  { shape: [batch, , samples] }: { readonly shape: readonly number[] },
): Tensor {
  const [channels, columns] = phases[0]!.shape as [number, number]
  const joined = concat.bind(
    phases.map(phase => phase.expandAxis(2)),
    { axis: 2 },
  )[0]!
  const rows = joined.reshape([channels, batch!, (columns / batch!) * places]).slice({ 2: [0, samples!] })
  return rows.transpose([1, 0, 2])
}

/** Each tile's value handed to the next tile of its series, zero to the first. */
const later = (phase: Tensor, batch: number): Tensor => shifted(phase, batch, 1)

/** Each tile's value handed to the tile before, zero to the last. */
const earlier = (phase: Tensor, batch: number): Tensor => shifted(phase, batch, -1)

function shifted(phase: Tensor, batch: number, by: number): Tensor {
  const [channels, columns] = phase.shape as [number, number]
  return padded(phase.reshape([channels, batch, columns / batch]), by, -by).reshape([channels, columns])
}

/** Zeros before and after the last of three axes; samples cut off where negative. */
const padded = (x: Tensor, before: number, after: number): Tensor =>
  pad.bind([x], { low: [0, 0, before], high: [0, 0, after], interior: [0, 0, 0], value: 0 })[0]!

const product = (taps: Tensor, columns: Tensor, transposeA = false): Tensor =>
  matmul.bind([taps, columns], { transposeA, transposeB: false })[0]!
