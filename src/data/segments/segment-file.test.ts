import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatedSegments, readGates, readSegments } from './segment-file.ts'

const reference = fileURLToPath(new URL('../../../../shared/data/segments', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-segments-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function written(text: string): Promise<string> {
  const path = join(folder, 'list.txt')
  await writeFile(path, text)
  return path
}
const shown = async (text: string) =>
  (await readSegments(await written(text))).spans.map(({ start, end }) => `${start}-${end}`)
const failure = (promise: Promise<unknown>) => promise.then(String, error => error.message.replaceAll(folder, 'DIR'))

describe('readSegments', () => {
  it('takes columns by name, or two, or four, and keeps every digit', async () => {
    expect(await shown(',start,end\n0,1238205077,1238215138\n1,1238400368.000000001,1238411457\n')).toEqual([
      '1238205077-1238215138',
      '1238400368.000000001-1238411457',
    ])
    expect(await shown('# seg\tstart\tstop\tduration\n0\t10\t20\t10\n1\t20\t25.5\t5.5\n')).toEqual(['10-25.5'])
    expect(await shown('30 40\n10 20\n')).toEqual(['10-20', '30-40'])
    expect(await shown('duration;STOP;start\n10;20;10')).toEqual(['10-20'])
    expect(await shown('# nothing\n')).toEqual([])
  })

  it('refuses what is no list of segments, saying where', async () => {
    expect(await failure(shown('10 20 30'))).toMatchInlineSnapshot(
      `"data.readSegments: DIR/list.txt has 3 columns without names; expected start and end, or index, start, end, duration"`,
    )
    expect(await failure(shown('from,to\n1,2'))).toMatchInlineSnapshot(
      `"data.readSegments: DIR/list.txt has columns from, to; expected start and end"`,
    )
    expect(await failure(shown('1 2\n3'))).toMatchInlineSnapshot(
      `"data.readSegments: DIR/list.txt: line 2 is '3': gw.GpsTime.parse: expected seconds with up to nine decimals, such as 1126259462.42, got ''"`,
    )
    expect(await failure(shown('1 2\n3 x'))).toMatchInlineSnapshot(
      `"data.readSegments: DIR/list.txt: line 2 is '3 x': gw.GpsTime.parse: expected seconds with up to nine decimals, such as 1126259462.42, got 'x'"`,
    )
    expect(await failure(shown('1 2\n4 3'))).toMatchInlineSnapshot(
      `"data.readSegments: DIR/list.txt: line 2 is '4 3': data.SegmentSet.of: a segment ends before it starts: 4 to 3"`,
    )
    expect(await failure(readSegments(join(folder, 'absent')))).toMatchInlineSnapshot(
      `"data.readSegments: DIR/absent does not exist; pass the path of a list of segments"`,
    )
  })
})

describe('readGates', () => {
  it('gives the times that gates touch', async () => {
    const gates = await readGates(
      await written('1238175742.66 0.25 0.5\n1238175743.66 0.25 0.5\n1238179571.72 0.1 0\n'),
    )
    expect(gatedSegments(gates).spans.map(({ start, end }) => `${start} ${end}`)).toEqual([
      '1238175741.91 1238175744.41',
      '1238179571.62 1238179571.82',
    ])
    expect(await failure(readGates(await written('1238175742.66 0.25')))).toMatchInlineSnapshot(
      `"data.readGates: DIR/list.txt: line 1 is '1238175742.66 0.25': expected GPS time, half width and taper, in seconds"`,
    )
  })
})

describe.skipIf(!existsSync(reference))('lists of O3 (skipped where they are not beside the repository)', () => {
  it('have the published number of segments, livetime and gates', async () => {
    const segments = await readSegments(join(reference, 'O3a_mlgwsc1_H1L1_segments.csv'))
    expect([segments.size, segments.livetime]).toEqual([362, 7_111_579])
    const gates = await readGates(join(reference, 'H1-O3_GATES_1238166018-31197600.txt'))
    const gated = gatedSegments(gates)
    expect([gates.length, gated.size]).toEqual([2313, 2163])
    expect(segments.subtract(gated).livetime).toBeLessThan(segments.livetime)
  })
})
