/** A part of the output of a stream. */
export interface StreamPiece {
  /** `[channels, length]`. */
  readonly values: Float64Array
  /** Samples of each channel. */
  readonly length: number
  /** The first of them, counted from the beginning of the stream. */
  readonly start: number
}

/** Pieces that follow each other as one. */
export function joinPieces(pieces: readonly StreamPiece[], channels: number): StreamPiece {
  const [first, ...others] = pieces.filter(({ length }) => length > 0)
  if (first === undefined) return { values: new Float64Array(0), length: 0, start: pieces[0]?.start ?? 0 }
  if (others.length === 0) return first
  const length = [first, ...others].reduce((sum, piece) => sum + piece.length, 0)
  const values = new Float64Array(channels * length)
  for (const piece of [first, ...others])
    for (let channel = 0; channel < channels; channel++)
      values.set(
        piece.values.subarray(channel * piece.length, (channel + 1) * piece.length),
        channel * length + piece.start - first.start,
      )
  return { values, length, start: first.start }
}

/** Each channel's samples with more behind them: `[channels, length]` from now on and before. */
export function appendToChannels(
  kept: readonly Float64Array[],
  samples: Float32Array | Float64Array,
  length: number,
): Float64Array[] {
  return kept.map((before, channel) => {
    const all = new Float64Array(before.length + length)
    all.set(before)
    all.set(samples.subarray(channel * length, (channel + 1) * length), before.length)
    return all
  })
}
