import { type Logger, type Progress, QuadrupoleError, type WorkerPool } from '../core/index.ts'

/** What a step is given when it runs. */
export interface StepContext {
  /** An empty folder for all that the step makes; it goes into the cache when the step returns. */
  readonly folder: string
  /** The folders of the steps that this one comes after, by the names it knows them by. */
  readonly outputs: Readonly<Record<string, string>>
  /** Makes a folder that outlives a killed run, for checkpoints; it is removed when the step is complete. */
  readonly scratch: () => Promise<string>
  readonly pool: WorkerPool
  readonly progress: Progress
  readonly logger: Logger
  /** Aborts when the run is cancelled or another step has failed. */
  readonly signal: AbortSignal
}

/** What a step is made of. All but `run` and `cost` says what the step makes, and makes up its address. */
export interface StepSource {
  /** For people and folders: `background-0012`. */
  readonly name: string
  /** Of the step's code: to be changed when the same input would give something else. */
  readonly version?: string
  /** All that shapes the outcome, as plain JSON. */
  readonly configuration?: Readonly<Record<string, unknown>>
  /** As given to `randomKey`. */
  readonly seed?: number | bigint | string
  /** Paths of the files that it reads; what counts is their content. */
  readonly inputs?: readonly string[]
  /** The steps whose outputs it reads, by the names that it knows them by. */
  readonly after?: Readonly<Record<string, Step>>
  /** About how many seconds it takes, for the plan. */
  readonly cost?: number
  readonly run: (context: StepContext) => Promise<void> | void
}

/** A piece of work whose outcome is a folder, determined by its input. */
export type Step = Readonly<Required<Omit<StepSource, 'seed'>>> & Pick<StepSource, 'seed'>

/**
 * Makes a step; nothing runs yet. A step must be a function of its input: same configuration, seed and files, same bytes.
 *
 * @throws `argument` for a name that can't be that of a folder or a cost that is no time.
 *
 * @example
 * const noise = createStep({
 *   name: 'noise',
 *   configuration: { seconds: 64 },
 *   run: ({ folder }) => writeFile(join(folder, 'noise.txt'), '0'),
 * })
 */
export function createStep(source: StepSource): Step {
  const { version = '1', configuration = {}, inputs = [], after = {}, cost = 0, ...rest } = source
  const refuse = (what: string): never => {
    throw new QuadrupoleError('argument', `run.createStep: '${source.name}': expected ${what}`, {
      details: { name: source.name, cost },
    })
  }
  if (!/^[\w-]{1,100}$/.test(source.name)) refuse('a name of 1 to 100 letters, digits, - and _')
  if (!(cost >= 0 && cost < Infinity)) refuse(`a cost in seconds, got ${cost}`)
  return Object.freeze({ version, configuration, inputs, after, cost, ...rest })
}
