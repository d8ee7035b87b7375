import { QuadrupoleError } from '../core/index.ts'
import type { MetricsFile } from './metrics-file.ts'
import type { ScheduleValues } from './schedule.ts'
import type { StepOutput } from './training-step.ts'

/** Sums over steps that no line of metrics tells of yet. */
export interface PendingMetrics {
  readonly count: number
  readonly sums: Readonly<Record<string, number>>
}

export const nothingPending: PendingMetrics = { count: 0, sums: {} }

/** A step's numbers, added to those before it. */
export function addStep({ count, sums }: PendingMetrics, values: Readonly<Record<string, number>>): PendingMetrics {
  return {
    count: count + 1,
    sums: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, (sums[name] ?? 0) + value])),
  }
}

/** Writes the means of what is pending as a line, beside the learning rate of the last step. */
export async function writePending(
  file: MetricsFile,
  step: number,
  { count, sums }: PendingMetrics,
  { learningRate, momentum }: ScheduleValues,
): Promise<PendingMetrics> {
  const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]))
  const values = { ...means, learningRate, ...(momentum !== undefined && { momentum }) }
  await file.append({ step, kind: 'training', values })
  return nothingPending
}

/** The numbers that a step gave. */
export function stepNumbers({ loss, gradientNorm, metrics }: StepOutput): Record<string, number> {
  return {
    loss: loss.item(),
    gradientNorm: gradientNorm.item(),
    ...Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value.item()])),
  }
}

/** What is known of a step that went wrong. */
export interface StepContext {
  readonly step: number
  readonly learningRate: number
  /** A tensor of its batch that holds NaN or infinities. */
  readonly faultyInput: string | undefined
  /** Where to go on from. */
  readonly checkpoint: { readonly path: string; readonly step: number } | undefined
}

/**
 * Refuses a step whose loss or gradient is not finite, before anything of it is kept.
 *
 * @throws `runtime` naming the step, what is known of the cause and the last good checkpoint.
 */
export function requireFinite(numbers: Readonly<Record<string, number>>, contextOf: () => StepContext): void {
  const name = ['loss', 'gradientNorm'].find(each => !Number.isFinite(numbers[each]))
  if (name === undefined) return
  const { step, learningRate, faultyInput, checkpoint } = contextOf()
  const what = name === 'loss' ? 'the loss' : "the gradient's norm"
  const cause =
    faultyInput === undefined
      ? `its batch is finite; lower the learning rate (${learningRate.toPrecision(3)} there) or clip gradients`
      : `its batch holds NaN or infinities in ${faultyInput}; mend the data source`
  const kept = checkpoint ? `; the state after step ${checkpoint.step} is kept in ${checkpoint.path}` : ''
  throw new QuadrupoleError('runtime', `train.fit: ${what} is ${numbers[name]} in step ${step + 1}: ${cause}${kept}`, {
    details: { step: step + 1, batch: step, ...numbers, ...(faultyInput && { faultyInput }) },
  })
}
