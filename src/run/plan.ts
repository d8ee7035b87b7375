import { formatDuration } from '../core/index.ts'
import { type AddressedStep, createAddresser } from './address.ts'
import { isComplete } from './entry.ts'
import type { Step } from './step.ts'

/** A step as a plan has it. */
export interface PlannedStep {
  readonly name: string
  /** Its folder in the cache, made or to be made. */
  readonly entry: string
  readonly isDone: boolean
  /** About how many seconds it takes. */
  readonly cost: number
}

/** What a run would do. */
export interface Plan {
  /** The steps that are to run and those done ones whose outputs are used, each after those that it needs. */
  readonly steps: readonly PlannedStep[]
  readonly done: number
  /** About how many seconds the steps to run take, one after another. */
  readonly cost: number
}

/**
 * Looks at what a run of steps would do, and does nothing: the `--dry-run` of commands.
 *
 * @throws `io` naming the step whose input can't be read.
 */
export async function planSteps(targets: readonly Step[], { cache }: { readonly cache: string }): Promise<Plan> {
  const { needed } = await neededSteps(targets, cache)
  const steps = needed.map(({ step: { name, cost }, entry }) => ({
    name,
    entry,
    isDone: isComplete(cache, entry),
    cost,
  }))
  const waiting = steps.filter(({ isDone }) => !isDone)
  return {
    steps,
    done: steps.length - waiting.length,
    cost: waiting.reduce((sum, { cost }) => sum + cost, 0),
  }
}

/**
 * Steps that are not done and all that these read, each after those that it needs; what only done steps read is left out.
 * And the entries of the targets.
 */
export async function neededSteps(
  targets: readonly Step[],
  cache: string,
): Promise<{ readonly needed: AddressedStep[]; readonly entries: string[] }> {
  const addressOf = createAddresser()
  const needed = new Map<string, AddressedStep>()
  const visit = (addressed: AddressedStep): void => {
    if (needed.has(addressed.entry)) return
    if (!isComplete(cache, addressed.entry)) for (const earlier of Object.values(addressed.after)) visit(earlier)
    needed.set(addressed.entry, addressed)
  }
  const entries: string[] = []
  for (const target of targets) {
    const addressed = await addressOf(target)
    visit(addressed)
    entries.push(addressed.entry)
  }
  return { needed: [...needed.values()], entries }
}

/** A plan as lines of text: each step, whether it is done, and what it costs. */
export function planText({ steps, done, cost }: Plan): string {
  const width = Math.max(0, ...steps.map(({ name }) => name.length))
  const lines = steps.map(step => `${step.name.padEnd(width)}  ${step.isDone ? 'done' : formatDuration(step.cost)}`)
  return [...lines, `${done} of ${steps.length} steps done, about ${formatDuration(cost)} to go`].join('\n')
}
