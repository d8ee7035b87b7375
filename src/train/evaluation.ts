import { QuadrupoleError } from '../core/index.ts'
import type { Variables } from '../nn/index.ts'
import type { BestSoFar } from './checkpoint.ts'

/** Numbers that judge a network. */
export type EvaluationMetrics = Readonly<Record<string, number>>

/** When and how a training looks at what it has reached. */
export interface EvaluationOptions<Parameters, Statistics> {
  /** Steps from one evaluation to the next; the last step is always evaluated. */
  readonly every: number
  /** Judges a network: the averaged weights where an average is kept. It must depend on its arguments alone. */
  readonly evaluate: (variables: Variables<Parameters, Statistics>, step: number) => Promise<EvaluationMetrics>
  /** The metric by which a network is the best; without it none is kept as such. */
  readonly monitor?: string
  /** Whether the best is 'highest', the default, or 'lowest'. */
  readonly goal?: 'highest' | 'lowest'
  /** Evaluations without a new best after which training ends; false, the default, never ends it. */
  readonly patience?: number | false
}

/** Where the search for the best stands. */
export interface BestSearch {
  readonly best: BestSoFar | null
  readonly evaluationsSinceBest: number
}

/**
 * The search after one more evaluation; a value that is NaN is never the best.
 *
 * @throws `config` where the metric that decides is none of those measured.
 */
export function searchOn(
  { best, evaluationsSinceBest }: BestSearch,
  metrics: EvaluationMetrics,
  step: number,
  { monitor, goal = 'highest' }: Pick<EvaluationOptions<unknown, unknown>, 'monitor' | 'goal'>,
): BestSearch & { readonly isBest: boolean } {
  if (monitor === undefined) return { best, evaluationsSinceBest, isBest: false }
  const value = metrics[monitor]
  if (value === undefined)
    throw new QuadrupoleError(
      'config',
      `train.fit: the evaluation gives no '${monitor}' to monitor; it gives ${Object.keys(metrics).join(', ')}`,
      { details: { monitor } },
    )
  const isBest = !Number.isNaN(value) && (!best || (goal === 'highest' ? value > best.value : value < best.value))
  return {
    isBest,
    best: isBest ? { step, value } : best,
    evaluationsSinceBest: isBest ? 0 : evaluationsSinceBest + 1,
  }
}
