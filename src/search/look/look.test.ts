import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { normal, QuadrupoleError, randomKey } from '../../core/index.ts'
import { dataErrorReason } from '../../data/index.ts'
import { writeGwoscFile } from '../../data/testing/gwosc-file.ts'
import { GpsTime, TimeSeries } from '../../gw/index.ts'
import { psd } from '../../signal/index.ts'
import { condition } from './condition.ts'
import { look } from './look.ts'
import { loadNetwork } from './onnx-network.ts'

const example = (site: string) =>
  fileURLToPath(new URL(`../../../examples/data/${site}_GWOSC_4KHZ_R1-1126259447-32.hdf5`, import.meta.url))
const [hanford, livingston] = [example('H-H1'), example('L-L1')]
const gw150914 = GpsTime.parse('1126259462.42')

describe('look at GW150914', () => {
  it('finds its time and delay by the cross-correlation alone, in either order of the files', async () => {
    const [result, reversed] = [await look([hanford, livingston]), await look([livingston, hanford])]
    expect(Math.abs(result.event.time.minus(gw150914))).toBeLessThan(0.015)
    expect(Math.abs(result.event.delay - 0.0069)).toBeLessThan(0.001)
    expect(result.event.sign).toBe(-1)
    expect(result.event.coefficient).toBeGreaterThan(0.8)
    expect(result.crossCheck.strength.value / result.crossCheck.strength.next).toBeGreaterThan(5)
    expect(result.network).toBeUndefined()
    expect(reversed.event).toEqual(result.event)
    expect(result.detectors.map(({ detector, path }) => [detector, path])).toEqual([
      ['H1', hanford],
      ['L1', livingston],
    ])
    // The flags in the files: L1 carried continuous-wave hardware injections.
    expect(result.detectors.map(({ failedTests }) => failedTests)).toEqual([[], ['NO_CW_HW_INJ']])
  })

  it('finds it with a network, and says that both agree', async () => {
    const network = await loadNetwork(fileURLToPath(new URL('./fixtures/correlator/correlator.onnx', import.meta.url)))
    const { event, network: output, agree } = await look([hanford, livingston], { network })
    await network.dispose()
    expect(Math.abs(output!.time.minus(gw150914))).toBeLessThan(0.25)
    expect(output!.strength.value / output!.strength.next).toBeGreaterThan(5)
    expect(agree).toBe(true)
    expect(Math.abs(event.time.minus(gw150914))).toBeLessThan(0.015)
  })

  it('follows a network that points elsewhere, but says that they do not agree', async () => {
    const network = {
      name: 'misled',
      sampleRate: 1024,
      window: 1024,
      detectors: ['H1', 'L1'],
      band: [35, 350] as const,
      mergerRange: [0.5, 0.5] as const,
      // Looks at the order of the windows only: its 321st is at 5 s after the first.
      count: 0,
      async run(_: Float32Array, batch: number) {
        return Float32Array.from({ length: batch }, () => (this.count++ === 320 ? 1 : 0))
      },
    }
    const { event, agree, span } = await look([hanford, livingston], { network })
    expect(agree).toBe(false)
    expect(Math.abs(event.time.minus(span.start) - (1.25 + 5 + 0.5))).toBeLessThan(0.5)
  })
})

describe('condition', () => {
  it('gives noise of unit level and a flat spectrum in the band', () => {
    const sampleRate = 2048
    let last = 0
    const red = normal(randomKey(5), 64 * sampleRate).map(value => (last = 0.95 * last + value) * 1e-21)
    const strain = new TimeSeries(red, { t0: gw150914, sampleRate, channel: 'H1:STRAIN' })
    const { whitened, edgeSeconds } = condition(strain)
    const edge = edgeSeconds * sampleRate
    const inner = whitened.values.slice(edge, -edge)
    const variance = inner.reduce((sum, value) => sum + value * value, 0) / inner.length
    expect(Math.abs(variance - 1)).toBeLessThan(0.02)
    const { values } = psd(inner, { sampleRate, segmentLength: sampleRate })
    const band = values.slice(60, 250)
    const mean = band.reduce((sum, value) => sum + value, 0) / band.length
    // A bin averages about 120 segments: 9 %; five sigma of it.
    for (const value of band) expect(Math.abs(value / mean - 1)).toBeLessThan(0.45)
    expect(values[20]! / mean).toBeLessThan(0.01)
    expect(values[500]! / mean).toBeLessThan(0.01)
  })
})

describe('look refuses', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-look-'))
    const noise = (seed: number, seconds: number) => normal(randomKey(seed), seconds * 4096).map(value => value * 1e-21)
    const files = {
      h1: { strain: noise(1, 16) },
      h1again: { strain: noise(2, 16) },
      later: { strain: noise(3, 16), detector: 'L1', gpsStart: 1_126_260_000 },
      longer: { strain: noise(3, 17), detector: 'L1' },
      slower: { strain: noise(4, 8), detector: 'L1', sampleRate: 2048 },
      unknown: { strain: noise(5, 16), detector: 'X9' },
      short1: { strain: noise(6, 8) },
      short2: { strain: noise(7, 8), detector: 'L1' },
    }
    for (const [name, content] of Object.entries(files)) await writeGwoscFile(join(folder, `${name}.hdf5`), content)
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function failure(...names: string[]): Promise<string> {
    try {
      await look(names.map(name => join(folder, `${name}.hdf5`)))
    } catch (error) {
      if (!(error instanceof QuadrupoleError)) throw error
      return `${error.code}/${dataErrorReason(error)} ${error.message.replaceAll(folder, 'DIR')}`
    }
    throw new Error('no error')
  }

  it('two files of the same detector', async () => {
    expect(await failure('h1', 'h1again')).toMatchInlineSnapshot(
      `"data/detectors search.look: DIR/h1.hdf5 and DIR/h1again.hdf5 are both of H1; pass files of two different detectors"`,
    )
  })

  it('files of different times', async () => {
    expect(await failure('h1', 'later')).toMatchInlineSnapshot(
      `"data/times search.look: DIR/h1.hdf5 spans GPS 1126259447 to 1126259463, DIR/later.hdf5 GPS 1126260000 to 1126260016; pass files of the same span"`,
    )
    expect(await failure('h1', 'longer')).toMatchInlineSnapshot(
      `"data/times search.look: DIR/h1.hdf5 spans GPS 1126259447 to 1126259463, DIR/longer.hdf5 GPS 1126259447 to 1126259464; pass files of the same span"`,
    )
  })

  it('files of different sample rates', async () => {
    expect(await failure('h1', 'slower')).toMatchInlineSnapshot(
      `"data/times search.look: DIR/h1.hdf5 is sampled at 4096 Hz, DIR/slower.hdf5 at 2048 Hz; pass files of the same rate"`,
    )
  })

  it('another number of files than two', async () => {
    expect(await failure('h1')).toMatchInlineSnapshot(
      `"data/detectors search.look: expected strain of two detectors, got 1; pass two files"`,
    )
  })

  it('a detector whose place it does not know', async () => {
    expect(await failure('h1', 'unknown')).toMatchInlineSnapshot(
      `"data/detectors search.look: DIR/unknown.hdf5 is of detector 'X9', whose place is not known; known are H1, L1, V1"`,
    )
  })

  it('files too short to estimate their noise', async () => {
    expect(await failure('short1', 'short2')).toMatchInlineSnapshot(
      `"data/times search.condition: H1:STRAIN lasts 8 s, expected at least 16 s to estimate its noise; pass longer files or a shorter segmentSeconds"`,
    )
  })
})
