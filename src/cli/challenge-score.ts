import { Command } from 'commander'
import { QuadrupoleError } from '../core/index.ts'
import type { ChallengeDistance, ChallengeScore, UnresolvedDistance } from '../search/index.ts'
import type { CliContext } from './context.ts'

interface ScoreFlags {
  readonly injections: string
  readonly foreground: readonly string[]
  readonly background: readonly string[]
  readonly data?: readonly string[]
  readonly duration?: number
  readonly backgroundDuration?: number
  readonly json?: boolean
}

const seconds = (text: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value < Infinity) return value
  throw new QuadrupoleError('argument', `quad challenge score: expected a positive number of seconds, got '${text}'`)
}

type Distances = readonly (ChallengeDistance | UnresolvedDistance)[]

/** The score as one JSON object: the official fields, then the distances read off them. */
const scoreJson = (score: ChallengeScore, distances: Distances): string =>
  `${JSON.stringify({ ...score, distances }, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value))}\n`

/** The distances as a small table. */
function scoreText(score: ChallengeScore, distances: Distances): string {
  const rows = distances.map(each => {
    const rate = `${each.falseAlarmsPerMonth}`
    if ('sensitiveDistance' in each)
      return [
        rate,
        `${each.sensitiveDistance.toFixed(1)} +/- ${each.sensitiveDistanceError.toFixed(1)}`,
        each.threshold.toPrecision(6),
      ]
    const { lowestPerMonth } = each
    return [
      rate,
      lowestPerMonth === undefined ? 'not resolved' : `not resolved below ${lowestPerMonth.toPrecision(3)}`,
      '',
    ]
  })
  const table = [['false alarms / month', 'sensitive distance (Mpc)', 'threshold'], ...rows]
  const widths = [0, 1, 2].map(column => Math.max(...table.map(row => row[column]!.length)))
  const lines = table.map(row => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd())
  const [right, wrong] = [score['true-positives'][0].length, score['false-positives'][0].length]
  return `${right} events near an injection, ${wrong} not; ${score.far.length} background events\n\n${lines.join('\n')}\n`
}

async function runScore(flags: ScoreFlags, context: CliContext): Promise<void> {
  // Only now: `quad --help` needs none of what reads and scores.
  const { readChallengeEvents, readChallengeInjections } = await import('../data/index.ts')
  const { challengeDataSpans, challengeDistances, injectionsInside, joinEvents, scoreChallenge } = await import(
    '../search/index.ts'
  )
  const eventsOf = async (paths: readonly string[]) => joinEvents(await Promise.all(paths.map(readChallengeEvents)))
  const spans = flags.data && (await challengeDataSpans(flags.data))
  const { duration = spans?.reduce((sum, { start, end }) => sum + end.minus(start), 0) } = flags
  if (duration === undefined)
    throw new QuadrupoleError(
      'argument',
      'quad challenge score: expected the length of the data; give --duration SECONDS, or --data FILES to take it from them',
    )
  const injections = await readChallengeInjections(flags.injections)
  const result = {
    foreground: await eventsOf(flags.foreground),
    background: await eventsOf(flags.background),
    injections: spans ? injectionsInside(injections, spans) : injections,
  }
  const { backgroundDuration = duration } = flags
  const score = scoreChallenge(result, { duration, backgroundDuration })
  const distances = challengeDistances(score)
  context.stdout.write(flags.json ? scoreJson(score, distances) : scoreText(score, distances))
}

/** `quad challenge score`: the official score of a search's events. */
export function challengeScoreCommand(context: CliContext): Command {
  return new Command('score')
    .summary('score event files by the official rules')
    .description(
      'Scores the events of a search by the rules of MLGWSC-1 (arXiv:2209.11146): HDF5 files with time, stat and var ' +
        'of events on data with injections (foreground) and on the same data without them (background).',
    )
    .requiredOption('--injections <FILE>', 'HDF5 file of the injections; all of them count unless --data are given')
    .requiredOption('--foreground <FILES...>', 'events on data with injections')
    .requiredOption('--background <FILES...>', 'events on data without injections')
    .option(
      '--data <FILES...>',
      'the data with injections themselves: as officially, injections outside of them or within 30 s of an end are left out',
    )
    .option('--duration <SECONDS>', 'length of the data; that of --data unless given', seconds)
    .option('--background-duration <SECONDS>', 'length of the background data, where it is another', seconds)
    .option('--json', 'print all official fields, by their official names, as one JSON object')
    .action((flags: ScoreFlags) => runScore(flags, context))
}
