import { QuadrupoleError } from '../../core/index.ts'
import type { ComplexArrays, FloatArray } from '../../tensor/fft/index.ts'
import { lengthOfChannels, requireFinite } from '../finite.ts'
import { type BankLayout, countOutputs } from './layout.ts'
import { allocate } from './memory.ts'

/** A series of each channel, `[channels, samples]`: one array, or two of its real and imaginary parts. */
export type Samples = FloatArray | ComplexArrays<FloatArray>

/** Whole blocks ready to be filtered. */
export interface ReadyBlocks {
  /** `[channels, span]`, the first block's transform starting at the first sample; empty if there is no block. */
  readonly input: ComplexArrays<FloatArray>
  readonly blocks: number
  /** Outputs that they give for each channel and filter. */
  readonly outputs: number
  /** The first of them, counted from the stream's beginning. */
  readonly start: number
}

/** The samples of a stream that are still needed: what the next block starts with, and what is too short for one. */
export interface StreamBuffer {
  /**
   * Takes samples in and hands out the blocks that can be filtered now; after the last samples the rest, as if silence
   * followed, and begins anew.
   */
  take(samples: Samples | undefined, options: { readonly isLast: boolean }): ReadyBlocks
}

/** Some samples of every channel, `[channels, length]`. */
interface Piece extends ComplexArrays<FloatArray> {
  readonly length: number
}

/** Makes a buffer that cuts a stream into a bank's blocks, always at the same places whatever the pieces it comes in. */
export function createStreamBuffer(layout: BankLayout, isShared: boolean): StreamBuffer {
  const { channels, dtype, overlap, blockOutputs, decimation, fftLength, isComplexInput } = layout
  const hop = blockOutputs * decimation
  const makePiece = (length: number): Piece => {
    const make = (size: number) => allocate(dtype, channels * size, isShared)
    return { re: make(length), im: make(isComplexInput ? length : 0), length }
  }
  // Silence before the beginning, as far back as the first block reaches.
  const beginning = () => ({ pieces: [makePiece(overlap - layout.first)], received: 0, given: 0 })
  let state = beginning()

  /** A copy of `length` samples of all pieces from one on, silence behind them. */
  const join = (pieces: readonly Piece[], from: number, length: number): Piece => {
    const joined = makePiece(length)
    for (const part of isComplexInput ? (['re', 'im'] as const) : (['re'] as const))
      for (let channel = 0; channel < channels; channel++) {
        let at = -from
        for (const piece of pieces) {
          const first = Math.max(0, -at)
          const last = Math.min(piece.length, length - at)
          const row = channel * piece.length
          if (first < last)
            joined[part].set(piece[part].subarray(row + first, row + last), channel * length + at + first)
          at += piece.length
        }
      }
    return joined
  }

  return {
    take(samples, { isLast }) {
      const { pieces } = state
      if (samples !== undefined) {
        const piece = checkSamples(samples, layout, state.received)
        pieces.push(join([piece], 0, piece.length))
        state.received += piece.length
      }
      const held = pieces.reduce((sum, { length }) => sum + length, 0)
      const start = state.given
      const missing = countOutputs(layout, state.received) - start
      const blocks = Math.max(0, isLast ? Math.ceil(missing / blockOutputs) : Math.floor((held - overlap) / hop))
      const span = blocks === 0 ? 0 : fftLength + (blocks - 1) * hop
      const input = join(pieces, 0, span)
      const outputs = isLast ? missing : blocks * blockOutputs
      if (isLast) state = beginning()
      else {
        state.given += outputs
        if (blocks > 0) state.pieces = [join(pieces, blocks * hop, held - blocks * hop)]
      }
      return { input, blocks, outputs, start }
    },
  }
}

/** Samples as a piece; `start` is the index of the first in the stream. */
function checkSamples(samples: Samples, { channels, isComplexInput }: BankLayout, start: number): Piece {
  const { re, im } = 're' in samples ? samples : { re: samples, im: undefined }
  const fail = (message: string): never => {
    throw new QuadrupoleError('shape', `signal.FilterBank: ${message}`, { details: { channels, length: re.length } })
  }
  if (isComplexInput !== (im !== undefined))
    fail(`expected ${isComplexInput ? 'complex' : 'real'} samples, as the bank's input option says`)
  if (im !== undefined && im.length !== re.length)
    fail(`the samples have ${re.length} real and ${im.length} imaginary parts`)
  const length = lengthOfChannels('signal.FilterBank', re, channels)
  requireFinite('signal.FilterBank', re, { channels, start })
  if (im) requireFinite('signal.FilterBank', im, { channels, start })
  return { re, im: im ?? re.subarray(0, 0), length }
}
