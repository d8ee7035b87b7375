import { dataError } from '../data-error.ts'
import type { Hdf5File } from '../hdf5-file.ts'
import { writeHdf5Atomically } from '../hdf5-writer.ts'
import { openHdf5 } from '../open-hdf5.ts'

/** Events of a search in the form of MLGWSC-1: three arrays of equal length, by the challenge's own names. */
export interface ChallengeEvents {
  /** GPS time, seconds. */
  readonly time: Float64Array
  /** Ranking statistic; larger is more like a signal. */
  readonly stat: Float64Array
  /** Largest distance in time to an injection at which the event counts as that injection's, seconds. */
  readonly var: Float64Array
}

/** What the scorer of MLGWSC-1 needs of the injections: arrays of equal length, by the names of the challenge's files. */
export interface ChallengeInjections {
  /** GPS time of coalescence, seconds. */
  readonly tc: Float64Array
  /** Luminosity distance, Mpc. */
  readonly distance: Float64Array
  /** Component masses in the detector frame, solar masses. */
  readonly mass1: Float64Array
  readonly mass2: Float64Array
  /** Chirp distance, Mpc; where a file has none, distances were drawn uniformly in volume themselves. */
  readonly chirp_distance?: Float64Array
}

const eventColumns = ['time', 'stat', 'var'] as const

/**
 * Reads a file of events as MLGWSC-1 defines it: HDF5 with the datasets `time`, `stat` and `var`, of equal length.
 *
 * @throws `io` where the file is missing or empty, `format` where it is no HDF5, truncated or lacks a dataset, `data` for
 * values that are not finite.
 */
export async function readChallengeEvents(path: string): Promise<ChallengeEvents> {
  const { time, stat, var: tolerance } = await readColumns(path, eventColumns, 'events')
  return { time: time!, stat: stat!, var: tolerance! }
}

/**
 * Reads the injections of an MLGWSC-1 file, as the official `generate_data.py` writes them: HDF5 with a dataset for each
 * parameter.
 *
 * @throws as `readChallengeEvents`.
 */
export async function readChallengeInjections(path: string): Promise<ChallengeInjections> {
  const columns = await readColumns(path, ['tc', 'distance', 'mass1', 'mass2'], 'injections', ['chirp_distance'])
  const { tc, distance, mass1, mass2, chirp_distance } = columns
  const injections = { tc: tc!, distance: distance!, mass1: mass1!, mass2: mass2! }
  return chirp_distance === undefined ? injections : { ...injections, chirp_distance }
}

/** Writes events in the form of MLGWSC-1, for the official scorer or ours; the file appears whole or not at all. */
export async function writeChallengeEvents(path: string, events: ChallengeEvents): Promise<void> {
  const { length } = events.time
  for (const name of eventColumns)
    if (events[name].length !== length)
      throw dataError(
        'layout',
        `data.writeChallengeEvents: expected ${length} values of ${name}, got ${events[name].length}; pass one an event`,
      )
  await writeHdf5Atomically(path, file => {
    for (const name of eventColumns)
      file.create_dataset({ name, data: events[name], shape: [events[name].length], dtype: '<d' })
  })
}

async function readColumns(
  path: string,
  required: readonly string[],
  what: string,
  optional: readonly string[] = [],
): Promise<Record<string, Float64Array>> {
  const file = await openHdf5(path, { where: 'data.readChallenge', what: `a file of ${what}` })
  try {
    const columns: Record<string, Float64Array> = {}
    for (const name of [...required, ...optional.filter(each => file.has(each))])
      columns[name] = readColumn(file, name, what)
    const length = columns[required[0]!]!.length
    for (const [name, values] of Object.entries(columns))
      if (values.length !== length)
        throw dataError(
          'layout',
          `data.readChallenge: ${path} has ${length} values of ${required[0]} but ${values.length} of ${name}; ` +
            `each of its ${what} needs one of each`,
        )
    return columns
  } finally {
    file.close()
  }
}

function readColumn(file: Hdf5File, name: string, what: string): Float64Array {
  const [length = 0] = file.shape(name)
  const values = length === 0 ? new Float64Array(0) : file.float64(name, 0, length)
  const bad = values.findIndex(value => !Number.isFinite(value))
  if (bad >= 0)
    throw dataError(
      'not-finite',
      `data.readChallenge: ${file.path}: ${name}[${bad}] of its ${what} is ${values[bad]}; expected finite numbers`,
      { details: { path: file.path, name, index: bad } },
    )
  return values
}
