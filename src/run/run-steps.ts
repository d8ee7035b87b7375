import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  createWorkerPool,
  ioError,
  type Logger,
  type Progress,
  QuadrupoleError,
  silentLogger,
  silentProgress,
  type WorkerPool,
  type WorkProgress,
} from '../core/index.ts'
import { type AddressedStep, stepError } from './address.ts'
import { type Claim, claimEntry } from './claim.ts'
import { isComplete, makeEntry, scratchOf } from './entry.ts'
import { collectGarbage } from './garbage.ts'
import { neededSteps } from './plan.ts'
import type { Step } from './step.ts'

/** How steps are run. */
export interface RunStepsOptions {
  /** The folder that holds the outcomes of steps; it is made if it does not exist. */
  readonly cache: string
  /** The threads that steps may use; one of its own by default, closed at the end. */
  readonly pool?: WorkerPool
  /** Most steps that run at a time: as many as the pool has threads by default. */
  readonly concurrency?: number
  readonly progress?: Progress
  readonly logger?: Logger
  /** Cancels the run. */
  readonly signal?: AbortSignal
}

/**
 * Runs steps and all that they come after, as far as the cache lacks their outcome, and gives the folders of the steps
 * asked for, in their order. A run that was killed goes on from the steps that were complete. Several processes can run
 * the same steps on one cache: each step is made by one of them, and the others wait for it.
 *
 * After a failure no further step is started, and those that run are told by their signal.
 *
 * @throws The error of the step that failed, with its code and `step 'NAME': ` before its message, `runtime` if it was no
 * QuadrupoleError; `cancelled`; `io` if the cache can't be written.
 */
export async function runSteps(targets: readonly Step[], options: RunStepsOptions): Promise<string[]> {
  const { cache, pool = createWorkerPool(), progress = silentProgress, logger = silentLogger } = options
  const { concurrency = pool.size } = options
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new QuadrupoleError('argument', `run.runSteps: expected a positive integer concurrency, got ${concurrency}`)
  await mkdir(cache, { recursive: true }).catch(cause => {
    throw ioError('run.runSteps', 'write', cache, cause)
  })
  const failed = new AbortController()
  // The first failure is the reason of the others.
  const fail = (error: QuadrupoleError): void => failed.abort(error)
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])])
  try {
    await collectGarbage(cache)
    const { needed, entries } = await neededSteps(targets, cache)
    const done = needed.filter(({ entry }) => isComplete(cache, entry)).length
    const work = progress.begin('steps', { total: needed.length, done, unit: 'steps' })
    const run: Run = { cache, pool, progress, logger, signal, work, fail, limit: createLimit(concurrency) }
    const made = new Map<string, Promise<void>>()
    for (const addressed of needed) {
      const earlier = Object.values(addressed.after).map(({ entry }) => made.get(entry))
      made.set(
        addressed.entry,
        Promise.all(earlier).then(() => makeStep(run, addressed)),
      )
    }
    await Promise.allSettled(made.values())
    if (failed.signal.aborted) {
      if (!options.signal?.aborted) throw failed.signal.reason
      throw new QuadrupoleError('cancelled', 'run.runSteps: the run was cancelled', { cause: options.signal.reason })
    }
    work.finish()
    return entries.map(entry => join(cache, entry))
  } finally {
    if (options.pool === undefined) await pool.close({ stopRunning: true })
  }
}

interface Run extends Required<Pick<RunStepsOptions, 'cache' | 'pool' | 'progress' | 'logger' | 'signal'>> {
  readonly work: WorkProgress
  readonly fail: (error: QuadrupoleError) => void
  readonly limit: <Result>(task: () => Promise<Result>) => Promise<Result>
}

/** Makes a step's outcome, or waits until another process has made it. */
async function makeStep(run: Run, addressed: AddressedStep): Promise<void> {
  const { cache, limit, work } = run
  if (isComplete(cache, addressed.entry)) return
  // The wait is out of the limit, so that another step can be made meanwhile, and random, so that two processes part.
  while (!(await limit(() => tryStep(run, addressed)))) await sleep(100 + 200 * Math.random())
  work.advance()
}

/** Whether a step's outcome is there in the end; it is not if another process has the claim. */
async function tryStep(run: Run, addressed: AddressedStep): Promise<boolean> {
  const { cache, signal, fail } = run
  let claim: Claim | undefined
  try {
    signal.throwIfAborted()
    claim = await claimEntry(cache, addressed.entry)
    if (claim !== undefined && !isComplete(cache, addressed.entry))
      await makeEntry(cache, addressed, folder => runStep(run, addressed, folder))
    return isComplete(cache, addressed.entry)
  } catch (error) {
    const named = stepError(addressed.step.name, error)
    fail(named)
    throw named
  } finally {
    await claim?.release()
  }
}

async function runStep(run: Run, { step, entry, after }: AddressedStep, folder: string): Promise<void> {
  const { cache, pool, progress, logger, signal } = run
  logger.log('info', `step ${step.name} starts`, { entry })
  const outputs = Object.fromEntries(Object.entries(after).map(([name, earlier]) => [name, join(cache, earlier.entry)]))
  const named: Progress = { begin: (name, work) => progress.begin(`${step.name}: ${name}`, work) }
  const scratch = () => scratchOf(cache, entry)
  await step.run({ folder, outputs, scratch, pool, progress: named, logger, signal })
  signal.throwIfAborted()
}

/** Runs at most so many tasks at a time, in the order in which they come. */
function createLimit(most: number): Run['limit'] {
  const waiting: (() => void)[] = []
  let running = 0
  return async task => {
    if (running >= most) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
      return await task()
    } finally {
      // Whoever waits takes the place over.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
