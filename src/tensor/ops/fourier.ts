import { QuadrupoleError } from '../../core/index.ts'
import { Complex } from '../complex.ts'
import type { DType } from '../dtype.ts'
import * as fourier from '../primitives/fourier.ts'
import { noParams } from '../primitives/rules.ts'
import { normalizeAxes, normalizeAxis } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { complex } from './complex.ts'
import { tensor } from './create.ts'
import { requireFloat } from './elementwise.ts'

/**
 * Where transforms divide by n: 'backward' the inverse, 'forward' the forward one, 'ortho' both by sqrt(n); as in
 * `numpy.fft`.
 */
export type FourierNorm = 'backward' | 'ortho' | 'forward'

export interface FourierOptions {
  /** Samples to transform: the axis is cut, or zeros are put behind it. Its length by default. */
  readonly n?: number
  /** The axis to transform; the last by default. */
  readonly axis?: number
  /** 'backward' by default. */
  readonly norm?: FourierNorm
}

/**
 * Bins 0 … n/2 of the Fourier transform sum_t x_t exp(-2πi k t / n) of real samples along an axis, floor(n/2) + 1 of
 * them. Any n; differentiable any number of times.
 *
 * @throws `dtype` unless x is float, `argument` for an n below 1 or an unknown norm.
 * @example
 * rfft(tensor([1, 2, 3, 4])).re // [10, -2, -2]
 */
export function rfft(x: Tensor, options: FourierOptions = {}): Complex {
  requireFloat('rfft', x)
  const axis = normalizeAxis('rfft', options.axis ?? -1, x.rank)
  const n = countOf('rfft', options.n ?? x.shape[axis]!)
  const [re, im] = fourier.rfft.bind([fitted(moved(x, axis, -1), n)], noParams)
  return placed(new Complex(re!, im!), axis, forwardScale('rfft', n, options.norm))
}

/**
 * n real samples along an axis of their bins 0 … n/2: the inverse of `rfft`. Without `n`, 2 (bins - 1): an odd number of
 * samples must be said. Missing bins count as 0, excess ones are left out, as are imaginary parts of bins 0 and n/2.
 *
 * @throws as `rfft`.
 * @example
 * irfft(rfft(tensor([1, 2, 3])), { n: 3 }) // [1, 2, 3]
 */
export function irfft(z: Complex, options: FourierOptions = {}): Tensor {
  requireFloat('irfft', z.re)
  const axis = normalizeAxis('irfft', options.axis ?? -1, z.rank)
  const n = countOf('irfft', options.n ?? 2 * (z.shape[axis]! - 1))
  const { re, im } = z.mapParts(part => fitted(moved(part, axis, -1), Math.floor(n / 2) + 1))
  const scale = inverseScale('irfft', n, options.norm)
  const samples = scaled(fourier.irfft.bind([re, im], { n })[0]!, scale)
  return moved(samples, -1, axis)
}

/**
 * The Fourier transform sum_t z_t exp(-2πi k t / n) of complex (or real) samples along an axis: bins 0 … n - 1, those
 * from n/2 on being of negative frequency.
 *
 * @throws as `rfft`.
 */
export const fft = (z: Complex | Tensor, options: FourierOptions = {}): Complex => transformed('fft', z, options, false)

/**
 * The inverse of `fft`.
 *
 * @throws as `rfft`.
 */
export const ifft = (z: Complex | Tensor, options: FourierOptions = {}): Complex =>
  transformed('ifft', z, options, true)

function transformed(where: string, z: Complex | Tensor, options: FourierOptions, isInverse: boolean): Complex {
  const pair = z instanceof Complex ? z : complex(z)
  requireFloat(where, pair.re)
  const axis = normalizeAxis(where, options.axis ?? -1, z.rank)
  const n = countOf(where, options.n ?? z.shape[axis]!)
  const { re, im } = pair.mapParts(part => fitted(moved(part, axis, -1), n))
  const result = fourier.fft.bind([re, im], { isInverse })
  const scale = isInverse ? inverseScale(where, n, options.norm) : forwardScale(where, n, options.norm)
  return placed(new Complex(result[0]!, result[1]!), axis, scale)
}

