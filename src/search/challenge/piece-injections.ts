import { foldIn, type Key } from '../../core/index.ts'
import { type ChallengeInjections, SegmentSet, stepInjectionTimes } from '../../data/index.ts'
import type { Span } from '../../gw/index.ts'
import { type PriorSet, rowOf } from '../../priors/index.ts'
import { binaryFromRow } from '../../waveforms/index.ts'
import { type Merger, signalFrequency } from '../recovery/merger-signals.ts'

/** A binary in the data. */
export interface ChallengeInjection extends Merger {
  /** Mpc. */
  readonly chirpDistance: number
}

/** The injections in a piece of data, in order of time: a function of the key, the prior and the piece alone. */
export function pieceInjections(key: Key, piece: Span, prior: PriorSet): readonly ChallengeInjection[] {
  const times = stepInjectionTimes(foldIn(key, 'times'), SegmentSet.of([piece]))
  const { columns } = prior.sample(foldIn(foldIn(key, 'parameters'), piece.start.toString()), times.length)
  return times.map((time, i) => {
    const row = rowOf(columns, i)
    return {
      time,
      binary: binaryFromRow({ ...row, reference_frequency: signalFrequency }),
      rightAscension: row.ra!,
      declination: row.dec!,
      polarization: row.psi!,
      chirpDistance: row.chirp_distance!,
    }
  })
}

/** Injections as the challenge's scorer takes them. */
export function injectionColumns(injections: readonly ChallengeInjection[]): ChallengeInjections {
  const column = (valueOf: (injection: ChallengeInjection) => number) => Float64Array.from(injections, valueOf)
  return {
    tc: column(({ time }) => time.seconds),
    distance: column(({ binary }) => binary.distanceMpc),
    mass1: column(({ binary }) => binary.mass1Solar),
    mass2: column(({ binary }) => binary.mass2Solar),
    chirp_distance: column(({ chirpDistance }) => chirpDistance),
  }
}
