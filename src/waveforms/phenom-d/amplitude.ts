import type { FinalState } from './final-state.ts'
import { fit } from './fits.ts'
import type { Intrinsic } from './intrinsic.ts'

/** Frequency (times total mass) up to which the inspiral's amplitude holds. */
const inspiralEnd = 0.014

/** Amplitude over that of the leading order, `f^(-7/6)`, in three pieces of f = M f. */
export interface AmplitudeModel {
  readonly inspiralEnd: number
  /** Frequency of the peak, from which on the ringdown holds. */
  readonly peak: number
  /** Coefficients of `f^(k/3)`, k = 0 to 9. */
  readonly inspiral: Float64Array
  /** Coefficients of `f^k`, k = 0 to 4. */
  readonly intermediate: Float64Array
  /** `scale exp(-decay (f - centre)) / ((f - centre)^2 + width^2)`. */
  readonly ringdown: { readonly scale: number; readonly decay: number; readonly centre: number; readonly width: number }
}

/** The amplitude model of Khan et al. 2016, section V. */
export function amplitudeModel(intrinsic: Intrinsic, final: FinalState): AmplitudeModel {
  const inspiral = inspiralAmplitude(intrinsic)
  const [gamma1, gamma2, gamma3] = [fit('gamma1', intrinsic), fit('gamma2', intrinsic), fit('gamma3', intrinsic)]
  const width = gamma3 * final.dampingFrequency
  const centre = final.ringdownFrequency
  const ringdown = { scale: gamma1 * width, decay: gamma2 / width, centre, width }
  const lift = gamma2 > 1 ? -1 : Math.sqrt(1 - gamma2 * gamma2) - 1
  const peak = Math.abs(centre + (final.dampingFrequency * lift * gamma3) / gamma2)
  const model = { inspiralEnd, peak, inspiral, ringdown }
  const intermediate = intermediateAmplitude(
    [
      { at: inspiralEnd, value: seriesAt(inspiral, inspiralEnd), slope: seriesSlope(inspiral, inspiralEnd) },
      { at: peak, value: ringdownAt(ringdown, peak), slope: ringdownSlope(ringdown, peak) },
    ],
    fit('v2', intrinsic),
  )
  return { ...model, intermediate }
}

/** Post-Newtonian coefficients (Khan et al. 2016, appendix B) and the fitted ones of the next three orders. */
function inspiralAmplitude(intrinsic: Intrinsic): Float64Array {
  const { eta: n, delta: d, chi1: a, chi2: b } = intrinsic
  const pi = Math.PI
  const third = (pi ** (2 / 3) * (-969 + 1804 * n)) / 672
  const order3 = (pi * (a * (81 * (1 + d) - 44 * n) + b * (81 * (1 - d) - 44 * n))) / 48
  const order4 =
    (pi ** (4 / 3) *
      (-27312085 -
        10287648 * b * b * (1 - d) -
        10287648 * a * a * (1 + d) +
        24 * n * (-1975055 + 857304 * a * a - 994896 * a * b + 857304 * b * b) +
        35371056 * n * n)) /
    8128512
  const order5 =
    (pi ** (5 / 3) *
      (b * (285197 * (1 - d) + 4 * n * (-91902 + 1579 * d) - 35632 * n * n) +
        a * (285197 * (1 + d) - 4 * n * (91902 + 1579 * d) - 35632 * n * n) +
        42840 * pi * (4 * n - 1))) /
    32256
  const order6 =
    (-(pi ** 2) *
      (-336 * n * n * (-3248849057 + 2943675504 * a * a - 3339284256 * a * b + 2943675504 * b * b) -
        324322727232 * n ** 3 -
        7 *
          (-177520268561 +
            107414046432 * b * b * (1 - d) +
            107414046432 * a * a * (1 + d) +
            11087290368 * pi * (a + b + d * (a - b))) +
        12 *
          n *
          (-545384828789 -
            176491177632 * a * b +
            202603761360 * b * b +
            77616 * a * a * (2610335 + 995766 * d) -
            77287373856 * d * b * b +
            5841690624 * pi * (a + b) +
            21384760320 * pi * pi))) /
    60085960704
  const fitted = [fit('rho1', intrinsic), fit('rho2', intrinsic), fit('rho3', intrinsic)]
  return Float64Array.of(1, 0, third, order3, order4, order5, order6, ...fitted)
}

interface Joint {
  readonly at: number
  readonly value: number
  readonly slope: number
}

/**
 * Coefficients of the quartic that meets both neighbours with their slopes and has a value halfway between: the Hermite
 * cubic plus what the value wants of `((f - f1) (f - f3))^2`.
 */
function intermediateAmplitude([left, right]: readonly [Joint, Joint], middleValue: number): Float64Array {
  const h = right.at - left.at
  const rise = (right.value - left.value) / h
  // In t = f - left.at: value, slope, and the two coefficients that the right end asks for.
  const square = (3 * rise - 2 * left.slope - right.slope) / h
  const cube = (left.slope + right.slope - 2 * rise) / (h * h)
  const half = h / 2
  const cubicAtHalf = left.value + half * (left.slope + half * (square + half * cube))
  const quartic = (middleValue - cubicAtHalf) / half ** 4
  return shiftedPolynomial([left.value, left.slope, square + quartic * h * h, cube - 2 * quartic * h, quartic], left.at)
}

/** The coefficients in f of a polynomial in `f - origin`. */
function shiftedPolynomial(coefficients: readonly number[], origin: number): Float64Array {
  const result = Float64Array.from(coefficients)
  for (let i = 0; i < result.length - 1; i++)
    for (let k = result.length - 2; k >= i; k--) result[k] = result[k]! - origin * result[k + 1]!
  return result
}

const seriesAt = (coefficients: Float64Array, f: number): number => {
  const u = Math.cbrt(f)
  return coefficients.reduceRight((sum, c) => sum * u + c, 0)
}

const seriesSlope = (coefficients: Float64Array, f: number): number => {
  const u = Math.cbrt(f)
  return coefficients.reduceRight((sum, c, k) => sum * u + (k * c) / 3, 0) / f
}

const ringdownAt = ({ scale, decay, centre, width }: AmplitudeModel['ringdown'], f: number): number =>
  (scale * Math.exp(-decay * (f - centre))) / ((f - centre) ** 2 + width * width)

const ringdownSlope = (ringdown: AmplitudeModel['ringdown'], f: number): number => {
  const { decay, centre, width } = ringdown
  return -ringdownAt(ringdown, f) * (decay + (2 * (f - centre)) / ((f - centre) ** 2 + width * width))
}
