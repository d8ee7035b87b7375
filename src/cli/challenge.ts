import { Command } from 'commander'
import { challengeRunCommand } from './challenge-run.ts'
import { challengeScoreCommand } from './challenge-score.ts'
import { challengeSearchCommand } from './challenge-search.ts'
import type { CliContext } from './context.ts'

/** `quad challenge`: the machine-learning mock data challenge MLGWSC-1. */
export function challengeCommand(context: CliContext): Command {
  return new Command('challenge')
    .summary('the mock data challenge MLGWSC-1: run, search, score')
    .description('The machine-learning gravitational-wave search mock data challenge (MLGWSC-1, arXiv:2209.11146).')
    .addCommand(challengeRunCommand(context))
    .addCommand(challengeSearchCommand(context))
    .addCommand(challengeScoreCommand(context))
}
