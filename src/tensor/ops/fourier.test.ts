import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  arange,
  Complex,
  complex,
  createSession,
  type FourierNorm,
  fft,
  fftFrequencies,
  fftShift,
  grad,
  ifft,
  ifftShift,
  irfft,
  jit,
  rfft,
  rfftFrequencies,
  spec,
  Tensor,
  tensor,
  toOnnx,
  vmap,
} from '../index.ts'
import { expectClose, numbersOf } from '../testing/compare.ts'

interface Stored {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}
interface Parts {
  readonly re: Stored
  readonly im?: Stored
}
interface Golden {
  readonly transforms: readonly {
    readonly name: 'rfft' | 'irfft' | 'fft' | 'ifft'
    readonly n: number | null
    readonly axis: number
    readonly norm: FourierNorm
    readonly input: Parts
    readonly output: Parts
  }[]
  readonly frequencies: readonly { n: number; spacing: number; two: number[]; one: number[] }[]
  readonly shifts: readonly { shape: number[]; axes: number[] | null; shifted: number[]; back: number[] }[]
}

const golden = JSON.parse(readFileSync(new URL('../fixtures/fourier.json', import.meta.url), 'utf8')) as Golden

const stored = ({ shape, data }: Stored): Tensor => Tensor.of(Float64Array.from(data), shape)
const storedParts = ({ re, im }: Parts): Tensor | Complex => (im ? complex(stored(re), stored(im)) : stored(re))
const partsOf = (x: Tensor | Complex): Tensor[] => (x instanceof Complex ? [x.re, x.im] : [x])

const functions = { rfft, irfft, fft, ifft } as unknown as Record<
  string,
  (x: Tensor | Complex, options: object) => Tensor | Complex
>

describe('transforms with lengths, axes and norms', () => {
  test('are those of numpy.fft', () => {
    expect(golden.transforms.length).toBe(20)
    for (const { name, n, axis, norm, input, output } of golden.transforms) {
      const found = functions[name]!(storedParts(input), { axis, norm, ...(n !== null && { n }) })
      partsOf(storedParts(output)).forEach((expected, i) => {
        expectClose(`${name} ${n} ${axis} ${norm}`, partsOf(found)[i]!, { tensor: expected, tolerance: 1e-15 })
      })
    }
  })

  test('take lists of frequencies and shifts like numpy.fft', () => {
    for (const { n, spacing, two, one } of golden.frequencies) {
      expect([...numbersOf(fftFrequencies(n, { spacing, dtype: 'float64' }))]).toEqual(two)
      expect([...numbersOf(rfftFrequencies(n, { spacing, dtype: 'float64' }))]).toEqual(one)
    }
    for (const { shape, axes, shifted, back } of golden.shifts) {
      const x = arange(shape.reduce((a, b) => a * b)).reshape(shape)
      expect([...numbersOf(fftShift(x, axes ?? undefined))]).toEqual(shifted)
      expect([...numbersOf(ifftShift(x, axes ?? undefined))]).toEqual(back)
      expect(numbersOf(ifftShift(fftShift(complex(x), axes ?? undefined), axes ?? undefined).re)).toEqual(numbersOf(x))
    }
  })

  test('are methods of a real tensor', () => {
    const x = tensor([1, 2, 3, 4])
    expect(x.rfft().toArray()).toEqual({ re: [10, -2, -2], im: [0, 2, 0] })
    expect(x.fft().re.toArray()).toEqual([10, -2, -2, -2])
    expect(numbersOf(x.fft().re)).toEqual(numbersOf(fft(complex(x)).re))
    expectClose('ifft(fft)', ifft(x.fft()).re, { tensor: x, tolerance: 1e-7 })
  })

  test('give a spectrum’s power a gradient that Parseval foretells', () => {
    // sum over all bins of |X|^2 = n sum x^2
    const x = tensor([0.5, -1, 2, 0.25, 1], { dtype: 'float64' })
    const power = grad((samples: Tensor) => fft(samples).absSquared().sum())
    expectClose('gradient', power(x), { tensor: x.mul(10), tolerance: 1e-15 })
  })

  test('compile within larger functions, along any axis', async () => {
    const filtered = (x: Tensor): Tensor => {
      const spectrum = rfft(x, { axis: 1, n: 128 })
      return irfft(spectrum.mul(rfftFrequencies(128, { dtype: x.dtype }).reshape([65, 1])), { axis: 1, n: 100 })
    }
    const x = tensor(
      Float64Array.from({ length: 2 * 100 * 3 }, (_, i) => Math.sin(i * i)),
      { shape: [2, 100, 3] },
    )
    const compiled = jit(filtered)
    expectClose('compiled', await compiled(x), { tensor: filtered(x), tolerance: 1e-14 })
    await compiled.dispose()
    expectClose('mapped', vmap(vmap((row: Tensor) => rfft(row).abs()))(x.moveAxis(1, -1)), {
      tensor: rfft(x, { axis: 1 }).abs().moveAxis(1, -1),
      tolerance: 1e-14,
    })
  })

  test.each([100, 128, 8192, 307])('of %d samples are exported with an open batch', async n => {
    const f = (x: Tensor): Complex => rfft(irfft(rfft(x).mul(2), { n }))
    const bytes = toOnnx(f, { inputs: spec([1, 2, n]), batch: true })
    const x = tensor(
      Float32Array.from({ length: 6 * n }, (_, i) => Math.sin(i * i)),
      { shape: [3, 2, n] },
    )
    const session = await createSession(bytes)
    const [re, im] = await session.run([x])
    await session.dispose()
    expectClose('re', re!, { tensor: f(x).re, tolerance: 1e-6 })
    expectClose('im', im!, { tensor: f(x).im, tolerance: 1e-6 })
  })

  test('refuse integers, lengths below 1 and unknown norms by their names', () => {
    expect(() => rfft(tensor([1, 2], { dtype: 'int32' }))).toThrow('rfft: takes float32 or float64, got int32')
    expect(() => fft(tensor([1, 2]), { n: 0 })).toThrow('fft: n is 0; transforms take an integer number of samples')
    expect(() => irfft(complex(tensor([1])))).toThrow('irfft: n is 0')
    expect(() => rfft(tensor([1, 2]), { norm: 'unitary' as never })).toThrow("rfft: norm 'unitary', expected backward")
    expect(() => rfft(tensor([1, 2]), { axis: 1 })).toThrow('rfft: axis 1 is out of range')
  })
})
