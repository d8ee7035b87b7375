import { foldIn, type Key, QuadrupoleError } from '../core/index.ts'
import {
  type Constraints,
  isConditional,
  type ParameterColumns,
  type ParameterValues,
  type Priors,
  priorOf,
} from './conditional.ts'

/** What rows are drawn from. */
export interface RowSource {
  readonly name: string
  readonly parameters: Priors
  /** All parameters, each after those that it depends on. */
  readonly order: readonly string[]
  /** What is drawn anew when constraints reject a row, in the same order. */
  readonly redrawn: readonly string[]
  readonly constraints: Constraints
  readonly isKept: (values: Record<string, number>) => boolean
}

const mostAttempts = 10_000

/**
 * Draws rows [offset, offset + count). Draw `attempt` of a row's parameter has the key of the parameter's name and the
 * attempt, and the row's place in that key's sequence.
 *
 * @throws `config` if 10,000 draws of a row were rejected.
 */
export function drawRows(
  source: RowSource,
  key: Key,
  { offset, count }: { readonly offset: number; readonly count: number },
) {
  const { parameters, order, redrawn, isKept } = source
  const draw = createDrawer(key, parameters)
  const columns: Record<string, Float64Array> = {}
  for (const parameter of order) columns[parameter] = draw.column(parameter, columns, offset, count)
  const attempts = new Uint32Array(count).fill(1)
  let rejected = 0
  for (let i = 0; i < count && redrawn.length > 0; i++) {
    const values = rowOf(columns, i, order)
    if (isKept(values)) continue
    do {
      if (attempts[i] === mostAttempts) throw hopelessError(source)
      for (const parameter of redrawn) values[parameter] = draw.one(parameter, values, attempts[i]!, offset + i)
      attempts[i]!++
      rejected++
    } while (!isKept(values))
    for (const parameter of redrawn) columns[parameter]![i] = values[parameter]!
  }
  return { columns, attempts, rejected }
}

/**
 * One row of columns as values, by default of all of them.
 *
 * @example
 * binaryFromRow(rowOf(prior.sample(randomKey(1), 100).columns, 7))
 */
export function rowOf(
  columns: ParameterColumns,
  i: number,
  names: readonly string[] = Object.keys(columns),
): Record<string, number> {
  const values: Record<string, number> = {}
  for (const name of names) values[name] = columns[name]![i]!
  return values
}

function createDrawer(key: Key, parameters: Priors) {
  const keys = new Map<string, Key[]>()
  const keyOf = (parameter: string, attempt: number): Key => {
    const ofParameter = keys.get(parameter) ?? []
    keys.set(parameter, ofParameter)
    return (ofParameter[attempt] ??= foldIn(foldIn(key, parameter), attempt))
  }
  const one = (parameter: string, values: ParameterValues, attempt: number, row: number): number =>
    priorOf(parameters[parameter]!, values).sample(keyOf(parameter, attempt), 1, { offset: row })[0]!
  return {
    one,
    column(parameter: string, columns: ParameterColumns, offset: number, count: number): Float64Array {
      const prior = parameters[parameter]!
      if (!isConditional(prior)) return prior.sample(keyOf(parameter, 0), count, { offset })
      const drawn = new Float64Array(count)
      for (let i = 0; i < count; i++) drawn[i] = one(parameter, rowOf(columns, i, prior.given), 0, offset + i)
      return drawn
    },
  }
}

function hopelessError({ name, constraints }: RowSource): QuadrupoleError {
  return new QuadrupoleError(
    'config',
    `priors.sample: '${name}': ${mostAttempts} draws of a row were rejected; widen the constraints on ` +
      `${Object.keys(constraints).join(', ')} or narrow the parameters to them`,
    { details: { name, constraints } },
  )
}
