import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Command } from 'commander'
import { createWorkerPool, formatDuration, textProgress } from '../core/index.ts'
import { chooseSearch, dataSetOption, type FinderFlags, finderOptions } from './challenge-finder.ts'
import type { CliContext } from './context.ts'
import { interruption } from './interruption.ts'

interface SearchFlags extends FinderFlags {
  readonly out: string
  readonly steps?: string
  readonly set?: 1 | 2
  readonly json?: boolean
  readonly dryRun?: boolean
}

/** What was searched, and how many events were found. */
interface FilesSearched {
  readonly events: number
  /** Seconds, of the stretches that were searched. */
  readonly duration: number
  readonly stretches: number
  /** Data that were left out, and why. */
  readonly remarks: readonly string[]
  readonly search: string
}

const searchedText = (
  { events, duration, stretches, remarks, search }: FilesSearched,
  { out, steps }: { readonly out: string; readonly steps: string },
): string =>
  [
    `${events} events in ${duration} s of ${stretches === 1 ? 'one stretch' : `${stretches} stretches`}, searched with ${search}`,
    ...remarks.map(remark => `Note: ${remark}`),
    `Events: ${out}`,
    `Steps: ${steps}`,
    '',
  ].join('\n')

async function searchData(files: readonly string[], flags: SearchFlags, context: CliContext): Promise<void> {
  // Only now: `quad --help` needs none of what searches.
  const [search, { writeChallengeEvents }, { planSteps, planText, runSteps }] = await Promise.all([
    import('../search/index.ts'),
    import('../data/index.ts'),
    import('../run/index.ts'),
  ])
  const { out, steps: cache = `${out}.steps` } = flags
  const started = performance.now()
  const interrupted = interruption()
  const { signal } = interrupted
  const pool = createWorkerPool()
  const progress = textProgress(context.stderr)
  try {
    const { finder, name } = await chooseSearch('search', flags, { cache, pool, progress, signal })
    const checking = progress.begin('check', { unit: 's' })
    const strain = await search.openSearchStrain(files, {
      detectors: search.challengeDetectors,
      sampleRate: search.challengeSampleRate,
      onCheck: seconds => checking.advance(seconds),
      signal,
      pool,
    })
    try {
      checking.finish()
      const steps = search.challengeFileSteps(strain, { search: finder })
      if (flags.dryRun) {
        context.stdout.write(`${planText(await planSteps(steps, { cache }))}\n`)
        return
      }
      // A step keeps all threads busy; more at a time would only take memory.
      const folders = await runSteps(steps, { cache, pool, concurrency: 1, progress, signal })
      const events = await search.readPieces(folders)
      await mkdir(dirname(out), { recursive: true })
      await writeChallengeEvents(out, events)
      const searched: FilesSearched = {
        events: events.time.length,
        duration: strain.stretches.reduce((sum, { stretch: { span } }) => sum + span.end.minus(span.start), 0),
        stretches: strain.stretches.length,
        remarks: strain.remarks,
        search: name,
      }
      context.stderr.write(`took ${formatDuration((performance.now() - started) / 1000)}\n`)
      context.stdout.write(
        flags.json
          ? `${JSON.stringify({ ...searched, out }, undefined, 2)}\n`
          : searchedText(searched, { out, steps: cache }),
      )
    } finally {
      strain.close()
      await finder.ranking.dispose()
    }
  } finally {
    interrupted[Symbol.dispose]()
    await pool.close({ stopRunning: true })
  }
}

/** `quad challenge search`: a search of the challenge's own data files. */
export function challengeSearchCommand(context: CliContext): Command {
  const command = new Command('search')
    .summary("search the challenge's data files")
    .description(
      'Searches data of MLGWSC-1 as its official programs write them (or any strain of H1 and L1 at 2048 Hz or more) and writes ' +
        'the events that the scorer takes. Killed at any moment, it goes on when it is run again.',
    )
    .argument('<FILES...>', 'data files: foreground or background, one or several')
    .requiredOption('--out <FILE>', 'HDF5 file of events to write: time, stat and var')
    .option('--steps <DIR>', 'folder of the steps that are complete (default: FILE.steps beside the events)')
    .option('--set <N>', 'data set whose bank searches where there is no model, 1 or 2', dataSetOption('search'))
  return finderOptions(command)
    .option('--json', 'print what was searched as JSON')
    .option('--dry-run', 'print what is done and to be done, and about how long it takes, and end')
    .action((files: string[], flags: SearchFlags) => searchData(files, flags, context))
}
