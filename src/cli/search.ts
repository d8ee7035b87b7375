import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { createWorkerPool, formatDuration, type Json, QuadrupoleError, textProgress } from '../core/index.ts'
import type { SearchOutcome } from '../search/index.ts'
import type { CliContext } from './context.ts'
import { interruption } from './interruption.ts'

interface SearchFlags {
  readonly example?: boolean
  readonly model: string
  readonly out: string
  readonly far: number
  readonly json?: boolean
}

/** From here, in `src/cli` as in `dist/cli`, to the root of the package. */
const inPackage = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const exampleFiles = ['H-H1', 'L-L1'].map(site => `examples/data/${site}_GWOSC_4KHZ_R1-1126259447-32.hdf5`)

/** The model that comes with the package, for real strain. */
const releasedModel = inPackage('models/bbh')

const positiveRate = (text: string): number => {
  const rate = text.trim() === '' ? Number.NaN : Number(text)
  if (rate > 0) return rate
  throw new QuadrupoleError('argument', `quad search: expected a positive number of false alarms a year, got '${text}'`)
}

/** Most sentences about the data that are printed; the report has all. */
const mostNotes = 20

/** What was wrong with the data, a line each. */
function notes({ remarks, stretches }: SearchOutcome): string[] {
  const all = [...new Set([...remarks, ...stretches.flatMap(stretch => stretch.remarks)])]
  const rest = all.length - mostNotes
  const more = rest > 0 ? [`Note: ${rest} more like these are in the report`] : []
  return [...all.slice(0, mostNotes).map(remark => `Note: ${remark}`), ...more]
}

/** What was found as a small table. */
function outcomeText(outcome: SearchOutcome, page: string, rateText: (perYear: number) => string): string {
  const { events, livetime, stretches, model } = outcome
  const searched = `${formatDuration(livetime)} of strain in ${stretches.length} stretch${stretches.length === 1 ? '' : 'es'}`
  const rows = events.map(({ gpsTime, utc, statistic, far, snrs, template }) => [
    gpsTime.toFixed(3),
    utc.replace('T', ' ').replace('Z', ''),
    statistic.toFixed(2),
    rateText(far),
    Object.entries(snrs)
      .map(([detector, snr]) => `${detector} ${snr.toFixed(1)}`)
      .join(' '),
    `${template.mass1Solar.toFixed(0)} + ${template.mass2Solar.toFixed(0)}`,
  ])
  const table = [['GPS time', 'UTC', 'statistic', 'false alarms', 'SNR', 'template (solar masses)'], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map(row => row[column]!.length)))
  const found =
    events.length === 0
      ? [`Nothing was found in ${searched}.`]
      : [
          `${events.length === 1 ? 'One event' : `${events.length} events`} in ${searched}, searched with ${model.name}:`,
          '',
          ...table.map(row => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd()),
        ]
  return [...found, '', ...notes(outcome), `Report: ${page}`, ''].join('\n')
}

async function runSearch(files: readonly string[], flags: SearchFlags, context: CliContext): Promise<void> {
  if (flags.example && files.length > 0)
    throw new QuadrupoleError('argument', 'quad search: --example searches its own files; leave out either it or FILES')
  if (!flags.example && files.length === 0)
    throw new QuadrupoleError('argument', 'quad search: expected files of strain, got none; try quad search --example')
  // Only now: `quad --help` needs none of what searches.
  const search = await import('../search/index.ts')
  const model = await search.readSearchModel(flags.model)
  const interrupted = interruption()
  const pool = createWorkerPool()
  const progress = textProgress(context.stderr)
  try {
    const { outcome, report } = await search.searchFiles(flags.example ? exampleFiles.map(inPackage) : files, {
      model,
      pool,
      progress,
      maximumRate: flags.far,
      folder: flags.out,
      signal: interrupted.signal,
    })
    context.stdout.write(
      flags.json
        ? `${JSON.stringify(outcome as unknown as Json, undefined, 2)}\n`
        : outcomeText(outcome, report.page, search.frequencyText),
    )
  } finally {
    interrupted[Symbol.dispose]()
    await pool.close({ stopRunning: true })
  }
}

/** `quad search`: finds mergers in strain. */
export function searchCommand(context: CliContext): Command {
  return new Command('search')
    .summary('find mergers in strain, with false-alarm rates')
    .description(
      'Reads strain of any formats, leaves out what is not good, searches the rest for binary black holes with a trained ' +
        'model, and writes a report of what it found: times, false-alarm rates, SNRs.',
    )
    .argument('[FILES...]', 'strain files, or DETECTOR=FILE where a file does not say whose it is')
    .option('--example', 'search around GW150914, in strain files that come with the package')
    .option('--model <DIR>', 'model that searches', releasedModel)
    .option('--far <RATE>', 'tell events of up to so many false alarms a year', positiveRate, 365.25)
    .option('--out <DIR>', 'folder of the report', 'report')
    .option('--json', 'print the result as JSON')
    .action((files: string[], flags: SearchFlags) => runSearch(files, flags, context))
}