function countOf(where: string, n: number): number {
  if (!Number.isInteger(n) || n < 1)
    throw new QuadrupoleError('argument', `${where}: n is ${n}; transforms take an integer number of samples from 1`)
  return n
}

/** As `moveAxis`, but without a copy where nothing moves. */
const moved = (x: Tensor, from: number, to: number): Tensor =>
  normalizeAxis('fft', from, x.rank) === normalizeAxis('fft', to, x.rank) ? x : x.moveAxis(from, to)

/** The last axis cut, or zeros behind it. */
function fitted(x: Tensor, n: number): Tensor {
  const length = x.shape.at(-1)!
  return length > n ? x.slice({ '-1': [0, n] }) : x.pad({ '-1': [0, n - length] })
}

const scaled = (x: Tensor, scale: number): Tensor => (scale === 1 ? x : x.mul(scale))

const placed = (z: Complex, axis: number, scale: number): Complex =>
  z.mapParts(part => moved(scaled(part, scale), -1, axis))

const forwardScale = (where: string, n: number, norm: FourierNorm = 'backward'): number =>
  scaleOf(where, norm, { backward: 1, ortho: 1 / Math.sqrt(n), forward: 1 / n })

/** Behind a primitive that divides by n. */
const inverseScale = (where: string, n: number, norm: FourierNorm = 'backward'): number =>
  scaleOf(where, norm, { backward: 1, ortho: Math.sqrt(n), forward: n })

function scaleOf(where: string, norm: FourierNorm, scales: Readonly<Record<FourierNorm, number>>): number {
  const scale = scales[norm]
  if (scale === undefined)
    throw new QuadrupoleError('argument', `${where}: norm '${norm}', expected ${Object.keys(scales).join(', ')}`)
  return scale
}

export interface FrequencyOptions {
  /** Between samples, in s for frequencies in Hz; 1 by default. */
  readonly spacing?: number
  /** float32 by default. */
  readonly dtype?: DType
}

/** The frequencies of `fft`'s bins for n samples `spacing` apart: 0, 1, … and then the negative ones, over n spacing. */
export function fftFrequencies(n: number, options: FrequencyOptions = {}): Tensor {
  const { spacing = 1, dtype = 'float32' } = options
  countOf('fftFrequencies', n)
  const bins = Float64Array.from({ length: n }, (_, k) => (2 * k < n ? k : k - n) / (n * spacing))
  return tensor(bins, { dtype })
}

/** The frequencies of `rfft`'s bins for n samples `spacing` apart: 0, 1, … floor(n/2), over n spacing. */
export function rfftFrequencies(n: number, options: FrequencyOptions = {}): Tensor {
  const { spacing = 1, dtype = 'float32' } = options
  countOf('rfftFrequencies', n)
  return tensor(
    Float64Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => k / (n * spacing)),
    { dtype },
  )
}

/** Bins in ascending order of frequency: bin 0 moved to the middle, along axes (all by default). */
export const fftShift = <T extends Complex | Tensor>(x: T, axes?: number | readonly number[]): T =>
  shifted('fftShift', x, axes, n => Math.floor(n / 2))

/** The inverse of `fftShift`; it differs from it for odd lengths. */
export const ifftShift = <T extends Complex | Tensor>(x: T, axes?: number | readonly number[]): T =>
  shifted('ifftShift', x, axes, n => -Math.floor(n / 2))

function shifted<T extends Complex | Tensor>(
  where: string,
  x: T,
  axes: number | readonly number[] | undefined,
  by: (n: number) => number,
): T {
  const roll = (part: Tensor): Tensor =>
    normalizeAxes(where, axes, part.rank).reduce((rolled, axis) => rolled.roll(by(part.shape[axis]!), { axis }), part)
  return (x instanceof Complex ? x.mapParts(roll) : roll(x as Tensor)) as T
}
