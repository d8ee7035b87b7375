import { QuadrupoleError } from '../core/index.ts'

/** What an optimiser is told before a step. */
export interface ScheduleValues {
  readonly learningRate: number
  /** Adam's beta1; left to the optimiser where a schedule does not cycle it. */
  readonly momentum?: number
}

/** What holds at each step, the first being 0. */
export type Schedule = (step: number) => ScheduleValues

/** The same learning rate at every step. */
export const constantRate =
  (learningRate: number): Schedule =>
  () => ({ learningRate })

export interface OneCycleOptions {
  /** Steps of the whole training. */
  readonly steps: number
  /** The highest learning rate. */
  readonly learningRate: number
  /** Share of the steps in which the rate rises; 0.3 by default. */
  readonly warmUp?: number
  /** The highest rate over the first; 25 by default. */
  readonly startDivisor?: number
  /** The first rate over the last; 10,000 by default. */
  readonly endDivisor?: number
  /** Momentum where the rate is highest and where it is lowest, [0.85, 0.95] by default; false leaves it alone. */
  readonly momentum?: readonly [atPeak: number, atEnds: number] | false
}

/**
 * The one-cycle schedule (Smith and Topin 2018, arXiv:1708.07120) in PyTorch's form: the rate rises from
 * `learningRate / startDivisor` along half a cosine, then falls to `learningRate / startDivisor / endDivisor` along
 * another; momentum goes the other way.
 *
 * @throws `argument` for steps, rates or shares out of their ranges.
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const { steps, learningRate, warmUp = 0.3, startDivisor = 25, endDivisor = 1e4 } = options
  const { momentum = [0.85, 0.95] } = options
  const refuse = (what: string): never => {
    throw new QuadrupoleError('argument', `train.oneCycle: ${what}`, { details: { ...options } })
  }
  if (!Number.isInteger(steps) || steps < 1) refuse(`expected a positive number of steps, got ${steps}`)
  if (!(learningRate > 0)) refuse(`expected a positive learningRate, got ${learningRate}`)
  if (!(warmUp >= 0 && warmUp <= 1)) refuse(`expected warmUp from 0 to 1, got ${warmUp}`)
  if (!(startDivisor > 0 && endDivisor > 0)) refuse(`expected positive divisors, got ${startDivisor} and ${endDivisor}`)

  const first = learningRate / startDivisor
  const last = first / endDivisor
  const peak = warmUp * steps - 1
  return step => {
    const isRising = step <= peak
    // how far a half cosine has come; the falling one alone where nothing rises
    const share = isRising ? step / peak : (step - peak) / (steps - 1 - peak)
    const along = (from: number, to: number) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share))
    const rate = isRising ? along(first, learningRate) : along(learningRate, last)
    if (!momentum) return { learningRate: rate }
    const [atPeak, atEnds] = momentum
    return { learningRate: rate, momentum: isRising ? along(atEnds, atPeak) : along(atPeak, atEnds) }
  }
}

export interface CosineOptions {
  readonly steps: number
  /** The highest learning rate. */
  readonly learningRate: number
  /** Share of the steps in which the rate rises along a line; 0.05 by default. */
  readonly warmUp?: number
  /** The last rate over the highest; 0 by default. */
  readonly end?: number
}

/** A rise along a line, then a fall along half a cosine (Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5). */
export function cosineDecay({ steps, learningRate, warmUp = 0.05, end = 0 }: CosineOptions): Schedule {
  const rising = warmUp * steps
  return step => {
    if (step < rising) return { learningRate: (learningRate * (step + 1)) / Math.ceil(rising) }
    const share = (step - rising) / Math.max(1, steps - rising)
    return { learningRate: learningRate * (end + ((1 - end) / 2) * (1 + Math.cos(Math.PI * share))) }
  }
}
