import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LookResult, look } from '../look/look.ts'
import { loadNetwork } from '../look/onnx-network.ts'
import { lookVerdict, writeLookReport } from './look-report.ts'
import { lookSummary } from './look-summary.ts'

const fromRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

describe('writeLookReport', () => {
  let folder: string
  let result: LookResult
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-report-'))
    const network = await loadNetwork(fromRoot('src/search/look/fixtures/correlator/correlator.onnx'))
    const files = ['H-H1', 'L-L1'].map(site => fromRoot(`examples/data/${site}_GWOSC_4KHZ_R1-1126259447-32.hdf5`))
    result = await look(files, { network })
    await network.dispose()
    await writeLookReport(result, join(folder, 'deep/report'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('writes the page, its figures, its numbers and its manifest, and nothing else', async () => {
    expect((await readdir(join(folder, 'deep/report'))).toSorted()).toEqual([
      'asd.svg',
      'cross-correlation.svg',
      'index.html',
      'look.json',
      'manifest.json',
      'network.svg',
      'spectrogram.svg',
      'strain.svg',
    ])
  })

  it('makes a page that needs nothing from outside and holds every figure', async () => {
    const page = await readFile(join(folder, 'deep/report/index.html'), 'utf8')
    // Not `toMatch`, which would print the page.
    expect(/(src|href)="(?!data:|[\w-]+\.(svg|json)")/.exec(page)?.[0]).toBeUndefined()
    expect(/<script|@import|url\((?!#)/.exec(page)?.[0]).toBeUndefined()
    expect(page.match(/<figure>/g)).toHaveLength(5)
    for (const text of ['1126259462.422', '7.3 ms', 'H1 after L1']) expect(page.includes(text)).toBe(true)
  })

  it('writes the numbers of the result and the hashes of the files', async () => {
    const numbers = JSON.parse(await readFile(join(folder, 'deep/report/look.json'), 'utf8'))
    expect(numbers).toEqual(JSON.parse(JSON.stringify(lookSummary(result))))
    expect(numbers.event.gpsTime).toBeCloseTo(1_126_259_462.42, 1)
    const manifest = JSON.parse(await readFile(join(folder, 'deep/report/manifest.json'), 'utf8'))
    expect(manifest.inputs.map(({ sha256 }: { sha256: string }) => sha256)).toEqual([
      'c5ea87beced5094b56b4d694f3a36e6d59f74d3a46e546b980a6a199d1f252a9',
      '9d65bde82f7ec035bea4c02228bce4acb3dcaae774c047edce71ef2ad64f1cc4',
    ])
  })

  it('writes the same bytes twice', async () => {
    await writeLookReport(result, join(folder, 'again'))
    for (const name of await readdir(join(folder, 'again')))
      expect([
        name,
        (await readFile(join(folder, 'again', name))).equals(await readFile(join(folder, 'deep/report', name))),
      ]).toEqual([name, true])
  })

  it('says what stands in the way where the folder can not be made', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(writeLookReport(result, join(folder, 'file/report'))).rejects.toMatchObject({ code: 'io' })
  })

  it('warns where network and cross-correlation disagree, and where nothing stands out', () => {
    const summary = lookSummary(result)
    expect(lookVerdict({ ...summary, agree: false })).toMatchInlineSnapshot(
      `"The network points at GPS 1126259462.42 (its output there stands 73.7 standard deviations above the rest), the cross-correlation of the detectors at GPS 1126259462.42: they do not agree, so neither is to be trusted."`,
    )
    const { network: _, ...alone } = summary
    const quiet = { ...alone, crossCheck: { ...alone.crossCheck, prominence: 1.1 } }
    expect(lookVerdict(quiet)).toMatchInlineSnapshot(
      `"Nothing stands out: the detectors have most in common at GPS 1126259462.42, but nearly as much so at another moment."`,
    )
    expect(lookVerdict(alone)).toMatchInlineSnapshot(
      `"The detectors have most in common at GPS 1126259462.42, 12.6 times as far above the usual as at any other moment. No network was used."`,
    )
  })
})
