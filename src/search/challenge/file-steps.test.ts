import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createWorkerPool } from '../../core/index.ts'
import { writeSeriesFile } from '../../data/testing/series-file.ts'
import { runSteps } from '../../run/index.ts'
import { openSearchStrain } from '../strain/search-strain.ts'
import { challengeSteps, readPieces } from './challenge-run.ts'
import { challengeDataSpans } from './data-spans.ts'
import { challengeFileSteps } from './file-steps.ts'
import { challengeDetectors, challengePlan, challengeSampleRate } from './plan.ts'
import { challengeStrain } from './strain.ts'
import { loudestSamples } from './testing/loudest-samples.ts'

const folder = await mkdtemp(join(tmpdir(), 'quadrupole-challenge-'))
const pool = createWorkerPool({ size: 2 })
afterAll(async () => {
  await pool.close()
  await rm(folder, { recursive: true })
})

// Two pieces as short as may be, in the official layout: a dataset for each detector and piece.
const whole = await challengePlan({ set: 1, seed: 3, durationSeconds: 10_061 + 300 })
const plan = {
  ...whole,
  pieces: whole.pieces.map(({ start }) => ({ start, end: start.plus(200) })),
  injections: whole.injections.map((each, i) => each.filter(({ time }) => time.minus(whole.pieces[i]!.start) < 170)),
}
const official = async (name: string, pieces: readonly number[]) => {
  const strain = challengeStrain(plan, { withSignals: true, pool })
  const series = []
  for (const i of pieces) {
    const { start } = plan.pieces[i]!
    const rows = await strain.read(plan.pieces[i]!)
    for (const [row, detector] of challengeDetectors.entries())
      series.push({
        dataset: `${detector}/${start}`,
        values: rows.subarray((row * rows.length) / 2, ((row + 1) * rows.length) / 2),
        attributes: { start_time: start.seconds, delta_t: 1 / challengeSampleRate },
      })
  }
  return writeSeriesFile(join(folder, name), series)
}
const open = (...paths: string[]) =>
  openSearchStrain(paths, { detectors: challengeDetectors, sampleRate: challengeSampleRate })

it('data in an official file give the same events as the same data made while they are searched', async () => {
  const path = await official('foreground.hdf', [0, 1])
  expect(await challengeDataSpans([path])).toEqual(plan.pieces)
  const search = loudestSamples()
  const options = { cache: join(folder, 'steps'), pool, concurrency: 1 }
  const streamed = await readPieces(await runSteps(challengeSteps(plan, { search, withSignals: true }), options))
  const strain = await open(path)
  expect(strain.remarks).toEqual(
    ['H1', 'L1'].map(detector => `${detector} has no samples at GPS 1238205277 to 1238400368`),
  )
  expect(await readPieces(await runSteps(challengeFileSteps(strain, { search }), options))).toEqual(streamed)
  strain.close()
  expect(streamed.time.length).toBe(2)

  // Searched again, in two files: what was found is known by the data, not by the paths.
  const again = loudestSamples()
  const same = await open(path)
  await runSteps(challengeFileSteps(same, { search: again }), options)
  same.close()
  expect(again.searched).toEqual([])
  const [first, second] = [await official('first.hdf', [0]), await official('second.hdf', [1])]
  expect(await challengeDataSpans([first, second])).toEqual(plan.pieces)
  const parted = await open(second, first)
  expect(await readPieces(await runSteps(challengeFileSteps(parted, { search: again }), options))).toEqual(streamed)
  parted.close()
  expect(again.searched).toHaveLength(2)
})
