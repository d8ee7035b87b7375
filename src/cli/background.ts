import { join } from 'node:path'
import { Command } from 'commander'
import { createWorkerPool, QuadrupoleError, textProgress } from '../core/index.ts'
import type { Background } from '../search/index.ts'
import type { CliContext } from './context.ts'
import { interruption } from './interruption.ts'

interface BackgroundFlags {
  readonly model: string
  readonly days: number
  readonly exclude: readonly string[]
  readonly out?: string
}

const positiveDays = (text: string): number => {
  const days = text.trim() === '' ? Number.NaN : Number(text)
  if (days > 0 && days < Infinity) return days
  throw new QuadrupoleError('argument', `quad background: expected a positive number of days, got '${text}'`)
}

/** What was measured, in a few lines. */
function backgroundText(
  { livetimeSeconds, statistics, tail }: Background,
  { path, asked, remarks }: { readonly path: string; readonly asked: number; readonly remarks: readonly string[] },
): string {
  const days = (seconds: number) => `${(seconds / 86_400).toPrecision(4)} days`
  const fit = tail?.isExponential ? '' : ', which it does not follow well'
  return [
    `${days(livetimeSeconds)} of background, loudest ${statistics.at(-1)?.toFixed(2) ?? 'none'}; ` +
      `${tail ? `beyond ${tail.threshold.toFixed(2)} it falls as exp(-${tail.slope.toFixed(2)} x)${fit}` : 'too few for a tail'}`,
    ...remarks.map(remark => `Note: ${remark}`),
    ...(livetimeSeconds < asked ? [`Note: this strain gives less than the ${days(asked)} asked for`] : []),
    `Written to ${path}`,
    '',
  ].join('\n')
}

async function runBackground(files: readonly string[], flags: BackgroundFlags, context: CliContext): Promise<void> {
  // Only now: `quad --help` needs none of what searches.
  const [search, { GpsTime }] = await Promise.all([import('../search/index.ts'), import('../gw/index.ts')])
  const excluded = flags.exclude.map(text => GpsTime.parse(text))
  const model = await search.readSearchModel(flags.model)
  const { detectors, sampleRate, settings } = model
  const strain = await search.openSearchStrain(files, { detectors, sampleRate, minDuration: 4 * settings.psdSegment })
  const livetimeSeconds = flags.days * 86_400
  const ranking = await search.networkRanking(model.network)
  const interrupted = interruption()
  const pool = createWorkerPool()
  const progress = textProgress(context.stderr)
  try {
    const work = progress.begin('background', { total: livetimeSeconds, unit: 's' })
    const background = await search.slidBackground(strain.stretches, {
      search: search.searchOfModel(model, pool),
      ranking,
      pool,
      livetimeSeconds,
      excluded,
      onProgress: seconds => work.advance(seconds),
      signal: interrupted.signal,
    })
    work.finish()
    const path = flags.out ?? join(flags.model, search.searchModelFiles.background)
    await search.writeBackground(path, background, {
      source: {
        kind: 'time slides',
        strainSeconds: strain.stretches.reduce((sum, { stretch: { span } }) => sum + span.end.minus(span.start), 0),
        stretches: strain.stretches.length,
        excluded: excluded.length,
      },
    })
    context.stdout.write(backgroundText(background, { path, asked: livetimeSeconds, remarks: strain.remarks }))
  } finally {
    interrupted[Symbol.dispose]()
    strain.close()
    await ranking.dispose()
    await pool.close({ stopRunning: true })
  }
}

/** `quad background`: how loud noise alone is to a model. */
export function backgroundCommand(context: CliContext): Command {
  return new Command('background')
    .summary('measure how often noise alone looks like a merger to a model')
    .description(
      "Slides the detectors' strain against each other in time, searches it with a model as often as needed, and writes " +
        'background.json beside the model, by which its events get false-alarm rates.',
    )
    .argument('<FILES...>', 'strain files, or DETECTOR=FILE where a file does not say whose it is')
    .requiredOption('--model <DIR>', 'model that searches')
    .option('--days <D>', 'background to reach, days', positiveDays, 30)
    .option(
      '--exclude <GPS>',
      'time of a known event, which is cut out; may be repeated',
      (time: string, before: readonly string[]) => [...before, time],
      [] as readonly string[],
    )
    .option('--out <FILE>', 'where to write it; beside the model by default')
    .action((files: string[], flags: BackgroundFlags) => runBackground(files, flags, context))
}
