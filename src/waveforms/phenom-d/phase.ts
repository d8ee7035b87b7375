import type { FinalState } from './final-state.ts'
import { fit } from './fits.ts'
import { inspiralSeries } from './inspiral-phase.ts'
import type { Intrinsic } from './intrinsic.ts'

/** Frequency (times total mass) up to which the inspiral's phase holds. */
const inspiralEnd = 0.018

/** Phase in radians in three pieces of f = M f; h = A exp(-i phase). */
export interface PhaseModel {
  readonly inspiralEnd: number
  readonly intermediateEnd: number
  /** Coefficients of `f^(k/3)`, k = -5 to 6, and of `ln f` and `f^(1/3) ln f`. */
  readonly inspiral: { readonly powers: Float64Array; readonly logarithms: readonly [number, number] }
  /** `constant + slope f + logarithm ln f + inverseCube / f^3`. */
  readonly intermediate: {
    readonly constant: number
    readonly slope: number
    readonly logarithm: number
    readonly inverseCube: number
  }
  /** `constant + slope f + inverse / f + threeQuarters f^(3/4) + arctangent atan((f - centre) / width)`. */
  readonly ringdown: {
    readonly constant: number
    readonly slope: number
    readonly inverse: number
    readonly threeQuarters: number
    readonly arctangent: number
    readonly centre: number
    readonly width: number
  }
}

/** The phase model of Khan et al. 2016, section VI, its pieces joined with continuous slopes; `peak` is at time 0. */
export function phaseModel(intrinsic: Intrinsic, final: FinalState, peak: number): PhaseModel {
  const { eta } = intrinsic
  const [alpha1, alpha2, alpha3, alpha4, alpha5] = ([1, 2, 3, 4, 5] as const).map(
    i => fit(`alpha${i}`, intrinsic) / (i < 5 ? eta : 1),
  ) as [number, number, number, number, number]
  const joined: PhaseModel = {
    inspiralEnd,
    intermediateEnd: 0.5 * final.ringdownFrequency,
    inspiral: inspiralSeries(intrinsic),
    intermediate: {
      constant: 0,
      slope: fit('beta1', intrinsic) / eta,
      logarithm: fit('beta2', intrinsic) / eta,
      inverseCube: -fit('beta3', intrinsic) / (3 * eta),
    },
    ringdown: {
      constant: 0,
      slope: alpha1,
      inverse: -alpha2,
      threeQuarters: (4 / 3) * alpha3,
      arctangent: alpha4,
      centre: alpha5 * final.ringdownFrequency,
      width: final.dampingFrequency,
    },
  }
  // The model's time of the peak is the ringdown's slope before the pieces are joined, as LALSimulation has it.
  return shiftPhase(joinPieces(joined), 0, -ringdownSlope(joined.ringdown, peak))
}

function joinPieces({ intermediate, ringdown, ...rest }: PhaseModel): PhaseModel {
  const { inspiral, inspiralEnd: f1, intermediateEnd: f2 } = rest
  const slope1 = inspiralSlope(inspiral, f1) - intermediateSlope(intermediate, f1)
  const first = {
    ...intermediate,
    slope: intermediate.slope + slope1,
    constant: inspiralAt(inspiral, f1) - intermediateAt(intermediate, f1) - slope1 * f1,
  }
  const slope2 = intermediateSlope(first, f2) - ringdownSlope(ringdown, f2)
  const second = {
    ...ringdown,
    slope: ringdown.slope + slope2,
    constant: intermediateAt(first, f2) - ringdownAt(ringdown, f2) - slope2 * f2,
  }
  return { ...rest, intermediate: first, ringdown: second }
}

/** Adds `constant + slope f` to a phase. */
export function shiftPhase({ inspiral, intermediate, ringdown, ...rest }: PhaseModel, constant: number, slope: number) {
  const powers = inspiral.powers.slice()
  powers[5] = powers[5]! + constant
  powers[8] = powers[8]! + slope
  return {
    ...rest,
    inspiral: { ...inspiral, powers },
    intermediate: { ...intermediate, constant: intermediate.constant + constant, slope: intermediate.slope + slope },
    ringdown: { ...ringdown, constant: ringdown.constant + constant, slope: ringdown.slope + slope },
  }
}

/** The phase at a frequency (times total mass). */
export function phaseAt({ inspiralEnd, intermediateEnd, ...pieces }: PhaseModel, f: number): number {
  if (f <= inspiralEnd) return inspiralAt(pieces.inspiral, f)
  return f <= intermediateEnd ? intermediateAt(pieces.intermediate, f) : ringdownAt(pieces.ringdown, f)
}

function inspiralAt({ powers, logarithms }: PhaseModel['inspiral'], f: number): number {
  const u = Math.cbrt(f)
  return powers.reduceRight((sum, c) => sum * u + c, 0) / u ** 5 + Math.log(f) * (logarithms[0] + logarithms[1] * u)
}

function inspiralSlope({ powers, logarithms }: PhaseModel['inspiral'], f: number): number {
  const u = Math.cbrt(f)
  const series = powers.reduceRight((sum, c, i) => sum * u + ((i - 5) / 3) * c, 0) / u ** 5
  return (series + logarithms[0] + logarithms[1] * u * (1 + Math.log(f) / 3)) / f
}

const intermediateAt = ({ constant, slope, logarithm, inverseCube }: PhaseModel['intermediate'], f: number): number =>
  constant + slope * f + logarithm * Math.log(f) + inverseCube / f ** 3

const intermediateSlope = ({ slope, logarithm, inverseCube }: PhaseModel['intermediate'], f: number): number =>
  slope + logarithm / f - (3 * inverseCube) / f ** 4

function ringdownAt(piece: PhaseModel['ringdown'], f: number): number {
  const { constant, slope, inverse, threeQuarters, arctangent, centre, width } = piece
  return constant + slope * f + inverse / f + threeQuarters * f ** 0.75 + arctangent * Math.atan((f - centre) / width)
}

function ringdownSlope(piece: PhaseModel['ringdown'], f: number): number {
  const { slope, inverse, threeQuarters, arctangent, centre, width } = piece
  const y = (f - centre) / width
  return slope - inverse / f ** 2 + 0.75 * threeQuarters * f ** -0.25 + arctangent / (width * (1 + y * y))
}
