/** Outputs of the basis filters over a stretch: `[detectors, filters, length]`, float32. */
export interface FilteredPiece {
  readonly re: Float32Array
  readonly im: Float32Array
  readonly length: number
  /** Which sample of the band's series the first output stands for, as the time of a merger; may be negative. */
  readonly start: number
}

/** Samples of the band's series, from one to before another. */
export interface SampleRange {
  readonly from: number
  readonly to: number
}

/**
 * Outputs of one detector's basis filters, in pieces that follow each other; before and behind them all is zero. Plain data,
 * which workers receive.
 */
export interface DetectorOutputs {
  readonly pieces: readonly FilteredPiece[]
  /** Whose rows of the pieces they are. */
  readonly detector: number
  readonly filters: number
  /** What counts as zero as well. */
  readonly silenced?: readonly SampleRange[]
}

/**
 * What pieces that follow each other, of so many rows, hold from a sample on, as one piece in memory of its own that threads
 * share.
 */
export function joinPieces(
  pieces: readonly FilteredPiece[],
  { rows, from }: { readonly rows: number; readonly from: number },
): FilteredPiece {
  const last = pieces.at(-1)!
  const length = Math.max(0, last.start + last.length - from)
  const make = () => new Float32Array(new SharedArrayBuffer(4 * rows * length))
  const joined = { re: make(), im: make(), length, start: from }
  for (const part of ['re', 'im'] as const)
    for (const piece of pieces) copyRows(piece[part], piece, joined[part], { rows, from, samples: length })
  return joined
}

/**
 * A window of one detector's outputs that begins with a sample of the band's series, the real parts above the imaginary
 * ones: `[2 filters, samples]`.
 *
 * @param into where to put it, in place of new memory.
 */
export function outputsOf(
  { pieces, detector, filters, silenced = [] }: DetectorOutputs,
  window: { readonly from: number; readonly samples: number },
  into?: Float32Array,
): Float32Array {
  const { from, samples } = window
  const outputs = into?.fill(0) ?? new Float32Array(2 * filters * samples)
  for (const [half, part] of (['re', 'im'] as const).entries())
    for (const piece of pieces) {
      const own = piece[part].subarray(detector * filters * piece.length)
      copyRows(own, piece, outputs.subarray(half * filters * samples), { rows: filters, ...window })
    }
  for (const range of silenced) {
    const [first, last] = [Math.max(0, range.from - from), Math.min(samples, range.to - from)]
    if (first < last) for (let row = 0; row < outputs.length; row += samples) outputs.fill(0, row + first, row + last)
  }
  return outputs
}

/** Copies what of a piece's rows lies in a window to rows of the window. */
function copyRows(
  source: Float32Array,
  { start, length }: FilteredPiece,
  target: Float32Array,
  { rows, from, samples }: { readonly rows: number; readonly from: number; readonly samples: number },
): void {
  const first = Math.max(start, from)
  const last = Math.min(start + length, from + samples)
  if (first >= last) return
  for (let row = 0; row < rows; row++) {
    const at = row * length - start
    const to = row * samples - from
    // A view costs more than a few numbers do.
    if (last - first < 100) for (let n = first; n < last; n++) target[to + n] = source[at + n]!
    else target.set(source.subarray(at + first, at + last), to + first)
  }
}
