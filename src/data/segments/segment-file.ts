import { readFile } from 'node:fs/promises'
import { QuadrupoleError } from '../../core/index.ts'
import { GpsTime, type Span } from '../../gw/index.ts'
import { dataError } from '../data-error.ts'
import { parseTextTable, type TextRow } from '../text-table.ts'
import { SegmentSet } from './segment-set.ts'

/** A loud glitch that is to be cut out: LIGO's gate lists have one a line. */
export interface Gate {
  readonly time: GpsTime
  /** Seconds around the time that are to be zero. */
  readonly halfWidth: number
  /** Seconds beyond on either side over which data fade. */
  readonly taper: number
}

async function readText(where: string, path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : `can't be read (${cause})`
    throw dataError('missing', `${where}: ${path} ${why}; pass the path of ${what}`, { cause })
  }
}

/** Runs `parse` on every row, and says which line it failed on. */
function parseRows<T>(where: string, path: string, rows: readonly TextRow[], parse: (row: TextRow) => T): readonly T[] {
  return rows.map(row => {
    try {
      return parse(row)
    } catch (cause) {
      if (!(cause instanceof QuadrupoleError)) throw cause
      throw dataError('layout', `${where}: ${path}: line ${row.line} is '${row.cells.join(' ')}': ${cause.message}`, {
        cause,
        details: { path, line: row.line },
      })
    }
  })
}

const startNames = ['start', 'gps_start', 'start_time']
const endNames = ['end', 'stop', 'gps_end', 'end_time']

/** Which columns hold start and end: by name, or two columns alone, or as segwizard has it (index, start, end, duration). */
function columnsOf(path: string, header: readonly string[] | undefined, rows: readonly TextRow[]): [number, number] {
  if (header !== undefined) {
    const names = header.map(name => name.toLowerCase())
    const columns: [number, number] = [
      names.findIndex(name => startNames.includes(name)),
      names.findIndex(name => endNames.includes(name)),
    ]
    if (columns.every(column => column >= 0)) return columns
    throw dataError('layout', `data.readSegments: ${path} has columns ${header.join(', ')}; expected start and end`)
  }
  const width = rows[0]?.cells.length ?? 2
  if (width === 2) return [0, 1]
  if (width === 4) return [1, 2]
  throw dataError(
    'layout',
    `data.readSegments: ${path} has ${width} columns without names; expected start and end, or index, start, end, duration`,
  )
}

/**
 * Reads segments from a text: CSV with columns named start and end (or stop), two columns of start and end, or the four of
 * segwizard (index, start, end, duration). GPS seconds keep every digit; comments begin with #.
 *
 * @throws `io` where the file can't be read, `format` (`layout`) for columns or lines that make no sense.
 *
 * @example
 * await readSegments('O3a_H1L1_segments.csv')
 */
export async function readSegments(path: string): Promise<SegmentSet> {
  const { header, rows } = parseTextTable(await readText('data.readSegments', path, 'a list of segments'))
  const [startColumn, endColumn] = columnsOf(path, header, rows)
  const time = ({ cells }: TextRow, column: number): GpsTime => GpsTime.parse(cells[column] ?? '')
  const spans = parseRows('data.readSegments', path, rows, (row): Span => {
    const span = { start: time(row, startColumn), end: time(row, endColumn) }
    SegmentSet.of([span]) // Refuses one that ends before it starts, here where its line is known.
    return span
  })
  return SegmentSet.of(spans)
}

/**
 * Reads a gate list: GPS time, half width and taper, in seconds, one gate a line.
 *
 * @throws as `readSegments`.
 */
export async function readGates(path: string): Promise<readonly Gate[]> {
  const { rows } = parseTextTable(await readText('data.readGates', path, 'a gate list'))
  return parseRows('data.readGates', path, rows, ({ cells }) => {
    const [time = '', ...widths] = cells
    const [halfWidth = Number.NaN, taper = Number.NaN] = widths.map(Number)
    if (!(halfWidth >= 0 && taper >= 0))
      throw new QuadrupoleError('argument', 'expected GPS time, half width and taper, in seconds')
    return { time: GpsTime.parse(time), halfWidth, taper }
  })
}

/** The times that gates touch, tapers included. */
export function gatedSegments(gates: Iterable<Gate>): SegmentSet {
  return SegmentSet.of(
    Array.from(gates, ({ time, halfWidth, taper }) => ({
      start: time.plus(-(halfWidth + taper)),
      end: time.plus(halfWidth + taper),
    })),
  )
}
