import { readFileSync } from 'node:fs'
import { QuadrupoleError } from '../../core/index.ts'
import type { Intrinsic } from './intrinsic.ts'
import { naturalSpline } from './natural-spline.ts'

const table: Readonly<Record<'spin' | 'frequency' | 'damping', readonly number[]>> = JSON.parse(
  readFileSync(new URL('./ringdown.json', import.meta.url), 'utf8'),
)
const frequencyOf = naturalSpline(table.spin, table.frequency)
const dampingOf = naturalSpline(table.spin, table.damping)

/** The black hole that is left and the tone it rings with, in units of the total mass before the merger. */
export interface FinalState {
  readonly spin: number
  readonly ringdownFrequency: number
  /** Half the width of the resonance, `1 / (2 pi tau)`. */
  readonly dampingFrequency: number
}

/**
 * The final black hole: its spin and the radiated energy by the fits of Husa et al. 2016 (equations 3.6 and 3.8), its
 * l = m = 2 mode by the table of `ringdown.json`.
 *
 * @throws `argument` for a final spin beyond -1..1, which the fit gives at mass ratios far beyond its calibration.
 */
export function finalState({ eta, delta, chi1, chi2 }: Intrinsic): FinalState {
  const mu1 = 0.5 * (1 + delta)
  const mu2 = 0.5 * (1 - delta)
  const s = mu1 * mu1 * chi1 + mu2 * mu2 * chi2
  const spin =
    eta *
    (3.4641016151377544 +
      eta * (-4.399247300629289 + eta * (9.397292189321194 - eta * 13.180949901606242)) +
      s *
        (1 / eta -
          0.0850917821418767 -
          5.837029316602263 * eta +
          s *
            (0.1014665242971878 -
              2.0967746996832157 * eta +
              s *
                (-1.3546806617824356 + 4.108962025369336 * eta + s * (-0.8676969352555539 + 2.064046835273906 * eta)))))
  if (!(Math.abs(spin) <= 1))
    throw new QuadrupoleError(
      'argument',
      `waveforms.imrPhenomD: the fit gives a final spin of ${spin}, beyond -1..1, at symmetric mass ratio ${eta}; ` +
        'take a less extreme mass ratio',
      { details: { spin, eta } },
    )
  const reduced = s / (mu1 * mu1 + mu2 * mu2)
  const radiated =
    (eta *
      (0.05597446982636008 + eta * (0.5809510763115132 + eta * (-0.9606726679372312 + eta * 3.352411249771192))) *
      (1 + reduced * (-0.0030302335878845507 + eta * (-2.0066110851351073 + eta * 7.7050567802399215)))) /
    (1 + reduced * (-0.6714403054720589 + eta * (-1.4756929437702908 + eta * 7.304676214885011)))
  return {
    spin,
    ringdownFrequency: frequencyOf(spin) / (1 - radiated),
    dampingFrequency: dampingOf(spin) / (1 - radiated),
  }
}
