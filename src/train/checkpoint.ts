import { existsSync } from 'node:fs'
import { canonicalJson, type Json, type Key, mapTree, QuadrupoleError } from '../core/index.ts'
import type { NamedTensors, Storage, Tensor } from '../tensor/index.ts'
import { namedTensors, treeOfNamed } from './named-tensors.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'
import type { TrainingState } from './training-step.ts'

/** The best evaluation so far. */
export interface BestSoFar {
  readonly step: number
  readonly value: number
}

/** Where a training stands, beside its tensors: plain JSON. */
export interface TrainingPosition {
  /** Steps that were done: also the number of the next batch. */
  readonly step: number
  /** The key that the batches' keys are folded from. */
  readonly key: Key
  /** What must be the same for the training to go on from here. */
  readonly fingerprint: Json
  /** Length of the file of metrics. */
  readonly metricsBytes: number
  /** Sums since the last line of metrics, by name. */
  readonly pending: { readonly count: number; readonly sums: Readonly<Record<string, number>> }
  readonly best: BestSoFar | null
  /** Evaluations since the best. */
  readonly evaluationsSinceBest: number
}

/** A point that a training can go on from. */
export interface Checkpoint<State> {
  readonly state: State
  readonly position: TrainingPosition
}

const positionName = 'quadrupole.position'

/** The first element of a tree's tensors that is no finite number, if there is one. */
export function firstNotFinite(tree: unknown): string | undefined {
  return Object.entries(namedTensors(tree)).find(([, { data }]) => !areFinite(data))?.[0]
}

function areFinite(data: Storage): boolean {
  if (data instanceof BigInt64Array) return true
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) return false
  return true
}

/**
 * Writes a checkpoint as one file, so that tensors and position belong together whatever happens: safetensors, the
 * position as JSON in its metadata.
 *
 * @throws `runtime` for a state that holds NaN or infinities, without touching the file; `io`.
 */
export async function writeCheckpoint(path: string, { state, position }: Checkpoint<TrainingState>): Promise<void> {
  const fault = firstNotFinite(state)
  if (fault !== undefined)
    throw new QuadrupoleError(
      'runtime',
      `train.writeCheckpoint: ${fault} is not finite after step ${position.step}; the checkpoint is not written`,
      { details: { step: position.step, tensor: fault } },
    )
  await writeSafetensors(path, {
    tensors: namedTensors(state),
    metadata: { format: 'pt', [positionName]: JSON.stringify(canonicalJson(position)) },
  })
}

/** A checkpoint as it lies in its file. */
export interface StoredCheckpoint {
  readonly position: TrainingPosition
  /**
   * The state in a template's nest, bit for bit.
   *
   * @throws `format` where the tensors are of another model.
   */
  stateAs<State>(template: State): State
}

/**
 * Reads a checkpoint.
 *
 * @returns undefined where there is no file.
 * @throws `io`, `format` where the file is no checkpoint.
 */
export async function readCheckpoint(path: string): Promise<StoredCheckpoint | undefined> {
  if (!existsSync(path)) return undefined
  const { tensors, metadata } = await readSafetensors(path)
  const text = metadata[positionName]
  if (text === undefined)
    throw new QuadrupoleError('format', `train.readCheckpoint: ${path} holds tensors, but no training's position`)
  return {
    position: JSON.parse(text) as TrainingPosition,
    stateAs: template => treeOfNamed(template, tensors, { from: path }),
  }
}

/**
 * Refuses to go on with another configuration or key than a checkpoint's.
 *
 * @throws `config` naming each value that differs.
 */
export function checkResumable(
  path: string,
  { position }: Pick<StoredCheckpoint, 'position'>,
  fingerprint: Json,
  key: Key,
): void {
  const now = { ...leavesOf(fingerprint), key: `${key.k0} ${key.k1}` }
  const before: Record<string, Json | undefined> = {
    ...leavesOf(position.fingerprint),
    key: `${position.key.k0} ${position.key.k1}`,
  }
  const differing = [...new Set([...Object.keys(now), ...Object.keys(before)])].filter(
    name => JSON.stringify((now as typeof before)[name]) !== JSON.stringify(before[name]),
  )
  if (differing.length === 0) return
  const show = (value: Json | undefined) => (value === undefined ? 'nothing' : JSON.stringify(value))
  const list = differing.map(name => `${name} was ${show(before[name])}, is ${show((now as typeof before)[name])}`)
  throw new QuadrupoleError(
    'config',
    `train.fit: ${path} can't be resumed: ${list.join('; ')}; restore the values or begin anew in another folder`,
    { details: { differing } },
  )
}

/** A JSON value's leaves by path. */
function leavesOf(value: Json): Record<string, Json> {
  const leaves: Record<string, Json> = {}
  mapTree(value, (leaf: Json, path) => {
    leaves[path] = leaf
  })
  return leaves
}

/**
 * A network's weights for users: parameters by their paths, statistics behind `statistics.`.
 *
 * @throws `io`
 */
export const writeWeights = (
  path: string,
  { parameters, statistics }: { readonly parameters: unknown; readonly statistics: unknown },
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> =>
  writeSafetensors(path, {
    tensors: { ...namedTensors(parameters), ...namedTensors(statistics, { prefix: statisticsPrefix }) },
    metadata: { format: 'pt', ...metadata },
  })

const statisticsPrefix = 'statistics.'

/**
 * Reads what `writeWeights` wrote, for variables of the template's nest.
 *
 * @throws `io`, `format`
 */
export async function readWeights<V extends { readonly parameters: unknown; readonly statistics: unknown }>(
  path: string,
  template: V,
): Promise<V> {
  const { tensors } = await readSafetensors(path)
  return weightsOf(template, tensors, path)
}

function weightsOf<V extends { readonly parameters: unknown; readonly statistics: unknown }>(
  { parameters, statistics }: V,
  tensors: NamedTensors,
  from: string,
): V {
  const isStatistic = (name: string) => name.startsWith(statisticsPrefix)
  const measured: [string, Tensor][] = Object.entries(tensors).filter(([name]) => isStatistic(name))
  return {
    parameters: treeOfNamed(parameters, tensors, { from, ignored: isStatistic }),
    statistics: treeOfNamed(statistics, Object.fromEntries(measured), {
      from,
      nameOf: path => `${statisticsPrefix}${path}`,
    }),
  } as V
}
