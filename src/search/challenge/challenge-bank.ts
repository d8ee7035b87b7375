import { join } from 'node:path'
import { type RunStepsOptions, runSteps } from '../../run/index.ts'
import { readBank } from '../matched-filter/bank-file.ts'
import type { TemplateBank } from '../matched-filter/template-bank.ts'
import { bankSchema } from '../training/bank-recipe.ts'
import { bankFile, bankStep } from '../training/candidate-steps.ts'
import { challengeSampleRate } from './plan.ts'

/** Banks that cover the populations of the data sets: each draw matches a template to 0.97 in set 1, 0.95 in set 2. */
const recipes = {
  1: { prior: 'mlgwsc1-set1', noise: 'aligo-design', draws: 4000 },
  2: { prior: 'mlgwsc1-set2', noise: 'o3a', curves: 8, draws: 10_000, minimumMatch: 0.95, basisSize: 160 },
} as const

/** The bank of plain matched filtering for a data set, made once in a cache of steps. */
export async function challengeBank(set: 1 | 2, options: RunStepsOptions): Promise<TemplateBank> {
  const [folder] = await runSteps([bankStep(bankSchema.parse(recipes[set]), challengeSampleRate)], options)
  return readBank(join(folder!, bankFile))
}
