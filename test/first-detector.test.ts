import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawWindows } from '../examples/first-detector/windows.ts'
import { foldIn, randomKey } from '../src/core/index.ts'
import { loadNetwork, look, type OnnxNetwork } from '../src/search/index.ts'
import { auroc } from '../src/train/index.ts'

const root = join(import.meta.dirname, '..')
const released = join(root, 'models/first-detector/first-detector.onnx')
const files = ['H-H1', 'L-L1'].map(name => join(root, `examples/data/${name}_GWOSC_4KHZ_R1-1126259447-32.hdf5`))

describe('the released first detector', () => {
  let network: OnnxNetwork
  beforeAll(async () => {
    network = await loadNetwork(released)
  })
  afterAll(() => network.dispose())

  const scores = async (name: string, snr: number): Promise<Float32Array> => {
    const key = foldIn(randomKey('windows no training or report has seen'), name)
    const { strain } = drawWindows(key, { count: 1000, snr: () => snr })
    return network.run(strain.dataAs('float32'), 1000)
  }

  it('tells 1,000 windows with a signal of network SNR 12 from 1,000 of noise: AUROC at least 0.95', async () => {
    const area = auroc({ signals: await scores('signals', 12), noise: await scores('noise', 0) })
    expect(area).toBeGreaterThan(0.95)
    expect(area).toBeLessThan(1)
  })

  it('tells nothing where there is nothing to tell', async () => {
    const area = auroc({ signals: await scores('one', 0), noise: await scores('other', 0) })
    expect(Math.abs(area - 0.5)).toBeLessThan(0.05)
  })

  it('is highest at GW150914 in its 32 s, by far', async () => {
    const { network: output, agree, event } = await look(files, { network })
    expect(output!.time.minus(event.time)).toBeLessThan(0.35)
    expect(output!.strength.value).toBeGreaterThan(3 * output!.strength.next)
    expect(output!.strength.sigmas).toBeGreaterThan(10)
    expect(agree).toBe(true)
  })
})

describe('its training', () => {
  let out: string
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'first-detector-'))
  })
  afterAll(() => rm(out, { recursive: true }))

  it('learns from the first steps on, and gives the same bits twice', { timeout: 300_000 }, async () => {
    await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'examples'], {
      cwd: root,
    })
    const program = join(root, '.examples/first-detector/train.js')
    const bytes: Buffer[] = []
    for (const name of ['one', 'two']) {
      const folder = join(out, name)
      await promisify(execFile)(process.execPath, [program, '--steps', '60', '--seed', '7', '--out', folder], {
        cwd: root,
      })
      bytes.push(await readFile(join(folder, 'first-detector.onnx')))
    }
    const card = JSON.parse(await readFile(join(out, 'one/model.json'), 'utf8'))
    expect(card.scores.aurocByNetworkSnr[16]).toBeGreaterThan(0.7)
    expect(bytes[0]!.byteLength).toBeLessThan(300_000)
    expect(bytes[0]!.equals(bytes[1]!)).toBe(true)
  })
})
