import type { Target } from '../onnx/lowering.ts'
import type { Tensor } from '../tensor.ts'
import { convolutionLength, isFactorable, needsFloat64 } from './fourier-plan.ts'
import { adjointStages, rotated, transformStages } from './fourier-stages.ts'
import { type FourierTables, type Sign, tablesFor } from './fourier-tables.ts'
import { concat } from './movement.ts'

/** Re and im as [rows, 2, n]. */
const planesOf = (re: Tensor, im: Tensor, rows: number, n: number): Tensor =>
  concat.bind([re.reshape([rows, 1, n]), im.reshape([rows, 1, n])], { axis: 1 })[0]!

/** Both planes of [rows, 2, bins], in the shape of what they came from. */
function partsOf(planes: Tensor, leading: readonly number[]): [Tensor, Tensor] {
  const shape = [...leading, planes.shape[2]!]
  return [planes.slice({ 1: 0 }).reshape(shape), planes.slice({ 1: 1 }).reshape(shape)]
}

/** Runs in float64 where float32 sums would lose digits and the target has float64. */
function inPrecisionOf(
  inputs: readonly Tensor[],
  n: number,
  target: Target,
  run: (inputs: readonly Tensor[], tables: FourierTables) => readonly Tensor[],
): readonly Tensor[] {
  const dtype = inputs[0]!.dtype as 'float32' | 'float64'
  if (dtype === 'float64' || target.provider === 'webgpu' || !needsFloat64(n))
    return run(inputs, tablesFor(target, dtype))
  const results = run(
    inputs.map(input => input.cast('float64')),
    tablesFor(target, 'float64'),
  )
  return results.map(result => result.cast('float32'))
}

const rowsOf = (x: Tensor): number => x.shape.slice(0, -1).reduce((product, length) => product * length, 1)

/** Bins 0 .. n / 2 of real samples along the last axis, in terms of matrix products. */
export function realTransform(x: Tensor, target: Target): readonly Tensor[] {
  const n = x.shape.at(-1)!
  const [rows, leading, bins] = [rowsOf(x), x.shape.slice(0, -1), Math.floor(n / 2) + 1]
  return inPrecisionOf([x], n, target, ([samples], tables) => {
    const planes = samples!.reshape([rows, 1, n])
    const options = { tables, sign: -1, bins } as const
    return partsOf(isFactorable(n) ? transformStages(planes, options) : chirped(planes, options), leading)
  })
}

/** n real samples of bins 0 .. n / 2. */
export function inverseRealTransform(re: Tensor, im: Tensor, n: number, target: Target): readonly Tensor[] {
  const [rows, leading, bins] = [rowsOf(re), re.shape.slice(0, -1), Math.floor(n / 2) + 1]
  return inPrecisionOf([re, im], n, target, ([a, b], tables) => {
    const planes = planesOf(a!, b!, rows, bins).mul(tables.weights(n, 1 / n))
    if (isFactorable(n)) return [adjointStages(planes, n, { tables, sign: -1 }).reshape([...leading, n])]
    const whole = chirped(planes.pad({ 2: [0, n - bins] }), { tables, sign: 1, bins: n })
    return [whole.slice({ 1: 0 }).reshape([...leading, n])]
  })
}

/** The transform of complex samples along the last axis; its inverse is divided by n. */
export function complexTransform(re: Tensor, im: Tensor, isInverse: boolean, target: Target): readonly Tensor[] {
  const n = re.shape.at(-1)!
  const [rows, leading] = [rowsOf(re), re.shape.slice(0, -1)]
  const scale = isInverse ? 1 / n : 1
  return inPrecisionOf([re, im], n, target, ([a, b], tables) => {
    const planes = planesOf(a!, b!, rows, n)
    const options = { tables, sign: isInverse ? 1 : -1, bins: n } as const
    if (isFactorable(n)) return partsOf(transformStages(planes, { ...options, scale }), leading)
    const spectrum = chirped(planes, options)
    return partsOf(isInverse ? spectrum.mul(scale) : spectrum, leading)
  })
}

interface ChirpOptions {
  readonly tables: FourierTables
  readonly sign: Sign
  readonly bins: number
}

/**
 * The transform of any length n as a convolution with a chirp, of a length with small factors only (L. I. Bluestein,
 * IEEE Trans. Audio Electroacoust. 18, 1970): [rows, parts, n] to [rows, 2, bins].
 */
function chirped(x: Tensor, { tables, sign, bins }: ChirpOptions): Tensor {
  const [rows, parts, n] = x.shape as [number, number, number]
  const length = convolutionLength(2 * n - 1)
  const chirp = tables.chirp(n, sign)
  const turned =
    parts === 1
      ? concat.bind([x.mul(chirp.re), x.mul(chirp.im)], { axis: 1 })[0]!
      : rotated(x.reshape([rows, 1, 2 * n]), chirp).reshape([rows, 2, n])
  const spectrum = transformStages(turned.pad({ 2: [0, length - n] }), { tables, sign: -1 })
  const filtered = rotated(spectrum.reshape([rows, 1, 2 * length]), tables.chirpSpectrum(n, length, sign))
  const convolved = transformStages(filtered.reshape([rows, 2, length]), { tables, sign: 1, bins })
  const ofBins = { re: chirp.re.slice({ 1: [0, bins] }), im: chirp.im.slice({ 1: [0, bins] }) }
  return rotated(convolved.reshape([rows, 1, 2 * bins]), ofBins).reshape([rows, 2, bins])
}
