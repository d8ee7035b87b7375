import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readStrain } from '../../data/index.ts'
import { butterworth, filterZeroPhase } from '../../signal/index.ts'
import { openSearchStrain } from './search-strain.ts'

const reference = fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const options = { detectors: ['H1', 'L1'], sampleRate: 1024 }

/** Files of every event, by name. */
function eventFiles(): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, readonly string[]>()
  for (const event of readdirSync(join(reference, 'strain'))) {
    const folder = join(reference, 'strain', event)
    // Of one event there are files of several releases over the same time.
    const names = readdirSync(folder).filter(name => event !== 'GW150914' || name.includes('GWOSC_4KHZ'))
    files.set(
      event,
      names.map(name => join(folder, name)),
    )
  }
  for (const name of readdirSync(join(reference, 'strain-fd')))
    if (!files.has(basename(name, '.npz'))) files.set(basename(name, '.npz'), [join(reference, 'strain-fd', name)])
  return files
}

const band = butterworth({ order: 4, low: 30, high: 400, sampleRate: 1024 })
const rms = (values: Float64Array): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length)

describe.skipIf(!existsSync(reference))('the reference data (skipped where they are not beside the repository)', () => {
  it('of 27 events: 23 can be searched in H1 and L1, the others lack one of the two', async () => {
    const searched: string[] = []
    const refused: string[] = []
    for (const [event, paths] of eventFiles())
      try {
        const strain = await openSearchStrain(paths, options)
        expect(strain.stretches, event).toHaveLength(1)
        const { stretch } = strain.stretches[0]!
        const values = await stretch.read(stretch.span)
        expect(
          values.every(value => Math.abs(value) < 1e-15),
          event,
        ).toBe(true)
        // At most the tapers are lost, an eighth at either end, and half of the filter.
        expect(stretch.span.end.minus(stretch.span.start), event).toBeGreaterThan(23.8)
        expect(strain.leftOut.every(({ kind }) => kind === 'tapered')).toBe(true)
        strain.close()
        searched.push(event)
      } catch (error) {
        refused.push(`${event}: ${(error as Error).message.replaceAll(reference, 'DIR')}`)
      }
    expect(searched).toHaveLength(23)
    expect(refused).toMatchInlineSnapshot(`
      [
        "GW190630_185205: search.openSearchStrain: the search needs H1 and L1, but there are only data of L1 (DIR/strain-fd/GW190630_185205.npz), V1 (DIR/strain-fd/GW190630_185205.npz); pass files of H1 too",
        "GW190910_112807: search.openSearchStrain: the search needs H1 and L1, but there are only data of L1 (DIR/strain-fd/GW190910_112807.npz), V1 (DIR/strain-fd/GW190910_112807.npz); pass files of H1 too",
        "GW200112_155838: search.openSearchStrain: the search needs H1 and L1, but there are only data of L1 (DIR/strain-fd/GW200112_155838.npz), V1 (DIR/strain-fd/GW200112_155838.npz); pass files of H1 too",
        "GW200302_015811: search.openSearchStrain: the search needs H1 and L1, but there are only data of H1 (DIR/strain-fd/GW200302_015811.npz), V1 (DIR/strain-fd/GW200302_015811.npz); pass files of L1 too",
      ]
    `)
  })

  it('of one event from two sources agree, though they are sampled at other rates and moments', async () => {
    const folder = join(reference, 'strain/GW170104')
    const whole = await openSearchStrain(
      readdirSync(folder).map(name => join(folder, name)),
      options,
    )
    const spectra = await openSearchStrain([join(reference, 'strain-fd/GW170104.npz')], options)
    const [{ stretch: first }, { stretch: second }] = [whole.stretches[0]!, spectra.stretches[0]!]
    // Times that both have: the files of 32 s lie within the others.
    const { start, end } = first.span
    const [a, b] = [await first.read({ start, end }), await second.read({ start, end })]
    const length = a.length / 2
    // What lies at 30 Hz is the most: a microsecond's shift would be 2e-4. Measured: 0.8e-5 and 1.1e-5.
    for (const row of [0, 1]) {
      const [x, y] = [a, b].map(values =>
        filterZeroPhase(values.slice(row * length, (row + 1) * length), band).slice(1024, -1024),
      )
      const difference = rms(x!.map((value, n) => value - y![n]!))
      expect(difference / rms(x!)).toBeLessThan(2e-5)
    }
    whole.close()
    spectra.close()
  })

  it('of MLGWSC-1 are passed on as they are, of PyCBC once it is told whose they are', async () => {
    const path = join(reference, 'mlgwsc1/set1-noise-128s.hdf')
    const strain = await openSearchStrain([path], { detectors: ['H1', 'L1'], sampleRate: 2048 })
    const [{ stretch }] = strain.stretches as [(typeof strain.stretches)[0]]
    const values = await stretch.read(stretch.span)
    for (const [row, channel] of ['H1', 'L1'].entries()) {
      const { values: expected } = await readStrain(path, { channel })
      expect(expected.every((value, n) => value === values[row * expected.length + n])).toBe(true)
    }
    expect(values).toHaveLength(2 * 262_144)
    expect(strain.remarks).toEqual([])
    strain.close()

    const noise = join(reference, 'noise/mlgwsc1_real_noise.hdf')
    await expect(openSearchStrain([noise], { detectors: ['H1'], sampleRate: 2048 })).rejects.toThrow(/pass it as H1=/)
    const real = await openSearchStrain([`H1=${noise}`], { detectors: ['H1'], sampleRate: 2048 })
    expect(real.stretches.map(({ stretch: { span } }) => span.end.minus(span.start))).toEqual([500])
    real.close()
  })

  it('of two releases over the same time are told apart, or taken once', async () => {
    const folder = join(reference, 'strain/GW150914')
    const files = (...parts: readonly string[]) =>
      readdirSync(folder)
        .filter(name => parts.some(part => name.includes(part)))
        .map(name => join(folder, name))
    const strain = await openSearchStrain(files('GWOSC_4KHZ', 'LOSC_4_V2'), options)
    // 33 s, less half of the filter at each end.
    const [{ stretch }] = strain.stretches as [(typeof strain.stretches)[0]]
    expect(stretch.span.end.minus(stretch.span.start)).toBeGreaterThan(32.85)
    expect(strain.remarks).toHaveLength(2)
    strain.close()
    await expect(openSearchStrain(files('16KHZ', 'GWOSC_4KHZ'), options)).rejects.toThrow(
      /both hold H1 at GPS 1126259447 to 1126259479, at (16384|4096) Hz and at (16384|4096) Hz; leave one out/,
    )
  })
})
