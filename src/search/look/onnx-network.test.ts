import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadNetwork } from './onnx-network.ts'

const correlator = fileURLToPath(new URL('./fixtures/correlator/correlator.onnx', import.meta.url))

describe('loadNetwork', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-network-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const failure = async (path: string): Promise<string> => {
    const error = await loadNetwork(path).then(
      () => undefined,
      reason => reason,
    )
    return `${error.code} ${error.message.replaceAll(folder, 'DIR')}`
  }

  it('runs an ONNX file as its card says', async () => {
    const network = await loadNetwork(correlator)
    expect(network).toMatchObject({ name: 'correlator', sampleRate: 1024, window: 1024, detectors: ['H1', 'L1'] })
    const windows = new Float32Array(3 * 2 * 1024)
    // In the second window a pulse in H1, and inverted in L1 seven samples before.
    windows[2 * 1024 + 500] = 3
    windows[3 * 1024 + 493] = -17
    const outputs = await network.run(windows, 3)
    expect([...outputs].map(value => Number(value.toFixed(5)))).toEqual([0, 1, 0])
    await network.dispose()
  })

  it('says which windows the network refused', async () => {
    const network = await loadNetwork(correlator)
    const narrow = await loadNetwork(correlator)
    await expect((async () => ({ ...narrow, window: 512 }).run(new Float32Array(5), 1))()).rejects.toThrow(
      /expected|elements/,
    )
    await network.dispose()
    await narrow.dispose()
  })

  it('refuses a card that is missing, no JSON, or wrong, naming the key', async () => {
    const path = join(folder, 'correlator.onnx')
    const card = join(folder, 'model.json')
    await copyFile(correlator, path)
    expect(await failure(path)).toMatchInlineSnapshot(
      `"config search.loadNetwork: DIR/model.json can't be read; a network needs its model.json"`,
    )
    await writeFile(card, '{')
    expect(await failure(path)).toMatch(/^config search\.loadNetwork: DIR\/model\.json is not JSON/)
    const good = { name: 'n', sampleRate: 1024, window: 1024, detectors: ['H1', 'L1'], band: [35, 350] }
    await writeFile(card, JSON.stringify(good))
    expect(await failure(path)).toMatchInlineSnapshot(
      `"config search.loadNetwork: DIR/model.json: expected mergerRange to be two times (seconds from the start of the window), got undefined"`,
    )
    await writeFile(card, JSON.stringify({ ...good, mergerRange: [0.5, 0.9], sampleRate: -1 }))
    expect(await failure(path)).toMatchInlineSnapshot(
      `"config search.loadNetwork: DIR/model.json: expected sampleRate to be a positive integer (Hz), got -1"`,
    )
  })

  it('refuses a file that is no network', async () => {
    const path = join(folder, 'text.onnx')
    await writeFile(path, 'not a network')
    await writeFile(
      join(folder, 'model.json'),
      JSON.stringify({ name: 'n', sampleRate: 1, window: 1, detectors: [], band: [1, 2], mergerRange: [0, 1] }),
    )
    expect(await failure(path)).toMatch(/^runtime search\.loadNetwork: DIR\/text\.onnx can't be loaded: /)
  })
})
