import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { QuadrupoleError } from '../core/index.ts'
import { backgroundCommand } from './background.ts'
import { challengeCommand } from './challenge.ts'
import type { CliContext } from './context.ts'
import { exitCodeOf, exitCodesHelp } from './exit-codes.ts'
import { lookCommand } from './look.ts'
import { searchCommand } from './search.ts'
import { sensitivityCommand } from './sensitivity.ts'
import { trainCommand } from './train.ts'

const packageVersion = (): string =>
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version

/** All commands below one, at any depth. */
const below = (command: Command): Command[] => command.commands.flatMap(each => [each, ...below(each)])

function createProgram(context: CliContext): Command {
  const program = new Command('quad')
    .description('Machine learning for gravitational waves.')
    .version(packageVersion(), '--version', 'print the version')
    .option('--debug', 'show the stack of an error')
    .addCommand(searchCommand(context))
    .addCommand(sensitivityCommand(context))
    .addCommand(lookCommand(context))
    .addCommand(trainCommand(context))
    .addCommand(backgroundCommand(context))
    .addCommand(challengeCommand(context))
    .addHelpText('after', `\n${exitCodesHelp()}`)
  const commands = below(program)
  for (const command of [program, ...commands])
    command
      .helpOption('--help', 'show this help')
      .exitOverride()
      .configureOutput({
        writeOut: text => context.stdout.write(text),
        writeErr: text => context.stderr.write(text),
        getOutHelpWidth: () => context.stdout.columns ?? 80,
        getErrHelpWidth: () => context.stderr.columns ?? 80,
      })
  for (const command of commands) command.option('--debug', 'show the stack of an error')
  return program
}

/** An error as one line; a line break in a cause's text must not make it two. */
const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s*\n\s*/g, ' ')

/**
 * Runs the command line and returns its exit code. An error is one line on `stderr`; with `--debug`, its stack and its
 * causes follow.
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  try {
    await createProgram(context).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    // Commander has said what it has to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodeOf(usageError(error))
    context.stderr.write(`error: ${oneLine(error)}\n`)
    if (args.includes('--debug'))
      for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
        context.stderr.write(`${cause === error ? '' : 'caused by '}${cause.stack}\n`)
    else if (!(error instanceof QuadrupoleError))
      context.stderr.write('this is a bug in quad; run it again with --debug and report what it prints\n')
    return exitCodeOf(error)
  }
}

const usageError = (error: CommanderError): QuadrupoleError =>
  new QuadrupoleError('argument', error.message, { cause: error })
