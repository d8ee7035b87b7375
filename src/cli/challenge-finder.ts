import { type Command, Option } from 'commander'
import { QuadrupoleError, type WorkerPool } from '../core/index.ts'
import type { RunStepsOptions } from '../run/index.ts'
import type { ChallengeSearch, ModelCard } from '../search/index.ts'

/** What `finderOptions` reads. */
export interface FinderFlags {
  readonly model?: string
  readonly ranking?: 'network' | 'snr'
  readonly threshold: number
}

/** What searches, and what a report says of it. */
export interface ChosenSearch {
  readonly finder: ChallengeSearch
  readonly name: string
  readonly modelCard: ModelCard | undefined
}

/** Reads a number for an option, refused with what was expected. */
export const numberOption =
  (command: string, expected: string, isRight: (value: number) => boolean) =>
  (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (isRight(value)) return value
    throw new QuadrupoleError('argument', `quad challenge ${command}: expected ${expected}, got '${text}'`)
  }

/** Reads the number of a data set. */
export const dataSetOption = (command: string): ((text: string) => 1 | 2) =>
  numberOption(command, 'data set 1 or 2', value => value === 1 || value === 2) as (text: string) => 1 | 2

/** Gives a command the options that say how challenge data are searched. */
export const finderOptions = (command: Command): Command =>
  command
    .option('--model <DIR>', 'model that searches; plain matched filtering without one')
    .addOption(
      new Option('--ranking <HOW>', "how candidates are ranked: by the model's network or by SNR").choices([
        'network',
        'snr',
      ]),
    )
    .option(
      '--threshold <SNR>',
      'least network SNR of a candidate',
      numberOption(command.name(), 'a positive SNR', snr => snr > 0 && snr < Infinity),
      6,
    )

/** How the data are searched: with a model, or by plain matched filtering with a bank for the data set. */
export async function chooseSearch(
  command: string,
  { set, model, ranking, threshold }: FinderFlags & { readonly set?: 1 | 2 },
  options: RunStepsOptions & { readonly pool: WorkerPool },
): Promise<ChosenSearch> {
  const refuse = (message: string): never => {
    throw new QuadrupoleError('argument', `quad challenge ${command}: ${message}`)
  }
  if (model === undefined && ranking === 'network') refuse('--ranking network needs a network; give --model DIR')
  if (model === undefined && set === undefined)
    return refuse('expected what searches; give --model DIR, or --set N for plain matched filtering')
  const search = await import('../search/index.ts')
  const chosen = model === undefined ? undefined : await search.readSearchModel(model)
  const bank = chosen?.bank ?? (await search.challengeBank(set!, options))
  const isRankedBySnr = chosen === undefined || ranking === 'snr'
  return {
    finder: {
      candidates: search.createCandidateSearch({
        bank,
        pool: options.pool,
        settings: { ...chosen?.settings, threshold },
      }),
      ranking: isRankedBySnr ? search.snrRanking() : await search.networkRanking(chosen.network),
    },
    name: chosen === undefined ? 'matched filter' : isRankedBySnr ? `${chosen.name}, ranked by SNR` : chosen.name,
    modelCard: chosen?.card,
  }
}
