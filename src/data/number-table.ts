import { dataError } from './data-error.ts'

/**
 * Rows of numbers from text: columns apart by blanks, commas or semicolons; empty lines and comments (# or %) are left
 * out, and so is one line of column names at the top.
 *
 * @throws `format` (`layout`) for a line with too few columns or with something else in them, naming it.
 */
export function readNumberTable(
  text: string,
  { where, path, columns }: { readonly where: string; readonly path: string; readonly columns: number },
): number[][] {
  const rows: number[][] = []
  let isFirst = true
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const content = line.replace(/[#%].*$/, '').trim()
    if (content === '') continue
    const cells = content.split(/\s*[,;]\s*|\s+/)
    const row = cells.map(cell => (cell === '' ? Number.NaN : Number(cell)))
    const wasFirst = isFirst
    isFirst = false
    if (wasFirst && row.every(Number.isNaN)) continue
    if (row.length < columns || row.some(Number.isNaN))
      throw dataError(
        'layout',
        `${where}: ${path}: line ${index + 1} is '${line.trim().slice(0, 60)}'; expected at least ${columns} numbers`,
        { details: { path, line: index + 1 } },
      )
    rows.push(row)
  }
  return rows
}
