import { Tensor } from '../../tensor/index.ts'

/** Outputs of the basis filters over a stretch: `[detectors, filters, length]`, float32. */
export interface FilteredPiece {
  readonly re: Float32Array
  readonly im: Float32Array
  readonly length: number
  /** Which sample of the band's series the first output stands for, as the time of a merger; may be negative. */
  readonly start: number
}

/** What no strain gives, of so many rows. */
export const silentPiece = (start: number, length: number, rows: number): FilteredPiece => ({
  re: new Float32Array(rows * length),
  im: new Float32Array(rows * length),
  length,
  start,
})

/** Two pieces that follow each other, of so many rows, as one. */
export function joinPieces(a: FilteredPiece, b: FilteredPiece, rows: number): FilteredPiece {
  const joined = silentPiece(a.start, a.length + b.length, rows)
  for (const part of ['re', 'im'] as const) {
    const columns = { rows, columns: joined.length }
    copyColumns(a[part], { length: a.length, from: 0 }, joined[part], columns)
    copyColumns(b[part], { length: b.length, from: 0 }, joined[part].subarray(a.length), columns)
  }
  return joined
}

/** What of a piece, of so many rows, lies behind its first `from` outputs. */
export function cutPiece(piece: FilteredPiece, from: number, rows: number): FilteredPiece {
  const cut = silentPiece(piece.start + from, piece.length - from, rows)
  for (const part of ['re', 'im'] as const)
    copyColumns(piece[part], { length: piece.length, from }, cut[part], { rows, columns: cut.length })
  return cut
}

/**
 * One detector's outputs from one on, the real parts above the imaginary ones: `[2 filters, samples]`, zero behind the
 * piece's end.
 */
export function outputsOf(
  { re, im, length }: Omit<FilteredPiece, 'start'>,
  detector: number,
  filters: number,
  { from, samples }: { readonly from: number; readonly samples: number },
): Tensor {
  const outputs = new Float32Array(2 * filters * samples)
  for (const [part, values] of [re, im].entries()) {
    const own = values.subarray(detector * filters * length, (detector + 1) * filters * length)
    const target = outputs.subarray(part * filters * samples)
    copyColumns(own, { length, from }, target, { rows: filters, columns: samples })
  }
  return Tensor.of(outputs, [2 * filters, samples])
}

/** Copies rows of `length` values, from one of each on, to rows of `columns`, as many as both have. */
function copyColumns(
  source: Float32Array,
  { length, from }: { readonly length: number; readonly from: number },
  target: Float32Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): void {
  const count = Math.min(columns, length - from)
  for (let row = 0; row < rows; row++)
    target.set(source.subarray(row * length + from, row * length + from + count), row * columns)
}
