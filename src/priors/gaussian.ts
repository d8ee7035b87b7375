import { type Key, normal, normalQuantile, QuadrupoleError, type Stretch } from '../core/index.ts'
import { requireFinite, requireInterval, requirePositive } from './check-arguments.ts'
import { type Distribution, distribution, type Support } from './distribution.ts'
import { normalCdf } from './normal-cdf.ts'

/** Mean and standard deviation of a Gaussian before any truncation. */
export interface GaussianOptions {
  readonly mean: number
  readonly standardDeviation: number
}

const halfLogTau = Math.log(2 * Math.PI) / 2

/**
 * The normal distribution.
 *
 * @throws `argument` if the mean is not finite or the standard deviation not positive and finite.
 */
export function gaussian({ mean, standardDeviation }: GaussianOptions): Distribution {
  requireFinite('gaussian', { mean })
  requirePositive('gaussian', { standardDeviation })
  return distribution({
    kind: 'gaussian',
    support: { minimum: -Infinity, maximum: Infinity },
    logDensity: x => -(((x - mean) / standardDeviation) ** 2) / 2 - halfLogTau - Math.log(standardDeviation),
    cumulative: x => normalCdf((x - mean) / standardDeviation),
    inverse: p => mean + standardDeviation * normalQuantile(p),
    draw: (key, count, options = {}) => normal(key, count, { mean, standardDeviation, ...options }),
  })
}

/**
 * The normal distribution on [minimum, maximum] alone, normalised there. A bound may be infinite.
 *
 * @throws `argument` if the bounds are not in order, hold no probability (beyond some 37 standard deviations), the mean is
 * not finite or the standard deviation not positive and finite.
 */
export function truncatedGaussian({
  mean,
  standardDeviation,
  minimum,
  maximum,
}: GaussianOptions & Support): Distribution {
  requireFinite('truncatedGaussian', { mean })
  requirePositive('truncatedGaussian', { standardDeviation })
  requireInterval('truncatedGaussian', { minimum, maximum })
  const from = (minimum - mean) / standardDeviation
  const to = (maximum - mean) / standardDeviation
  // Above the mean everything is reflected, so that differences are taken in the tail that has the digits.
  const isAbove = from > 0
  const [first, last] = isAbove ? [normalCdf(-to), normalCdf(-from)] : [normalCdf(from), normalCdf(to)]
  const mass = last - first
  if (!(mass > 0))
    throw new QuadrupoleError(
      'argument',
      `priors.truncatedGaussian: expected an interval that holds some probability, got [${minimum}, ${maximum}] for ` +
        `mean ${mean} and standard deviation ${standardDeviation}; move the bounds closer`,
      { details: { mean, standardDeviation, minimum, maximum } },
    )
  return distribution({
    kind: 'truncated-gaussian',
    support: { minimum, maximum },
    logDensity: x => -(((x - mean) / standardDeviation) ** 2) / 2 - halfLogTau - Math.log(standardDeviation * mass),
    cumulative(x) {
      const z = (x - mean) / standardDeviation
      return isAbove ? (last - normalCdf(-z)) / mass : (normalCdf(z) - first) / mass
    },
    inverse: p =>
      mean + standardDeviation * (isAbove ? -normalQuantile(last - p * mass) : normalQuantile(first + p * mass)),
  })
}

/**
 * The distribution whose natural logarithm is normal; mean and standard deviation are those of the logarithm.
 *
 * @throws `argument` if the mean is not finite or the standard deviation not positive and finite.
 */
export function logNormal({
  logMean,
  logStandardDeviation,
}: {
  readonly logMean: number
  readonly logStandardDeviation: number
}): Distribution {
  requireFinite('logNormal', { logMean })
  requirePositive('logNormal', { logStandardDeviation })
  const logarithm = gaussian({ mean: logMean, standardDeviation: logStandardDeviation })
  return distribution({
    kind: 'log-normal',
    support: { minimum: 0, maximum: Infinity },
    logDensity: x => (x === 0 || x === Infinity ? -Infinity : logarithm.logProb(Math.log(x)) - Math.log(x)),
    cumulative: x => logarithm.cdf(Math.log(x)),
    inverse: p => Math.exp(logarithm.quantile(p)),
    draw: (key: Key, count: number, options: Stretch = {}) => logarithm.sample(key, count, options).map(Math.exp),
  })
}
