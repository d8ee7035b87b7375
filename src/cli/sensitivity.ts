import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import {
  createWorkerPool,
  formatCount,
  formatDuration,
  type Json,
  QuadrupoleError,
  textProgress,
} from '../core/index.ts'
import type { SensitivityFiles, SensitivityOutcome, SensitivityPlan } from '../search/index.ts'
import type { CliContext } from './context.ts'
import { interruption } from './interruption.ts'

interface SensitivityFlags {
  readonly model: string
  readonly injections: string
  readonly population: readonly string[]
  readonly count: number
  readonly seed: number
  readonly spacing: number
  readonly minimumSnr: number
  readonly far: readonly number[]
  readonly out: string
  readonly json?: boolean
  readonly dryRun?: boolean
}

/** The model that comes with the package, from `src/cli` as from `dist/cli`. */
const releasedModel = fileURLToPath(new URL('../../models/bbh', import.meta.url))

const refuse = (expected: string, text: string): never => {
  throw new QuadrupoleError('argument', `quad sensitivity: expected ${expected}, got '${text}'`)
}

const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

const positiveCount = (text: string): number => {
  const count = numberOf(text)
  return Number.isSafeInteger(count) && count > 0 ? count : refuse('a positive number of injections', text)
}

const seedNumber = (text: string): number => {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(seed) ? seed : refuse('an integer seed from 0 to 2^53 - 1', text)
}

const positiveSeconds = (text: string): number => {
  const seconds = numberOf(text)
  return seconds > 0 && seconds < Infinity ? seconds : refuse('a positive number of seconds', text)
}

const snr = (text: string): number => {
  const value = numberOf(text)
  return value >= 0 && value < Infinity ? value : refuse('an SNR of 0 or more', text)
}

const rates = (text: string): readonly number[] =>
  text.split(',').map(part => {
    const rate = numberOf(part)
    return rate > 0 && rate < Infinity ? rate : refuse('positive numbers of false alarms a year, with commas', text)
  })

const collected = (text: string, before: readonly string[]): readonly string[] => [...before, text]

/** A table with columns aligned. */
function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = table[0]!.map((_, column) => Math.max(...table.map(row => row[column]!.length)))
  return table.map(row => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd())
}

/** The outcome as a small table. */
function outcomeText(
  { injections, livetime, rates: all, populations, warnings, search }: SensitivityOutcome,
  files: SensitivityFiles,
  rateText: (perYear: number) => string,
): string {
  const told = all.filter(rate => 'threshold' in rate)
  const rows = all.map(rate => {
    if (!('threshold' in rate)) return [rateText(rate.perYear), 'not told', ...populations.map(() => '')]
    const at = told.indexOf(rate)
    const distances = populations.map(({ distances: each }) => {
      const { distanceMpc, distanceErrorMpc, effectiveFound, isTold } = each[at]!
      if (!isTold) return effectiveFound > 0 ? 'too few found' : 'none found'
      return `${distanceMpc.toFixed(0)} +/- ${distanceErrorMpc.toFixed(0)} (${Number(effectiveFound.toPrecision(2))})`
    })
    return [
      `${rateText(rate.perYear)}${rate.kind === 'extrapolated' ? ', extrapolated' : ''}`,
      String(rate.found),
      ...distances,
    ]
  })
  const passes = injections.passes === 1 ? 'one pass' : `${injections.passes} passes`
  return [
    `${injections.count} signals of ${injections.prior} in ${passes} over ${formatDuration(livetime)} of strain, searched with ` +
      `${search.model.name}:`,
    '',
    ...aligned([['false alarms', 'found', ...populations.map(({ name }) => name)], ...rows]),
    '',
    'Distances in Mpc, one standard deviation by the number of signals; in brackets, how many equally weighted ones are found.',
    ...warnings.map(warning => `Note: ${warning}`),
    `Injections and result: ${files.injections}, ${files.outcome}`,
    `Report: ${files.report.page}`,
    '',
  ].join('\n')
}

/** The plan as text. */
const planLines = ({ passes, isComplete }: SensitivityPlan, steps: string): string =>
  isComplete
    ? `${steps}\n`
    : `${steps}\nthen about ${formatCount(passes)} passes with signals, planned when the strain is searched\n`

async function runSensitivity(files: readonly string[], flags: SensitivityFlags, context: CliContext): Promise<void> {
  // Only now: `quad --help` needs none of what searches.
  const [search, { planText }] = await Promise.all([import('../search/index.ts'), import('../run/index.ts')])
  const model = await search.readSearchModel(flags.model)
  const interrupted = interruption()
  const pool = createWorkerPool()
  const options = {
    model,
    pool,
    progress: textProgress(context.stderr),
    signal: interrupted.signal,
    folder: flags.out,
    prior: flags.injections,
    count: flags.count,
    seed: flags.seed,
    spacing: flags.spacing,
    minimumSnr: flags.minimumSnr,
    ...(flags.population.length > 0 && { populations: flags.population }),
    ...(flags.far.length > 0 && { rates: flags.far }),
  }
  try {
    if (flags.dryRun) {
      const plan = await search.planSensitivity(files, options)
      context.stdout.write(planLines(plan, planText(plan.plan)))
      return
    }
    const { outcome, files: written } = await search.measureSensitivity(files, options)
    context.stdout.write(
      flags.json
        ? `${JSON.stringify(outcome as unknown as Json, undefined, 2)}\n`
        : outcomeText(outcome, written, search.frequencyText),
    )
  } finally {
    interrupted[Symbol.dispose]()
    await pool.close({ stopRunning: true })
  }
}

/** `quad sensitivity`: what a search of strain finds of signals put into it. */
export function sensitivityCommand(context: CliContext): Command {
  return new Command('sensitivity')
    .summary('measure how far a search of strain sees, with signals put into it')
    .description(
      'Puts simulated signals into strain, in as many passes as they need, searches each pass with a model, and tells what is ' +
        'found at false-alarm rates: sensitive distances to populations, parts found by SNR and masses. Killed at any ' +
        'moment, it goes on when it is run again.',
    )
    .argument('<FILES...>', 'strain files, or DETECTOR=FILE where a file does not say whose it is')
    .option('--model <DIR>', 'model that searches', releasedModel)
    .option(
      '--injections <PRIOR>',
      'prior set that signals are drawn from, by name or TOML file',
      'injections-real-strain',
    )
    .option(
      '--population <NAME>',
      'that distances are quoted for: a pair of masses such as 35-20, or a prior set with source-frame masses; may be repeated',
      collected,
      [] as readonly string[],
    )
    .option('--count <N>', 'signals', positiveCount, 1000)
    .option('--seed <N>', 'seed of the signals and their times', seedNumber, 1)
    .option('--spacing <SECONDS>', 'least time from one merger to the next; up to a third more', positiveSeconds, 24)
    .option('--minimum-snr <SNR>', 'draws of a lower network SNR count as missed without being injected', snr, 4)
    .option('--far <RATES>', 'false alarms a year to tell it at, with commas', rates, [])
    .option('--out <DIR>', 'folder of the results and of the steps that are complete', 'sensitivity')
    .option('--json', 'print the outcome as JSON')
    .option('--dry-run', 'print what is done and to be done, and about how long it takes, and end')
    .action((files: string[], flags: SensitivityFlags) => runSensitivity(files, flags, context))
}
