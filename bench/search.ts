import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorkerPool } from 'quadrupole/core'
import { readSearchModel, searchFiles } from 'quadrupole/search'
import type { Bench, BenchCase, Figure, Timed } from './harness/bench.ts'
import { type SearchData, searchData, writeTemplates } from './harness/search-data.ts'

/** As many as the rival's. */
const threads = 2

const model = 'models/bbh'

/** Kept between runs: they take a minute to make. */
const dataFolder = '.bench/data'

/** What is searched beside the rival, and what by itself: long enough that memory has stopped to grow. */
const short = { files: 1, seconds: 1024 } as const
const long = { files: 3, seconds: 4096 } as const

const monthSeconds = 30 * 86_400

async function makeData({ files, seconds }: { readonly files: number; readonly seconds: number }): Promise<SearchData> {
  await using pool = createWorkerPool({ size: threads })
  return searchData(join(dataFolder, `search-${seconds}`), { pool, files, seconds })
}

/** The search of files by the released model, as `quad search` does it, its report included. */
async function search(): Promise<Timed> {
  const { paths } = await makeData(short)
  const released = await readSearchModel(model)
  await writeTemplates(join(dataFolder, `search-${short.seconds}`), released.bank)
  const folder = await mkdtemp(join(tmpdir(), 'quadrupole-bench-'))
  const pool = createWorkerPool({ size: threads })
  return {
    run: async () => {
      await searchFiles(paths, { model: released, pool, folder, maximumRate: 365.25 })
    },
    close: async () => {
      await pool.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** Tells its peak of resident memory, kilobytes, on file descriptor 3 when a process ends. */
const tellPeak = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)))",
)}`

/** Runs `quad search` in a process of its own: seconds from its start to its end, and its peak of resident memory, bytes. */
async function runQuad(paths: readonly string[]): Promise<{ readonly seconds: number; readonly peak: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'quadrupole-bench-'))
  const args = ['--import', tellPeak, 'dist/cli/main.js', 'search', ...paths, '--model', model, '--out', folder]
  const started = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] })
  let told = ''
  child.stdio[3]!.on('data', text => {
    told += text
  })
  const code = await new Promise(resolve => child.once('close', resolve))
  await rm(folder, { recursive: true })
  if (code !== 0) throw new Error(`quad search ended with ${code}`)
  return { seconds: (performance.now() - started) / 1000, peak: Number(told) * 1024 }
}

const gibibyte = 2 ** 30

/**
 * What a month takes of processes that start, search files of 4,096 s and write their reports: on the line through the times of
 * one pair of files and of all, since what a run takes once (its start, its report of the loudest events) a month takes once.
 */
async function month(): Promise<readonly Figure[]> {
  const { paths, seconds } = await makeData(long)
  const one = await runQuad(paths.slice(0, 2))
  const all = await runQuad(paths)
  const perSecond = (all.seconds - one.seconds) / (seconds - long.seconds)
  const hours = (one.seconds + perSecond * (monthSeconds - long.seconds)) / 3600
  return [
    { name: 'a month of two detectors', value: hours, unit: 'h', bar: 3 },
    { name: `peak memory, ${seconds} s`, value: all.peak / gibibyte, unit: 'GiB', bar: 4 },
  ]
}

const cases: readonly BenchCase[] = [{ name: 'two detectors, 1024 s, from files to events', setUp: search }]

export const bench: Bench = {
  rival: { environment: 'torch', script: 'search.py' },
  cases,
  figures: { 'a month': month },
}
