import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createManifest, type Manifest, readManifest, writeManifest } from './manifest.ts'
import { randomKey } from './random/key.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-'))
  path = join(folder, 'manifest.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('createManifest', () => {
  it('notes versions, platform, configuration, seed, and size and SHA-256 of the inputs', async () => {
    const input = join(folder, 'abc')
    const empty = join(folder, 'empty')
    await writeFile(input, 'abc')
    await writeFile(empty, '')
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    const manifest = await createManifest({
      command: 'quad train',
      configuration: { steps: 10, detectors: ['H1', 'L1'], notes: undefined },
      seed: 42,
      inputs: [input, empty],
      versions: { onnxruntime: '1.30.0' },
      created: new Date(Date.UTC(2015, 8, 14)),
    })
    expect(manifest).toEqual({
      format: 'quadrupole-manifest',
      formatVersion: 1,
      command: 'quad train',
      configuration: { detectors: ['H1', 'L1'], steps: 10 },
      seed: 42,
      // FIPS 180-2's example, and the hash of nothing.
      inputs: [
        { path: input, bytes: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
        { path: empty, bytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
      ],
      versions: { node: process.versions.node, onnxruntime: '1.30.0', quadrupole: version },
      platform: `${process.platform} ${process.arch}`,
      created: '2015-09-14T00:00:00.000Z',
    })
  })

  it('hashes a file of many pieces', async () => {
    const input = join(folder, 'million')
    await writeFile(input, 'a'.repeat(3_000_000))
    const { inputs } = await createManifest({ command: 'x', inputs: [input] })
    // By sha256sum of GNU coreutils.
    expect(inputs[0]).toMatchObject({
      bytes: 3_000_000,
      sha256: '2a152c894398719c0570f83fac34ac03a0f6e8e474b995c2403aa5434f7b9dd4',
    })
  })

  it('gives two runs the same bits, whatever the order of the configuration, if no time is noted', async () => {
    const other = join(folder, 'other.json')
    await writeManifest(
      path,
      await createManifest({ command: 'x', configuration: { a: 1, b: { c: 2, d: 3 } }, seed: 1 }),
    )
    await writeManifest(
      other,
      await createManifest({ seed: 1, configuration: { b: { d: 3, c: 2 }, a: 1 }, command: 'x' }),
    )
    expect(await readFile(other, 'utf8')).toBe(await readFile(path, 'utf8'))
  })

  it('keeps a seed of any kind such that it makes the same key again', async () => {
    for (const seed of [7, 7n, 2n ** 64n - 1n, 'GW150914']) {
      await writeManifest(path, await createManifest({ command: 'x', seed }))
      expect(randomKey((await readManifest(path)).seed!)).toEqual(randomKey(seed))
    }
  })

  it('refuses a missing input and a configuration that is no JSON', async () => {
    const input = join(folder, 'missing.hdf5')
    await expect(createManifest({ command: 'x', inputs: [input] })).rejects.toMatchObject({
      code: 'io',
      message: `core.createManifest: can't read ${input}: no such file or folder; check the path`,
    })
    await expect(createManifest({ command: 'x', inputs: [folder] })).rejects.toThrow(/it is a folder/)
    await expect(createManifest({ command: 'x', configuration: { rate: NaN } })).rejects.toMatchObject({
      code: 'argument',
      message: 'core.createManifest: configuration: expected JSON, but rate is NaN',
    })
  })
})

describe('readManifest', () => {
  it('gives back what writeManifest wrote', async () => {
    const manifest = await createManifest({ command: 'x', configuration: { a: [1, null] } })
    await writeManifest(path, manifest)
    expect(await readManifest(path)).toEqual(manifest)
  })

  it('refuses a missing file and one that is not JSON', async () => {
    await expect(readManifest(path)).rejects.toMatchObject({ code: 'io' })
    await writeFile(path, '{"format":')
    await expect(readManifest(path)).rejects.toMatchObject({
      code: 'format',
      message: `core.readManifest: expected JSON in ${path}; write it with writeManifest`,
    })
  })

  const input = { path: 'x', bytes: 1, sha256: '0'.repeat(64) }
  it.each<[string, (manifest: Manifest) => unknown, string]>([
    ['a list', () => [], 'the file to be an object'],
    ['another format', m => ({ ...m, format: 'x' }), "format to be 'quadrupole-manifest'"],
    ['a newer version', m => ({ ...m, formatVersion: 2 }), 'formatVersion to be 1; a newer one'],
    ['no command', m => ({ ...m, command: undefined }), 'command to be a text'],
    ['a configuration that is a list', m => ({ ...m, configuration: [] }), 'configuration to be an object'],
    ['a fractional seed', m => ({ ...m, seed: 0.5 }), 'seed to be an integer, a text or null'],
    ['no inputs', m => ({ ...m, inputs: null }), 'inputs to be a list'],
    ['a version that is a number', m => ({ ...m, versions: { node: 20 } }), 'versions to be texts by name'],
    ['no platform', m => ({ ...m, platform: null }), 'platform to be a text'],
    ['a wrong time', m => ({ ...m, created: 'yesterday' }), 'created to be an ISO 8601 time'],
    ['an input that is a text', m => ({ ...m, inputs: ['x'] }), 'inputs[0].path to be a text'],
    ['a negative size', m => ({ ...m, inputs: [input, { ...input, bytes: -1 }] }), 'inputs[1].bytes to be a size'],
    ['a short hash', m => ({ ...m, inputs: [{ ...input, sha256: 'ab' }] }), 'inputs[0].sha256 to be 64 hexadecimal'],
  ])('refuses %s, naming the key', async (_name, spoil, message) => {
    await writeFile(path, JSON.stringify(spoil(await createManifest({ command: 'x' }))))
    const error = await readManifest(path).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'format' })
    expect((error as Error).message).toContain(`core.readManifest: ${path} is no manifest: expected ${message}`)
  })
})
