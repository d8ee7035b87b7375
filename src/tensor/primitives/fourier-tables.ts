import { allocate, type FloatDType, type NumberStorage } from '../dtype.ts'
import { fft } from '../fft/index.ts'
import { rootOfUnity } from '../fft/roots.ts'
import type { Target } from '../onnx/lowering.ts'
import { type Shape, sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'

/** -1 for exp(-2 pi i k t / n), 1 for the conjugate. */
export type Sign = -1 | 1

/** Real parts and imaginary parts of a table, [rows, columns]. */
export interface ComplexTable {
  readonly re: Tensor
  readonly im: Tensor
}

/** Which of a split's factors a table is for. */
export interface Split {
  /** The product of the factors before, and of this one. */
  readonly done: number
  readonly factor: number
  readonly sign: Sign
  /** 2 for complex input, 1 for real. */
  readonly parts: number
}

/** A root as one entry of the real 2 x 2 matrix of a complex product. */
const entryOf = ({ re, im }: { readonly re: number; readonly im: number }, to: number, from: number): number =>
  to === from ? re : to === 0 ? -im : im

const rootFor = (power: number, period: number, sign: Sign) => rootOfUnity(-sign * power, period)

/** The constants of Fourier transforms in one graph: computed in float64, each once. */
export class FourierTables {
  readonly dtype: FloatDType
  readonly #made = new Map<string, Tensor>()

  constructor(dtype: FloatDType) {
    this.dtype = dtype
  }

  #table(key: string, shape: Shape, fill: (values: NumberStorage) => void): Tensor {
    const known = this.#made.get(key)
    if (known) return known
    const values = allocate(this.dtype, sizeOf(shape))
    fill(values)
    const made = Tensor.of(values, shape)
    this.#made.set(key, made)
    return made
  }

  /**
   * Matrices that transform one factor for every bin q of those before: [1, done, (factor 2), (parts factor)]. They hold
   * the twiddle factors between this factor and those before.
   */
  stage({ done, factor, sign, parts }: Split): Tensor {
    const shape = [1, done, 2 * factor, parts * factor]
    return this.#table(`stage ${done} ${factor} ${sign} ${parts}`, shape, values => {
      let at = 0
      for (let q = 0; q < done; q++)
        for (let row = 0; row < 2 * factor; row++)
          for (let column = 0; column < parts * factor; column++) {
            const power = (column % factor) * (q + done * (row >> 1))
            const root = rootFor(power, done * factor, sign)
            values[at++] = entryOf(root, row & 1, Math.floor(column / factor))
          }
    })
  }

  /** The matrix of the last factor, for its first bins only and with a scale: [(2 bins), (parts factor)]. */
  last({ factor, sign, parts }: Split, bins: number, scale: number): Tensor {
    return this.#table(`last ${factor} ${sign} ${parts} ${bins} ${scale}`, [2 * bins, parts * factor], values => {
      let at = 0
      for (let row = 0; row < 2 * bins; row++)
        for (let column = 0; column < parts * factor; column++) {
          const root = rootFor((row % bins) * (column % factor), factor, sign)
          values[at++] = scale * entryOf(root, Math.floor(row / bins), Math.floor(column / factor))
        }
    })
  }

  /** Twiddle factors exp(sign 2 pi i q b / (done factor)), [done, factor]. */
  twiddles({ done, factor, sign }: Split): ComplexTable {
    return this.#complex(`twiddles ${done} ${factor} ${sign}`, [done, factor], i =>
      rootFor(Math.floor(i / factor) * (i % factor), done * factor, sign),
    )
  }

  /** A chirp exp(sign pi i t^2 / n), [1, n]; t^2 is reduced modulo 2 n without rounding. */
  chirp(n: number, sign: Sign): ComplexTable {
    return this.#complex(`chirp ${n} ${sign}`, [1, n], t => rootFor((t * t) % (2 * n), 2 * n, sign))
  }

  /** The spectrum over `length` of the conjugate chirp, made even and periodic, divided by `length`: [1, length]. */
  chirpSpectrum(n: number, length: number, sign: Sign): ComplexTable {
    const re = new Float64Array(length)
    const im = new Float64Array(length)
    for (let t = 0; t < n; t++) {
      const root = rootFor((t * t) % (2 * n), 2 * n, sign)
      for (const at of [t, (length - t) % length]) {
        re[at] = root.re / length
        im[at] = -root.im / length
      }
    }
    const spectrum = fft(re, im, length)
    return this.#complex(`spectrum ${n} ${length} ${sign}`, [1, length], i => ({
      re: spectrum.re[i]!,
      im: spectrum.im[i]!,
    }))
  }

  /** What each one-sided bin of n real samples counts for in their inverse transform: 1 / n, or 2 / n for two bins. */
  weights(n: number, scale: number): Tensor {
    const bins = Math.floor(n / 2) + 1
    return this.#table(`weights ${n} ${scale}`, [bins], values => {
      for (let k = 0; k < bins; k++) values[k] = scale * (k === 0 || 2 * k === n ? 1 : 2)
    })
  }

  #complex(key: string, shape: Shape, value: (i: number) => { readonly re: number; readonly im: number }) {
    const part = (name: 're' | 'im') =>
      this.#table(`${key} ${name}`, shape, values => {
        for (let i = 0; i < values.length; i++) values[i] = value(i)[name]
      })
    return { re: part('re'), im: part('im') }
  }
}

const tablesOfTargets = new WeakMap<Target, Map<FloatDType, FourierTables>>()

/** The tables of the graph that is being made for a target: shared by its transforms, and gone with it. */
export function tablesFor(target: Target, dtype: FloatDType): FourierTables {
  const known = tablesOfTargets.get(target) ?? new Map<FloatDType, FourierTables>()
  tablesOfTargets.set(target, known)
  const tables = known.get(dtype) ?? new FourierTables(dtype)
  known.set(dtype, tables)
  return tables
}
