import { join } from 'node:path'
import { Command } from 'commander'
import { createWorkerPool, formatDuration, textProgress, writeFileAtomically } from '../core/index.ts'
import type { ChallengeOutcome } from '../search/index.ts'
import { chooseSearch, dataSetOption, type FinderFlags, finderOptions, numberOption } from './challenge-finder.ts'
import type { CliContext } from './context.ts'
import { interruption } from './interruption.ts'

interface RunFlags extends FinderFlags {
  readonly set: 1 | 2
  readonly seed: number
  readonly days: number
  readonly backgroundDays?: number
  readonly out: string
  readonly json?: boolean
  readonly dryRun?: boolean
}

const seedNumber = numberOption(
  'run',
  'an integer seed from 0 to 2^53 - 1',
  seed => Number.isSafeInteger(seed) && seed >= 0,
)
const positiveDays = numberOption('run', 'a positive number of days', days => days > 0 && days < Infinity)

/** The outcome as a small table, and how each rate was reached. */
function outcomeText(outcome: ChallengeOutcome, files: readonly string[]): string {
  const { set, seed, livetime, injections, events } = outcome
  const days = (seconds: number) => `${Number((seconds / 86_400).toPrecision(6))} days`
  const rows = outcome.distances.map(each => {
    const rate = `${each.falseAlarmsPerMonth}`
    if ('sensitiveDistance' in each) {
      const { sensitiveDistance, sensitiveDistanceError, threshold, backgroundEvents } = each
      const distance = `${sensitiveDistance.toFixed(1)} +/- ${sensitiveDistanceError.toFixed(1)}`
      return [rate, distance, threshold.toPrecision(6), `${backgroundEvents} background events are louder`]
    }
    const { lowestPerMonth, extrapolated } = each
    if (extrapolated) {
      const { sensitiveDistance, sensitiveDistanceError, threshold, tailEvents } = extrapolated
      const distance = `${sensitiveDistance.toFixed(1)} +/- ${sensitiveDistanceError.toFixed(1)}`
      return [rate, distance, threshold.toPrecision(6), `extrapolated by the tail of the loudest ${tailEvents}`]
    }
    const limit = lowestPerMonth === undefined ? '' : ` below ${lowestPerMonth.toPrecision(3)}`
    return [rate, `not resolved${limit}`, '', 'a longer background would resolve it']
  })
  const table = [['false alarms / month', 'sensitive distance (Mpc)', 'threshold', 'reached by'], ...rows]
  const widths = [0, 1, 2, 3].map(column => Math.max(...table.map(row => row[column]!.length)))
  return [
    `MLGWSC-1 data set ${set}, seed ${seed}: ${injections} injections in ${days(livetime.foreground)}, ` +
      `${events.foreground} events; background ${days(livetime.background)}, ${events.background} events`,
    '',
    ...table.map(row => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd()),
    '',
    'Rates are counts of background events over the background, as officially, where nothing else is said.',
    ...files,
    '',
  ].join('\n')
}

async function runChallenge(flags: RunFlags, context: CliContext): Promise<void> {
  // Only now: `quad --help` needs none of what searches.
  const [search, { writeChallengeEvents }, { planSteps, planText, runSteps }] = await Promise.all([
    import('../search/index.ts'),
    import('../data/index.ts'),
    import('../run/index.ts'),
  ])
  const { set, seed, days, backgroundDays = days, out } = flags
  const planOf = (length: number) => search.challengePlan({ set, seed, durationSeconds: Math.round(length * 86_400) })
  const [plan, backgroundPlan] = await Promise.all([planOf(days), planOf(backgroundDays)])
  const started = performance.now()
  const interrupted = interruption()
  const pool = createWorkerPool()
  const progress = textProgress(context.stderr)
  const cache = join(out, 'steps')
  try {
    const { finder, name, modelCard } = await chooseSearch('run', flags, {
      cache,
      pool,
      progress,
      signal: interrupted.signal,
    })
    const foregroundSteps = search.challengeSteps(plan, { search: finder, withSignals: true })
    const backgroundSteps = search.challengeSteps(backgroundPlan, { search: finder, withSignals: false })
    const steps = [...foregroundSteps, ...backgroundSteps]
    if (flags.dryRun) {
      context.stdout.write(`${planText(await planSteps(steps, { cache }))}\n`)
      return
    }
    const folders = await runSteps(steps, {
      cache,
      pool,
      // A step keeps all threads busy; more at a time would only take memory.
      concurrency: 1,
      progress,
      signal: interrupted.signal,
    })
    const foreground = await search.readPieces(folders.slice(0, foregroundSteps.length))
    const background = await search.readPieces(folders.slice(foregroundSteps.length))
    const { outcome, score } = search.challengeOutcome({ plan, backgroundPlan, search: finder, foreground, background })
    const json = search.outcomeJson(outcome)
    await writeChallengeEvents(join(out, 'foreground.hdf'), foreground)
    await writeChallengeEvents(join(out, 'background.hdf'), background)
    await writeFileAtomically(join(out, 'challenge.json'), json)
    const { page } = await search.writeChallengeReport(join(out, 'report'), {
      outcome,
      background: search.createBackground(background.stat, { livetimeSeconds: outcome.livetime.background }),
      sensitivity: search.challengeSensitivity({ plan, score, model: name }),
      model: name,
      modelCard,
    })
    context.stderr.write(`took ${formatDuration((performance.now() - started) / 1000)}\n`)
    context.stdout.write(
      flags.json
        ? json
        : outcomeText(outcome, [
            `Events and result: ${out}/{foreground.hdf,background.hdf,challenge.json}`,
            `Report: ${page}`,
          ]),
    )
  } finally {
    interrupted[Symbol.dispose]()
    await pool.close({ stopRunning: true })
  }
}

/** `quad challenge run`: a search of a data set that is made as it is searched. */
export function challengeRunCommand(context: CliContext): Command {
  const command = new Command('run')
    .summary('make a data set, search it and score it')
    .description(
      'Makes data set 1 or 2 of MLGWSC-1 by a seed, searches it while it is made, with and without ' +
        'injections, and scores the events by the official rules. Killed at any moment, it goes on when it is run again.',
    )
    .requiredOption('--set <N>', 'data set, 1 or 2', dataSetOption('run'))
    .requiredOption('--seed <N>', 'seed of the noise and the injections', seedNumber)
    .requiredOption('--days <D>', 'length of the data with injections', positiveDays)
    .option('--background-days <D>', 'length of the data without injections, where it is another', positiveDays)
    .requiredOption('--out <DIR>', 'folder of the results and of the steps that are complete')
  return finderOptions(command)
    .option('--json', 'print the outcome as JSON')
    .option('--dry-run', 'print what is done and to be done, and about how long it takes, and end')
    .action((flags: RunFlags) => runChallenge(flags, context))
}
