import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { QuadrupoleError, textProgress } from '../core/index.ts'
import type { LookSummary } from '../search/index.ts'
import type { CliContext } from './context.ts'

interface LookFlags {
  readonly example?: boolean
  readonly out: string
  readonly json?: boolean
  /** A path, `false` for none, nothing for the released one. */
  readonly model?: string | false
}

/** From here, in `src/cli` as in `dist/cli`, to the root of the package. */
const inPackage = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const exampleFiles = ['H-H1', 'L-L1'].map(site => `examples/data/${site}_GWOSC_4KHZ_R1-1126259447-32.hdf5`)
const releasedModel = 'models/first-detector/first-detector.onnx'

/** The result as a few aligned lines. */
function resultText(summary: LookSummary, verdict: string, page: string): string {
  const { event, network, crossCheck, detectors, lightTravelTime } = summary
  const [first, second] = detectors.map(({ detector }) => detector)
  const [late, early] = event.delay >= 0 ? [first, second] : [second, first]
  const standing = ({ next, sigmas }: { next: number; sigmas: number }) =>
    `next highest ${next.toFixed(2)}; ${sigmas.toFixed(1)} sigma above the rest`
  const rows = [
    ['GPS time', event.gpsTime.toFixed(3), event.utc.replace('T', ' ').replace('Z', ' UTC')],
    [
      'delay',
      `${(Math.abs(event.delay) * 1e3).toFixed(1)} ms`,
      `${late} after ${early}; light takes ${(lightTravelTime * 1e3).toFixed(1)} ms`,
    ],
    ...(network ? [['network output', network.value.toFixed(2), standing(network)]] : []),
    ['cross-correlation', crossCheck.value.toFixed(2), standing(crossCheck)],
  ] as const
  const [nameWidth, valueWidth] = [0, 1].map(column => Math.max(...rows.map(row => row[column]!.length)))
  const lines = rows.map(
    ([name, value, note]) => `  ${name!.padEnd(nameWidth!)}  ${value!.padEnd(valueWidth!)}  ${note}`,
  )
  return [verdict, '', ...lines, '', `Report: ${page}`, ''].join('\n')
}

function chooseModel(model: LookFlags['model'], { stderr }: CliContext): string | undefined {
  if (model === false) return undefined
  if (model !== undefined) return model
  const released = inPackage(releasedModel)
  if (existsSync(released)) return released
  stderr.write(`no network in ${released}: looking with the cross-correlation alone\n`)
  return undefined
}

async function runLook(files: readonly string[], flags: LookFlags, context: CliContext): Promise<void> {
  if (flags.example && files.length > 0)
    throw new QuadrupoleError('argument', 'quad look: --example looks at its own files; leave out either it or FILES')
  if (!flags.example && files.length !== 2)
    throw new QuadrupoleError(
      'argument',
      `quad look: expected two strain files, one a detector, got ${files.length}; try quad look --example`,
    )
  const model = chooseModel(flags.model, context)
  // Only now: `quad --help` needs none of what reads and draws.
  const { loadNetwork, look, lookSummary, lookVerdict, writeLookReport } = await import('../search/index.ts')
  const network = model === undefined ? undefined : await loadNetwork(model)
  const progress = textProgress(context.stderr)
  let work: ReturnType<typeof progress.begin> | undefined
  let counted = 0
  try {
    const result = await look(flags.example ? exampleFiles.map(inPackage) : files, {
      network,
      onProgress(done, total) {
        work ??= progress.begin('look', { total, unit: 'windows' })
        work.advance(done - counted)
        counted = done
      },
    })
    work?.finish()
    const { page } = await writeLookReport(result, flags.out)
    const summary = lookSummary(result)
    context.stdout.write(
      flags.json
        ? `${JSON.stringify({ ...summary, report: page }, undefined, 2)}\n`
        : resultText(summary, lookVerdict(summary), page),
    )
  } finally {
    await network?.dispose()
  }
}

/** `quad look`: the first look at two files. */
export function lookCommand(context: CliContext): Command {
  return new Command('look')
    .summary('find the most striking moment in strain of two detectors')
    .description(
      'Reads strain of two detectors over the same time, whitens it, slides a small network over it, correlates the ' +
        'detectors within the light travel time, and writes a report of what stands out.',
    )
    .argument('[FILES...]', 'two strain files of one detector each (HDF5 of GWOSC, PyCBC or GWpy)')
    .option('--example', 'look at GW150914, with the strain files that come with the package')
    .option('--out <DIR>', 'folder of the report', 'report')
    .option('--json', 'print the result as JSON')
    .option('--model <FILE>', 'ONNX file of the network, with its model.json beside it')
    .option('--no-model', 'use no network, only the cross-correlation')
    .action((files: string[], flags: LookFlags) => runLook(files, flags, context))
}
