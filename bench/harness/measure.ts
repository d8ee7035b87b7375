import type { Timed } from './bench.ts'

/** Seconds of one call, over the samples of one round. */
export interface Measurement {
  readonly median: number
  readonly min: number
  /** Number of samples. */
  readonly n: number
}

/** A sample of several calls when one is too short for the clock. */
const shortestSample = 1e-3

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * Times calls for about `seconds`, at least three samples, after a warm-up of a third of that; the rival's
 * `measure` in `bench/rivals/rival.py` does the same.
 */
export async function measure(run: Timed['run'], seconds: number): Promise<Measurement> {
  const sample = async (calls: number): Promise<number> => {
    const started = performance.now()
    for (let i = 0; i < calls; i++) {
      const pending = run()
      if (pending !== undefined) await pending
    }
    return (performance.now() - started) / 1000 / calls
  }
  const now = () => performance.now() / 1000
  let end = now() + seconds / 3
  let last = await sample(1)
  while (now() < end) last = await sample(1)
  const calls = Math.max(1, Math.ceil(shortestSample / last))
  const samples: number[] = []
  for (end = now() + seconds; now() < end || samples.length < 3; ) samples.push(await sample(calls))
  return { median: median(samples), min: Math.min(...samples), n: samples.length }
}
