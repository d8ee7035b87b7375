import type { Figure } from './bench.ts'
import type { Comparison } from './compare.ts'

const milliseconds = (seconds: number): string => (seconds * 1000).toPrecision(3)

type Columns<Row> = readonly (readonly [title: string, cell: (row: Row) => string])[]

const columns: Columns<Comparison> = [
  ['case', row => row.name],
  ['ours (ms)', row => milliseconds(row.ours)],
  ['theirs (ms)', row => milliseconds(row.theirs)],
  ['ratio', row => row.ratio.toFixed(2)],
  ['spread', row => row.spread.map(value => value.toFixed(2)).join('-')],
  ['bar', row => row.bar?.toFixed(1) ?? ''],
  ['ok', row => (row.bar === null ? '' : row.ok ? 'yes' : row.explanation === undefined ? 'NO' : 'no*')],
]

const figureColumns: Columns<Figure> = [
  ['of us alone', row => row.name],
  ['value', row => `${row.value.toFixed(2)} ${row.unit}`],
  ['bar', row => row.bar.toFixed(1)],
  ['ok', row => (row.value <= row.bar ? 'yes' : 'NO')],
]

function linesOf<Row>(rows: readonly Row[], columns: Columns<Row>): string[] {
  const cells = [columns.map(([title]) => title), ...rows.map(row => columns.map(([, cell]) => cell(row)))]
  const widths = columns.map((_, column) => Math.max(...cells.map(line => line[column]!.length)))
  return cells.map(line =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}

/** The tables of a run as text, with the explanations of missed bars below them. */
export function formatTable(rows: readonly Comparison[], figures: readonly Figure[]): string {
  const notes = rows.filter(row => !row.ok && row.explanation !== undefined)
  return [
    ...(rows.length > 0 ? linesOf(rows, columns) : []),
    ...(figures.length > 0 ? linesOf(figures, figureColumns) : []),
    ...notes.map(row => `* ${row.name}: ${row.explanation}`),
  ].join('\n')
}
