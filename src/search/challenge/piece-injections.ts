import { foldIn, type Key } from '../../core/index.ts'
import { type ChallengeInjections, SegmentSet, stepInjectionTimes } from '../../data/index.ts'
import type { GpsTime, Span } from '../../gw/index.ts'
import { type PriorSet, rowOf } from '../../priors/index.ts'
import { type BinaryParameters, binaryFromRow } from '../../waveforms/index.ts'

/** A binary in the data: where it merges, how far away and how it lies. */
export interface ChallengeInjection {
  /** Of the merger at the Earth's centre. */
  readonly time: GpsTime
  readonly binary: BinaryParameters
  readonly rightAscension: number
  readonly declination: number
  readonly polarization: number
  /** Mpc. */
  readonly chirpDistance: number
}

/** The frequency, Hz, from which the challenge's signals are complete and at which their phase is given. */
export const signalFrequency = 20

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
