import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseDetectors, readDetectors } from './detector-file.ts'
import { detectors } from './detectors.ts'

const entry = { latitude: 0, longitude: 90, elevation: 10, xarm_azimuth: 0, yarm_azimuth: 90, length: 40 }

describe('parseDetectors', () => {
  it('takes level arms and the key for a name unless told otherwise', () => {
    expect(parseDetectors({ X1: entry })).toEqual([
      {
        name: 'X1',
        site: 'X1',
        latitudeDegrees: 0,
        longitudeDegrees: 90,
        elevation: 10,
        xArm: { azimuthDegrees: 0, tilt: 0 },
        yArm: { azimuthDegrees: 90, tilt: 0 },
        armLength: 40_000,
      },
    ])
  })

  it('refuses what would give wrong projections, naming the entry', () => {
    const message = (description: unknown): string => {
      try {
        parseDetectors(description)
        return 'accepted'
      } catch (error) {
        return (error as Error).message.replace('gw.parseDetectors: the description does not describe detectors: ', '')
      }
    }
    expect([
      message({ X1: { ...entry, xarm_azimut: 1 } }),
      message({ X1: { ...entry, latitude: undefined } }),
      message({ X1: { ...entry, latitude: 91 } }),
      message({ X1: { ...entry, yarm_azimuth: 180 } }),
      message({ X1: { ...entry, shape: 'Triangle' } }),
      message({ X1: entry, X2: { ...entry, name: 'X1' } }),
      message([]),
    ]).toMatchInlineSnapshot(`
      [
        "X1: Unrecognized key: "xarm_azimut"",
        "X1.latitude: Invalid input: expected number, received undefined",
        "X1.latitude: Too big: expected number to be <=90",
        "X1: the arms are parallel; give yarm_azimuth another direction than xarm_azimuth",
        "X1.shape: expected L; describe each interferometer of a triangle by an entry of its own",
        "two entries are named X1; rename one",
        "it: Invalid input: expected record, received array",
      ]
    `)
  })
})

describe('readDetectors', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'quadrupole-detectors-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const written = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }

  it('reads TOML and JSON alike', async () => {
    const toml = Object.entries(entry).map(([key, value]) => `${key} = ${value}`)
    expect(await readDetectors(written('x.toml', ['[X1]', ...toml].join('\n')))).toEqual(parseDetectors({ X1: entry }))
    expect(await readDetectors(written('x.json', JSON.stringify({ X1: entry })))).toEqual(parseDetectors({ X1: entry }))
  })

  it('says which file is missing, malformed or wrong', async () => {
    const failure = async (path: string): Promise<string> =>
      readDetectors(path).then(
        () => 'read',
        ({ code, message }) => `${code} ${message.replaceAll(folder, 'DIR')}`,
      )
    expect(await failure(join(folder, 'none.json'))).toMatchInlineSnapshot(
      `"io gw.readDetectors: can't read DIR/none.json: no such file or folder; check the path"`,
    )
    // What follows is the engine's own words.
    expect(await failure(written('bad.json', '{ "X1"'))).toMatch(
      /^format gw.readDetectors: DIR\/bad.json is not JSON: ./,
    )
    expect(await failure(written('bad.toml', '[X1'))).toMatchInlineSnapshot(
      `"format gw.readDetectors: DIR/bad.toml is not TOML: Invalid TOML document: incomplete key-value: cannot find end of key"`,
    )
    expect(
      await failure(written('wrong.json', JSON.stringify({ X1: { ...entry, length: '4' } }))),
    ).toMatchInlineSnapshot(
      `"config gw.parseDetectors: DIR/wrong.json does not describe detectors: X1.length: Invalid input: expected number, received string"`,
    )
  })

  const published = new URL('../../../shared/data/detectors/detectors.json', import.meta.url)

  it.skipIf(!existsSync(published))(
    'refuses the triangle in the published file, and reads the rest as ours',
    async () => {
      await expect(readDetectors(published.pathname)).rejects.toThrow('ET.shape: expected L')
      const { ET, ...others } = (await import(published.href, { with: { type: 'json' } })).default
      const found = parseDetectors(others)
      expect(found.map(({ name }) => name)).toEqual(['H1', 'L1', 'V1', 'K1', 'A1', 'GEO600', 'CE'])
      for (const detector of detectors) expect(found).toContainEqual({ ...detector, site: detector.name })
    },
  )
})
