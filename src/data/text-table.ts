import { dataError } from './data-error.ts'

/** Cells of a text, line by line. */
export interface TextTable {
  /** Column names, where the first line has them. */
  readonly header: readonly string[] | undefined
  readonly rows: readonly TextRow[]
}

export interface TextRow {
  readonly cells: readonly string[]
  /** Its line in the text, counted from 1. */
  readonly line: number
}

const isNumber = (cell: string): boolean => cell !== '' && !Number.isNaN(Number(cell))

/**
 * Takes a text apart into cells: columns apart by blanks, commas or semicolons; empty lines and comments (# or %) are
 * left out. A first line without any number holds the column names.
 */
export function parseTextTable(text: string): TextTable {
  const rows = text.split(/\r?\n/).flatMap((whole, index): readonly TextRow[] => {
    const content = whole.replace(/[#%].*$/, '').trim()
    return content === '' ? [] : [{ cells: content.split(/\s*[,;]\s*|\s+/), line: index + 1 }]
  })
  const [first, ...rest] = rows
  return first === undefined || first.cells.some(isNumber)
    ? { header: undefined, rows }
    : { header: first.cells, rows: rest }
}

/**
 * Rows of numbers from a text, with at least as many columns as are asked for.
 *
 * @throws `format` (`layout`) for a line with fewer columns or with something else in them, naming it.
 */
export function parseNumberTable(
  text: string,
  { where, path, columns }: { readonly where: string; readonly path: string; readonly columns: number },
): number[][] {
  return parseTextTable(text).rows.map(({ cells, line }) => {
    if (cells.length < columns || !cells.every(isNumber))
      throw dataError(
        'layout',
        `${where}: ${path}: line ${line} is '${cells.join(' ').slice(0, 60)}'; expected at least ${columns} numbers`,
        { details: { path, line } },
      )
    return cells.map(Number)
  })
}
