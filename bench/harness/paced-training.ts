import { type Progress, silentProgress } from 'quadrupole/core'
import type { BatchSource } from 'quadrupole/train'

/** A training that makes so many more steps when it is told to, and rests in between. */
export interface PacedTraining<Batch> {
  readonly batches: BatchSource<Batch>
  readonly progress: Progress
  advance(steps: number): Promise<void>
  stop(): void
}

/** Batches are begun only as far as steps are allowed, so that a training at rest takes no core from a rival. */
export function pacedTraining<Batch>(source: BatchSource<Batch>): PacedTraining<Batch> {
  const stopped = new AbortController()
  const waiting = new Map<number, () => void>()
  let allowed = 0
  let done = 0
  let reached = (): void => {}
  return {
    batches: {
      specs: source.specs,
      isShared: source.isShared ?? true,
      fill: async (index, into, signal) => {
        if (index >= allowed) await new Promise<void>(resolve => waiting.set(index, resolve))
        stopped.signal.throwIfAborted()
        await source.fill(index, into, signal)
      },
    },
    progress: {
      begin: (name, work) => ({
        ...silentProgress.begin(name, work),
        advance: () => {
          if (++done === allowed) reached()
        },
      }),
    },
    advance: steps =>
      new Promise(resolve => {
        reached = resolve
        allowed += steps
        for (const [index, go] of waiting)
          if (index < allowed) {
            waiting.delete(index)
            go()
          }
      }),
    stop: () => {
      stopped.abort()
      for (const go of waiting.values()) go()
    },
  }
}
