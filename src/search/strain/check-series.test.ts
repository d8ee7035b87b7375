import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createWorkerPool, normal, randomKey } from '../../core/index.ts'
import { writeSeriesFile } from '../../data/testing/series-file.ts'
import { openSearchStrain } from './search-strain.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-check-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** As many samples as are checked in threads, in two files of each detector, with faults in them. */
async function faultyFiles(): Promise<string[]> {
  const [sampleRate, half] = [4096, 2 ** 21]
  const noise = normal(randomKey(5), half, { standardDeviation: 1e-21 })
  const paths: string[] = []
  for (const [i, detector] of ['H1', 'L1'].entries())
    for (const part of [0, 1]) {
      const values = noise.slice()
      values.fill(Number.NaN, (50 + 100 * i) * sampleRate, (51 + 100 * i) * sampleRate)
      if (part === 1) values.fill(0, (300 + 10 * i) * sampleRate, (304 + 10 * i) * sampleRate)
      const attributes = { start_time: 1_238_205_077 + (part * half) / sampleRate, delta_t: 1 / sampleRate }
      const path = join(folder, `${detector}-${part}.hdf`)
      paths.push(await writeSeriesFile(path, [{ dataset: `${detector}/${part}`, values, attributes }]))
    }
  return paths
}

it('long strain is checked in threads, to the same stretches and remarks', async () => {
  await using pool = createWorkerPool({ size: 2 })
  const paths = await faultyFiles()
  const open = async (inThreads: boolean, more: readonly string[] = []) => {
    const checked: number[] = []
    const onCheck = (seconds: number) => checked.push(seconds)
    const options = { detectors: ['H1', 'L1'], sampleRate: 4096, onCheck, ...(inThreads && { pool }) }
    const { stretches, remarks, leftOut, close } = await openSearchStrain([...paths, ...more], options)
    close()
    return {
      spans: stretches.map(({ stretch: { span } }) => `${span.start} to ${span.end}`),
      remarks,
      leftOut,
      checked: checked.reduce((sum, seconds) => sum + seconds, 0),
    }
  }
  const alone = await open(false)
  expect(alone.spans.length).toBeGreaterThan(4)
  expect(alone.leftOut.map(({ kind }) => kind)).toContain('not-finite')
  expect(alone.checked).toBe(4 * 512)
  expect(await open(true)).toEqual(alone)
}, 60_000)
