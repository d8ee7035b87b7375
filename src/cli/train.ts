import { basename, extname, join } from 'node:path'
import { Command } from 'commander'
import { formatDuration, lineLogger, textProgress } from '../core/index.ts'
import type { TrainedDetector } from '../train/index.ts'
import type { CliContext } from './context.ts'
import { interruption } from './interruption.ts'

interface TrainFlags {
  readonly out?: string
  readonly resume?: boolean
  readonly set: readonly string[]
  readonly printConfig?: boolean
  readonly json?: boolean
  readonly verbose?: boolean
}

/** The result as a few aligned lines. */
function resultText({ fit, step, scores, parameters, files }: TrainedDetector, seconds: number): string {
  const { ended, best } = fit
  const reached = ended === 'steps' ? 'all steps were done' : 'evaluations found nothing better'
  const rows = [
    ['steps', String(fit.step), `${reached}, in ${formatDuration(seconds)}`],
    ['parameters', String(parameters), ''],
    ['weights of step', String(step), best ? 'the best by the metric monitored' : 'the last'],
    ...Object.entries(scores ?? {}).map(([name, value]) => [name, String(Number(value.toPrecision(5))), '']),
  ] as const
  const [nameWidth, valueWidth] = [0, 1].map(column => Math.max(...rows.map(row => row[column]!.length)))
  const lines = rows.map(([name, value, note]) =>
    `  ${name!.padEnd(nameWidth!)}  ${value!.padEnd(valueWidth!)}  ${note}`.trimEnd(),
  )
  return [...lines, '', `Model: ${files.model}`, `Page: ${files.page}`, ''].join('\n')
}

async function runTrain(path: string, flags: TrainFlags, context: CliContext): Promise<void> {
  // Only now: `quad --help` needs none of what trains.
  const [train, search, { workerExecutor }, { readConfig, showConfig }] = await Promise.all([
    import('../train/index.ts'),
    import('../search/index.ts'),
    import('../tensor/index.ts'),
    import('../run/index.ts'),
  ])
  const kinds = {
    models: { resnet: train.resNetKind, 'coherent-cnn': train.coherentCnnKind, coincidence: search.coincidenceKind },
    data: { chirps: train.chirpsKind, candidates: search.candidatesKind },
  }
  const configuration = await readConfig(path, train.trainingSchema(kinds), { set: flags.set })
  if (flags.printConfig) {
    context.stdout.write(showConfig(configuration))
    return
  }
  const interrupted = interruption()
  const started = performance.now()
  // in a thread of its own, so that this one can hand out batches and hear signals
  const executor = workerExecutor()
  try {
    const trained = await train.trainDetector(configuration, {
      kinds,
      folder: flags.out ?? join('runs', basename(path, extname(path))),
      resume: flags.resume ?? false,
      execution: { executor },
      progress: textProgress(context.stderr),
      signal: interrupted.signal,
      ...(flags.verbose && { logger: lineLogger(context.stderr, { now: Date.now }) }),
    })
    const { fit, step, scores, parameters, files } = trained
    context.stdout.write(
      flags.json
        ? `${JSON.stringify({ steps: fit.step, ended: fit.ended, step, parameters, scores: scores ?? null, ...files }, undefined, 2)}\n`
        : resultText(trained, (performance.now() - started) / 1000),
    )
  } finally {
    interrupted[Symbol.dispose]()
    await executor.dispose()
  }
}

/** `quad train`: a detector from a configuration. */
export function trainCommand(context: CliContext): Command {
  return new Command('train')
    .summary('train a detector as a configuration says')
    .description(
      'Trains the model of a configuration on its data, with checkpoints to go on from, metrics and a page of curves, ' +
        'and leaves model.onnx and model.json. Interrupted, it writes a checkpoint first.',
    )
    .argument('<CONFIG>', 'configuration (TOML)')
    .option('--out <DIR>', 'folder of the training; runs/NAME of the configuration by default')
    .option('--resume', 'go on from the checkpoint in the folder, if there is one')
    .option(
      '--set <KEY=VALUE>',
      'set a value over that of the file, such as training.steps=100; may be repeated',
      (setting: string, before: readonly string[]) => [...before, setting],
      [] as readonly string[],
    )
    .option('--print-config', 'print every value in force, as a configuration, and end')
    .option('--json', 'print the result as JSON')
    .option('--verbose', 'tell of evaluations and checkpoints')
    .action((path: string, flags: TrainFlags) => runTrain(path, flags, context))
}
