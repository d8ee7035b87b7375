import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { randomKey } from '../../core/index.ts'
import { aligoDesignPsd, psdAt, readNoiseCurve } from '../../data/index.ts'
import { readPriorSet, rowOf } from '../../priors/index.ts'
import type { Spectrum } from '../../signal/index.ts'
import { binaryFromRow } from '../../waveforms/index.ts'
import type { SearchBand } from './band.ts'
import { buildBank, type TemplateBank, templateWeighting } from './template-bank.ts'
import { whiteningBand } from './whitening-band.ts'

const sampleRate = 2048
const band: SearchBand = {
  bandwidth: 512,
  templateDuration: 8,
  afterMerger: 0.25,
  minimumFrequency: 20,
  maximumFrequency: 420,
}
const o3a = fileURLToPath(new URL('../../../noise-curves/mlgwsc1', import.meta.url))
const shared = fileURLToPath(new URL('../../../../shared/data/noise-curves', import.meta.url))

/** What whitening by a PSD does, which counts as flat below 15 Hz and where it is not known. */
function responseOf(psd: (frequency: number) => number): Spectrum {
  const values = new Float64Array(8 * 1024 + 1)
  for (const k of values.keys()) {
    const value = psd(Math.max(15, k / 8))
    values[k] = value > 0 && value < Number.POSITIVE_INFINITY ? value : values[k - 1]!
  }
  return whiteningBand({ psd: { values, resolution: 1 / 8 }, sampleRate, band }).response
}

async function curve(path: string): Promise<Spectrum> {
  const read = await readNoiseCurve(path)
  return responseOf(frequency => psdAt(read, frequency))
}

/** Part of their SNR that templates lose under a whitening, in the mean. */
async function lossUnder(bank: TemplateBank, response: Spectrum): Promise<number> {
  const [weights] = await templateWeighting(bank)([response])
  return weights!.held.reduce((sum, part) => sum + 1 - Math.sqrt(part), 0) / bank.templates.length
}

describe('a basis for an ensemble of noise curves', () => {
  let bank: TemplateBank
  beforeAll(async () => {
    const { columns } = (await readPriorSet('mlgwsc1-set2')).sample(randomKey(5), 400)
    const draws = Array.from({ length: 400 }, (_, i) => binaryFromRow(rowOf(columns, i)))
    const even = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18].flatMap(i => [`H1/psd-${i}.hdf`, `L1/psd-${i}.hdf`])
    const curves = await Promise.all(even.map(name => curve(join(o3a, name))))
    const responses = [...curves, responseOf(aligoDesignPsd)]
    bank = buildBank(draws, { band, responses, minimumMatch: 0.95, basisSize: 100 })
  })

  test('loses next to nothing of SNR in noise that it is for', async () => {
    expect(await lossUnder(bank, responseOf(aligoDesignPsd))).toBeLessThan(0.003)
    expect(await lossUnder(bank, await curve(join(o3a, 'L1/psd-6.hdf')))).toBeLessThan(0.002)
  })

  test('loses next to nothing in other noise of the same run', async () => {
    for (const name of ['H1/psd-3.hdf', 'H1/psd-17.hdf', 'L1/psd-1.hdf', 'L1/psd-15.hdf'])
      expect(await lossUnder(bank, await curve(join(o3a, name)))).toBeLessThan(0.003)
  })

  const others = [
    { run: 'O1', path: 'event-psds/GW150914/lfi-gw_PSD_H1.txt' },
    { run: 'O1', path: 'event-psds/GW150914/lfi-gw_PSD_L1.txt' },
    { run: 'O2', path: 'event-psds/GW170818/GW170818_022509-PYCBC-H1-PSD.txt' },
    { run: 'O2', path: 'event-psds/GW170818/GW170818_022509-PYCBC-L1-PSD.txt' },
    { run: 'O3', path: 'cogwheel/asd_H_O3.npy' },
    { run: 'O3', path: 'cogwheel/asd_L_O3.npy' },
    { run: 'O3', path: 'cogwheel/asd_V_O3.npy' },
  ]
  test.skipIf(!existsSync(shared)).each(others)('loses at most 1 % in noise of $run: $path', async ({ path }) => {
    expect(await lossUnder(bank, await curve(join(shared, path)))).toBeLessThan(0.01)
  })
})
