import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aligoDesignPsd } from './aligo-psd.ts'
import { psdAt, psdSpectrum } from './noise-curve.ts'
import { noiseModel } from './noise-model.ts'
import { readNoiseCurve } from './read-noise-curve.ts'

const reference = fileURLToPath(new URL('../../../../shared/data/noise-curves', import.meta.url))

describe('psdAt', () => {
  it('is a power law between the points of a curve', () => {
    const curve = { frequencies: Float64Array.of(10, 20, 80), psd: Float64Array.of(16, 1, 4) }
    expect(psdAt(curve, 15)).toBeCloseTo(16 * 1.5 ** -4, 12)
    expect([10, 20, 40, 80].map(f => psdAt(curve, f))).toEqual([16, 1, 2, 4])
    expect([9.99, 80.01].map(f => psdAt(curve, f))).toEqual([Infinity, Infinity])
  })

  it('is linear between the bins of a grid', () => {
    const grid = { values: Float64Array.of(0, 4, 2), resolution: 10 }
    expect([0, 5, 10, 12.5, 20, 20.1].map(f => psdAt(grid, f))).toEqual([0, 2, 4, 3.5, 2, Infinity])
  })
})

describe('psdSpectrum', () => {
  it('samples a formula from zero to the Nyquist frequency', () => {
    const { values, resolution } = psdSpectrum(aligoDesignPsd, { sampleRate: 2048, resolution: 0.25 })
    expect([values.length, resolution, values[0], values[400]]).toEqual([4097, 0.25, Infinity, aligoDesignPsd(100)])
  })

  it('refuses a grid that misses the Nyquist frequency', () => {
    expect(() => psdSpectrum(aligoDesignPsd, { sampleRate: 2048, resolution: 0.3 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.psdSpectrum: expected a resolution that divides the Nyquist frequency 1024 Hz, got 0.3 Hz]`,
    )
  })
})

describe('readNoiseCurve', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-noise-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const write = async (text: string) => {
    const path = join(folder, 'curve.txt')
    await writeFile(path, text)
    return path
  }
  const failure = (promise: Promise<unknown>) => promise.then(String, error => error.message.replaceAll(folder, 'DIR'))

  it('takes ASDs and PSDs in text for what they are', async () => {
    const asd = await readNoiseCurve(await write('# f ASD\n10, 2e-23\r\n\n20 3e-24 99 # a line\n'))
    expect([...asd.frequencies]).toEqual([10, 20])
    expect([...asd.psd]).toEqual([2e-23 ** 2, 3e-24 ** 2])
    const psd = await readNoiseCurve(await write('frequency;psd\n10\t4e-46\n20\t9e-48'))
    expect([...psd.psd]).toEqual([4e-46, 9e-48])
    expect([...(await readNoiseCurve(await write('1 4\n2 9'), { quantity: 'psd' })).psd]).toEqual([4, 9])
  })

  it('refuses what is no curve, saying where', async () => {
    expect(await failure(readNoiseCurve(await write('10 1e-23\n20 nothing')))).toMatchInlineSnapshot(
      `"data.readNoiseCurve: DIR/curve.txt: line 2 is '20 nothing'; expected at least 2 numbers"`,
    )
    expect(await failure(readNoiseCurve(await write('10 1e-23\n10 1e-23')))).toMatchInlineSnapshot(
      `"data.readNoiseCurve: DIR/curve.txt: point 1 is 1e-23 at 10 Hz; expected increasing frequencies and positive values"`,
    )
    expect(await failure(readNoiseCurve(await write('10 1e-23\n20 -1e-23')))).toMatchInlineSnapshot(
      `"data.readNoiseCurve: DIR/curve.txt: point 1 is -1e-23 at 20 Hz; expected increasing frequencies and positive values"`,
    )
    expect(await failure(readNoiseCurve(await write('10 1e-23')))).toMatchInlineSnapshot(
      `"data.readNoiseCurve: DIR/curve.txt has 1 point(s); expected two at least"`,
    )
    expect(await failure(readNoiseCurve(join(folder, 'absent')))).toMatch(/absent can't be read .* pass the path/)
  })

  it.skipIf(!existsSync(reference))(
    'reads the published curves of the reference data, and noise is made of them',
    async () => {
      const at = async (name: string, frequency: number) =>
        psdAt(await readNoiseCurve(join(reference, name)), frequency)
      expect(Math.sqrt(await at('bilby/aLIGO_ZERO_DET_high_P_asd.txt', 100))).toBeCloseTo(
        Math.sqrt(await at('bilby/aLIGO_ZERO_DET_high_P_psd.txt', 100)),
        29,
      )
      // The table is of LALSimulation's formula.
      expect((await at('ripple/aLIGOZeroDetHighPower.dat', 100)) / aligoDesignPsd(100)).toBeCloseTo(1, 2)
      // numpy 2.3.5 and h5py 3.16.0: asd[1, 20000], psd[15].
      expect(await at('cogwheel/asd_H_O3.npy', 640)).toBe(6.990916824700836e-24 ** 2)
      const challenge = await readNoiseCurve(join(reference, 'mlgwsc1/H1/psd-0.hdf'))
      expect(psdAt(challenge, 15)).toBe(4.342310154503566e-42)
      noiseModel({ psd: challenge, sampleRate: 2048 })
    },
  )
})
