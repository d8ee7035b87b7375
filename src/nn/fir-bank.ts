import { type Key, normal, QuadrupoleError, split } from '../core/index.ts'
import { Complex, concat, conv1d, fft, ifft, type Tensor, tensor } from '../tensor/index.ts'

export interface FirBankOptions {
  /** From one place to the next; 1 by default. */
  readonly stride?: number
  /** By sums over the taps or by Fourier transforms; the cheaper one by default. */
  readonly method?: 'direct' | 'fourier'
}

/**
 * Complex filters drawn at random, each of unit norm on average, so that white input of unit variance gives output of
 * unit variance. float32.
 *
 * @returns [filters, taps], or [detectors, filters, taps] for banks of their own.
 */
export function initialFirBank(
  key: Key,
  { filters, taps, detectors }: { readonly filters: number; readonly taps: number; readonly detectors?: number },
): Complex {
  const shape = detectors === undefined ? [filters, taps] : [detectors, filters, taps]
  const [re, im] = split(key).map(own =>
    tensor(
      Float32Array.from(normal(own, (detectors ?? 1) * filters * taps, { standardDeviation: Math.sqrt(0.5 / taps) })),
      { shape },
    ),
  ) as [Tensor, Tensor]
  return new Complex(re, im)
}

/**
 * A bank of complex filters over complex series, as the matched filter has it: y[t] = sum_k x[t + k] conj(h[k]). The
 * filters are parameters like any others: gradients flow to them, and templates may be what they begin with.
 *
 * @param x [batch, detectors, samples]
 * @param bank [filters, taps], the same for all detectors, or [detectors, filters, taps]
 * @returns [batch, detectors, filters, places], places = floor((samples - taps) / stride) + 1, no padding
 * @throws `shape` where the filters don't fit the series.
 */
export function firBank(x: Complex, bank: Complex, options: FirBankOptions = {}): Complex {
  const [, detectors, samples] = x.shape
  const [filters, taps] = bank.shape.slice(-2)
  if (x.rank !== 3 || bank.rank < 2 || bank.rank > 3 || (bank.rank === 3 && bank.shape[0] !== detectors))
    throw new QuadrupoleError(
      'shape',
      `nn.firBank: expected series [batch, detectors, samples] and a bank [filters, taps] or [detectors, filters, taps], got [${x.shape}] and [${bank.shape}]`,
    )
  if (taps! > samples!)
    throw new QuadrupoleError('shape', `nn.firBank: ${taps} taps are more than ${samples} samples; use longer windows`)
  const { stride = 1, method = cheaper(samples!, taps!, filters!, stride) } = options
  return method === 'direct' ? bySums(x, bank, stride) : byFourier(x, bank, stride)
}

/** One real convolution: [re, im] of a detector are its channels, the filters' real and imaginary parts its outputs. */
function bySums(x: Complex, bank: Complex, stride: number): Complex {
  const [batch, detectors, samples] = x.shape as [number, number, number]
  const [filters, taps] = bank.shape.slice(-2) as [number, number]
  const isShared = bank.rank === 2
  const { re, im } = bank.mapParts(part => part.reshape([isShared ? 1 : detectors, 1, filters, 1, taps]))
  // (a + ib)(c - id) = ac + bd + i (bc - ad)
  const weights = concat([concat([re, im], { axis: 3 }), concat([im.neg(), re], { axis: 3 })], { axis: 1 })
  const series = concat([x.re.expandAxis(2), x.im.expandAxis(2)], { axis: 2 })
  const [rows, groups] = isShared ? [batch * detectors, 1] : [batch, detectors]
  const sums = conv1d(series.reshape([rows, 2 * groups, samples]), weights.reshape([-1, 2, taps]), { stride, groups })
  const parts = sums.reshape([batch, detectors, 2, filters, sums.shape[2]!])
  return new Complex(parts.slice({ 2: 0 }), parts.slice({ 2: 1 }))
}

/**
 * The circular correlation, whose places below samples - taps + 1 don't wrap. Of every stride-th place alone the spectrum
 * is the whole one folded into 1 / stride of the bins.
 */
function byFourier(x: Complex, bank: Complex, stride: number): Complex {
  const [, , samples] = x.shape as [number, number, number]
  const taps = bank.shape.at(-1)!
  const places = placesOf(samples, taps, stride)
  const length = goodLength(Math.ceil(samples / stride))
  const n = length * stride
  const spectrum = fft(x, { n }).expandAxis(2)
  const product = spectrum.mul(fft(bank, { n }).conj())
  const folded =
    stride === 1 ? product : product.reshape([...product.shape.slice(0, 3), stride, length]).mean({ axes: 3 })
  return ifft(folded).slice({ 3: [0, places] })
}

const placesOf = (samples: number, taps: number, stride: number): number => Math.floor((samples - taps) / stride) + 1

/** The next length of the form 2^k, 3 · 2^k or 5 · 2^k, which transforms are quick for. */
function goodLength(samples: number): number {
  const powers = [1, 3, 5].map(factor => factor * 2 ** Math.max(0, Math.ceil(Math.log2(samples / factor))))
  return Math.min(...powers)
}

/** Multiplications of both ways for one series, those of a transform as the products of matrices that graphs use. */
function cheaper(samples: number, taps: number, filters: number, stride: number): 'direct' | 'fourier' {
  const direct = 4 * filters * taps * placesOf(samples, taps, stride)
  const length = goodLength(Math.ceil(samples / stride))
  const transform = (n: number) => 8 * n * Math.sqrt(n)
  const product = 4 * filters * length * stride
  return direct <= transform(length * stride) + product + filters * transform(length) ? 'direct' : 'fourier'
}
