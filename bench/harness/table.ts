import type { Comparison } from './compare.ts'

const milliseconds = (seconds: number): string => (seconds * 1000).toPrecision(3)

const columns: readonly (readonly [string, (row: Comparison) => string])[] = [
  ['case', row => row.name],
  ['ours (ms)', row => milliseconds(row.ours)],
  ['theirs (ms)', row => milliseconds(row.theirs)],
  ['ratio', row => row.ratio.toFixed(2)],
  ['spread', row => row.spread.map(value => value.toFixed(2)).join('-')],
  ['bar', row => row.bar?.toFixed(1) ?? ''],
  ['ok', row => (row.bar === null ? '' : row.ok ? 'yes' : row.explanation === undefined ? 'NO' : 'no*')],
]

/** The table of a run as text, with the explanations of missed bars below it. */
export function formatTable(rows: readonly Comparison[]): string {
  const cells = [columns.map(([title]) => title), ...rows.map(row => columns.map(([, cell]) => cell(row)))]
  const widths = columns.map((_, column) => Math.max(...cells.map(line => line[column]!.length)))
  const lines = cells.map(line =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
  const notes = rows.filter(row => !row.ok && row.explanation !== undefined)
  return [...lines, ...notes.map(row => `* ${row.name}: ${row.explanation}`)].join('\n')
}
