import { describe, expect, it } from 'vitest'
import { normal, randomKey } from '../core/index.ts'
import { Complex, createSession, spec, type Tensor, tensor, toOnnx } from '../tensor/index.ts'
import { firBank, initialFirBank } from './fir-bank.ts'

const drawn = (seed: string, shape: readonly number[], dtype: 'float32' | 'float64' = 'float64'): Complex => {
  const part = (name: string) =>
    tensor(
      normal(
        randomKey(`${seed} ${name}`),
        shape.reduce((product, n) => product * n, 1),
      ),
      { shape, dtype },
    )
  return new Complex(part('re'), part('im'))
}

const difference = (a: Complex, b: Complex): number => a.sub(b).abs().max().item()

describe('firBank', () => {
  it.each([
    { samples: 50, taps: 7, stride: 1 },
    { samples: 50, taps: 50, stride: 3 },
    { samples: 61, taps: 1, stride: 5 },
    { samples: 61, taps: 20, stride: 4 },
  ])('gives the same by sums and by transforms: $samples samples, $taps taps, stride $stride', options => {
    const { samples, taps, stride } = options
    const x = drawn('x', [2, 3, samples])
    for (const shape of [
      [4, taps],
      [3, 4, taps],
    ]) {
      const bank = drawn('bank', shape)
      const direct = firBank(x, bank, { stride, method: 'direct' })
      expect(direct.shape).toEqual([2, 3, 4, Math.floor((samples - taps) / stride) + 1])
      expect(difference(firBank(x, bank, { stride, method: 'fourier' }), direct)).toBeLessThan(1e-12)
    }
  })

  it('peaks where a template lies, with its norm, whatever its phase', () => {
    const template = drawn('template', [1, 16])
    const norm = template.absSquared().sum().sqrt().item()
    const phase = new Complex(tensor([Math.cos(2)], { dtype: 'float64' }), tensor([Math.sin(2)], { dtype: 'float64' }))
    const x = template
      .mul(phase)
      .reshape([1, 1, 16])
      .pad({ '-1': [10, 14] })
    const output = firBank(x, template).abs().div(norm)
    expect(output.argmax({ axis: 3 }).item()).toBe(10)
    expect(output.max().item()).toBeCloseTo(norm, 12)
  })

  it('begins with filters that keep white noise white and of unit variance', () => {
    const x = drawn('noise', [4, 2, 4096], 'float32').mul(Math.SQRT1_2)
    const output = firBank(x, initialFirBank(randomKey(1), { filters: 8, taps: 64 }))
    expect(Math.abs(output.absSquared().mean().item() - 1)).toBeLessThan(0.05)
    expect(initialFirBank(randomKey(1), { filters: 8, taps: 64, detectors: 2 }).shape).toEqual([2, 8, 64])
  })

  it.each(['direct', 'fourier'] as const)('works in files with an open batch axis, %s', async method => {
    const bank = initialFirBank(randomKey(1), { filters: 3, taps: 8 })
    const bytes = toOnnx(
      ({ re, im }: { re: Tensor; im: Tensor }) => ({ y: firBank(new Complex(re, im), bank, { method, stride: 2 }) }),
      {
        inputs: { re: spec([1, 2, 40]), im: spec([1, 2, 40]) },
        batch: true,
      },
    )
    const x = drawn('x', [5, 2, 40], 'float32')
    const session = await createSession(bytes)
    const [re, im] = await session.run([x.re, x.im])
    await session.dispose()
    expect(difference(new Complex(re!, im!), firBank(x, bank, { stride: 2 }))).toBeLessThan(1e-5)
  })

  it('says when filters do not fit', () => {
    const x = drawn('x', [1, 2, 8])
    expect(() => firBank(x, drawn('bank', [3, 9]))).toThrow('nn.firBank: 9 taps are more than 8 samples')
    expect(() => firBank(x, drawn('bank', [3, 2, 4]))).toThrow('got [1,2,8] and [3,2,4]')
  })
})
