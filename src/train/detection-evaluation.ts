import { sigmoidCrossEntropy, type Variables } from '../nn/index.ts'
import { jit, tensor } from '../tensor/index.ts'
import { createBatchQueue } from './batches.ts'
import type { EvaluationMetrics } from './evaluation.ts'
import type { StepExecution } from './fit.ts'
import type { DetectionModel, DetectorInputs, Scorer, TrainingData } from './kinds/kinds.ts'
import { auroc, efficiencyAtFalsePositiveRate, partialAuroc } from './scores.ts'

export interface DetectionEvaluationOptions {
  /** Batches of windows to judge by. */
  readonly batches: number
  /** Bound of the partial area, and the rate at which efficiency is told. */
  readonly maxFalsePositiveRate: number
  /** Batches held in memory; 4 by default. */
  readonly prefetch?: number
  readonly execution?: StepExecution
}

/** Judges detectors; its compiled network is kept from one evaluation to the next. */
export interface DetectionEvaluation extends AsyncDisposable {
  evaluate(variables: Variables): Promise<EvaluationMetrics>
  close(): Promise<void>
}

/**
 * Judges a network on windows that training never sees, always the same: cross-entropy (`loss`), `auroc`, the partial area
 * and the efficiency at a false-positive rate (`partialAuroc`, `efficiency`), and what the data kind measures itself.
 */
export function createDetectionEvaluation(
  model: DetectionModel,
  data: TrainingData,
  options: DetectionEvaluationOptions,
): DetectionEvaluation {
  const { batches, maxFalsePositiveRate, prefetch = 4, execution = {} } = options
  const logits = jit(
    (variables: Variables, inputs: DetectorInputs) => model.apply(variables, inputs).output.logit,
    execution as NonNullable<Parameters<typeof jit>[1]>,
  )
  const close = () => logits.dispose()
  return {
    evaluate: async variables => {
      const score: Scorer = async inputs => (await logits(variables, inputs)).dataAs('float32')
      const scores = { signals: [] as number[], noise: [] as number[] }
      await using queue = createBatchQueue(data.evaluation, { end: batches, depth: prefetch })
      for (let i = 0; i < batches; i++) {
        const { batch, release } = await queue.next()
        const values = await score(batch.inputs)
        const isSignal = batch.isSignal.dataAs('float32')
        values.forEach((value, j) => {
          scores[isSignal[j] === 1 ? 'signals' : 'noise'].push(value)
        })
        release()
      }
      return { ...classificationMetrics(scores, maxFalsePositiveRate), ...(await data.evaluate?.(score)) }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function classificationMetrics(
  scores: { readonly signals: readonly number[]; readonly noise: readonly number[] },
  maxFalsePositiveRate: number,
): EvaluationMetrics {
  const { signals, noise } = scores
  const targets = [...signals.map(() => 1), ...noise.map(() => 0)]
  return {
    loss: sigmoidCrossEntropy(
      tensor([...signals, ...noise], { dtype: 'float64' }),
      tensor(targets, { dtype: 'float64' }),
    ).item(),
    auroc: auroc(scores),
    partialAuroc: partialAuroc(scores, { maxFalsePositiveRate }),
    efficiency: efficiencyAtFalsePositiveRate(scores, { falsePositiveRate: maxFalsePositiveRate }),
  }
}
