import { setTimeout } from 'node:timers/promises'
import type { BenchCase } from './bench.ts'
import { measure, median } from './measure.ts'
import type { Rival } from './rival.ts'

/** One case, measured. Times are seconds, medians of the rounds' medians; ratios are ours to theirs. */
export interface Comparison {
  readonly name: string
  readonly ours: number
  readonly theirs: number
  readonly ratio: number
  /** The smallest and largest ratio of a round. */
  readonly spread: readonly [number, number]
  readonly bar: number | null
  readonly ok: boolean
  readonly explanation?: string
  readonly rounds: readonly { readonly ours: number; readonly theirs: number }[]
}

/** Thread pools spin for a while after their last call, and would take the other side's cores. */
const settleMs = 60

/** Measures a case: in each round first ours, then theirs, so that a slower moment of the machine meets both. */
export async function compare(
  benchCase: BenchCase,
  rival: Rival,
  options: { readonly rounds: number; readonly seconds: number },
): Promise<Comparison> {
  const { name, theirs: rivalName = name, bar, explanation, setUp } = benchCase
  const ownRival = typeof rivalName === 'string' ? undefined : await rivalName()
  const { run, close } = await setUp()
  const measureRival = () =>
    typeof rivalName === 'string' ? rival.measure(rivalName, options.seconds) : measure(ownRival!.run, options.seconds)
  const rounds: { ours: number; theirs: number }[] = []
  try {
    for (let round = 0; round < options.rounds; round++) {
      await setTimeout(settleMs)
      const ours = (await measure(run, options.seconds)).median
      await setTimeout(settleMs)
      const theirs = (await measureRival()).median
      rounds.push({ ours, theirs })
    }
  } finally {
    await close?.()
    await ownRival?.close?.()
  }
  const ratios = rounds.map(({ ours, theirs }) => ours / theirs)
  const ratio = median(ratios)
  return {
    name,
    ours: median(rounds.map(({ ours }) => ours)),
    theirs: median(rounds.map(({ theirs }) => theirs)),
    ratio,
    spread: [Math.min(...ratios), Math.max(...ratios)],
    bar: bar ?? null,
    ok: bar === undefined || ratio <= bar,
    ...(explanation === undefined ? {} : { explanation }),
    rounds,
  }
}
