/** Rows of complex numbers in memory: addresses, `spacing` in numbers (1 separate, 2 interleaved), `rowLength` in values. */
export interface RowLayout {
  readonly re: number
  readonly im: number
  readonly spacing: number
  readonly rowLength: number
}

/** One call of a complex transform on rows in memory. */
export interface TransformCall {
  /** Where the plan's tables and its work area are. */
  readonly tables: number
  readonly work: number
  readonly rows: number
  readonly input: RowLayout
  readonly output: RowLayout
  /** Factors of the real and imaginary outputs. */
  readonly scaleRe: number
  readonly scaleIm: number
  /**
   * Roots of unity (address and number) where the rows are real values in pairs and the output is to be their spectrum of
   * one bin more than the length.
   */
  readonly realRoots?: { readonly address: number; readonly count: number } | undefined
}

/** A forward complex transform of rows of one length in one precision. */
export interface Transform {
  /** Rows are handled in multiples of this; input and output have room for whole ones. */
  readonly rowMultiple: number
  /** Rows that are best given in one call, by the size of the caches. */
  readonly preferredRows: number
  /** Bytes of work area that a call on so many rows needs. */
  workBytes(rows: number): number
  /** Whether `run` takes `realRoots`. */
  readonly splitsSpectrum: boolean
  run(call: TransformCall): void
}

/**
 * Bytes reserved for a buffer of this size so that it and the next lie a quarter page apart modulo the page: loads from
 * one then don't wait for stores to the other whose addresses agree in their low twelve bits.
 */
export const skewed = (bytes: number): number => Math.ceil(bytes / 4096) * 4096 + 1088

/** Collects a plan's tables into one array; offsets are in bytes. */
export class TableBuilder {
  readonly numberBytes: number
  readonly #parts: ArrayLike<number>[] = []
  #length = 0

  constructor(numberBytes: number) {
    this.numberBytes = numberBytes
  }

  /** Appends values, aligned to a register, and returns where they start. */
  add(values: ArrayLike<number>): number {
    const lanes = 16 / this.numberBytes
    const start = this.#length
    this.#parts.push(values)
    this.#length += Math.ceil(values.length / lanes) * lanes
    return start * this.numberBytes
  }

  /** All values, padded with zeros. */
  build(): Float64Array {
    const lanes = 16 / this.numberBytes
    const all = new Float64Array(this.#length)
    let start = 0
    for (const part of this.#parts) {
      all.set(part, start)
      start += Math.ceil(part.length / lanes) * lanes
    }
    return all
  }
}
