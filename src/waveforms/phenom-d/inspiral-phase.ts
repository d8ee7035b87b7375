import { fit } from './fits.ts'
import type { Intrinsic } from './intrinsic.ts'
import type { PhaseModel } from './phase.ts'

const eulerGamma = 0.5772156649015329

/**
 * The phase of the inspiral: TaylorF2 to order 3.5 (Khan et al. 2016, appendix B, without spin-spin terms at order 3, which
 * the calibration left out) and four fitted orders.
 */
export function inspiralSeries(intrinsic: Intrinsic): PhaseModel['inspiral'] {
  const { eta } = intrinsic
  const { values, logarithms } = taylorF2(intrinsic)
  const newtonian = 3 / (128 * eta)
  const scale = values.map((_, k) => newtonian * Math.PI ** ((k - 5) / 3))
  // ln v = (ln pi + ln f) / 3
  const powers = values.map((value, k) => scale[k]! * (value + ((logarithms[k] ?? 0) * Math.log(Math.PI)) / 3))
  powers[5] = powers[5]! - Math.PI / 4
  const fitted = ([1, 2, 3, 4] as const).map(i => (3 * fit(`sigma${i}`, intrinsic)) / ((i + 2) * eta))
  return {
    powers: Float64Array.of(...powers, ...fitted),
    logarithms: [(scale[5]! * logarithms[5]) / 3, (scale[6]! * logarithms[6]) / 3],
  }
}

/** Coefficients of `v^k` and of `v^k ln v` over the leading order. */
function taylorF2({ eta: n, mu1, mu2, chi1, chi2 }: Intrinsic): {
  readonly values: number[]
  readonly logarithms: { readonly 5: number; readonly 6: number; readonly [k: number]: number }
} {
  const pi = Math.PI
  /** A sum over the bodies of spin times mass times a polynomial in the mass. */
  const spinOrbit = (of: (mu: number) => number) => chi1 * mu1 * of(mu1) + chi2 * mu2 * of(mu2)
  const squares = (mu1 * chi1) ** 2 + (mu2 * chi2) ** 2
  const spin5 = -spinOrbit(mu => 13915 / 84 - (10 / 3) * mu * (1 - mu) + mu * (12760 / 81 + (170 / 9) * mu * (1 - mu)))
  const log6 = -6848 / 21
  const value6 =
    11583231236531 / 4694215680 -
    (640 / 3) * pi * pi -
    (6848 / 21) * eulerGamma +
    n * (-15737765635 / 3048192 + (2255 / 12) * pi * pi) +
    n * n * (76055 / 1728 - (n * 127825) / 1296) +
    log6 * Math.log(4) +
    pi * spinOrbit(mu => 1490 / 3 + 260 * mu)
  const spin7 = spinOrbit(
    mu =>
      -170978035 / 48384 +
      (n * 2876425) / 672 +
      (n * n * 4735) / 144 +
      mu * (-7189233785 / 1524096 + (n * 458555) / 3024 - (n * n * 5345) / 72),
  )
  return {
    values: [
      1,
      0,
      (5 * (743 / 84 + 11 * n)) / 9,
      -16 * pi + spinOrbit(mu => 25 + (38 / 3) * mu),
      (5 * (3058673 / 7056 + (5429 / 7) * n + 617 * n * n)) / 72 +
        ((247 - 721) / 4.8) * n * chi1 * chi2 +
        ((-720 + 1 + 240 - 7) / 9.6) * squares,
      (5 / 9) * (7729 / 84 - 13 * n) * pi + spin5,
      value6,
      pi * (77096675 / 254016 + (378515 / 1512) * n - (74045 / 756) * n * n) + spin7,
    ],
    logarithms: { 5: (5 / 3) * (7729 / 84 - 13 * n) * pi + 3 * spin5, 6: log6 },
  }
}
