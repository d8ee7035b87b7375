import { QuadrupoleError } from '../core/index.ts'
import { requireFinite, requireInterval } from './check-arguments.ts'
import { type Distribution, distribution, type Support } from './distribution.ts'
import { intervalOf } from './interpolated.ts'

/** Nodes and weights of Gauss and Legendre's rule of 8 points (Abramowitz and Stegun, table 25.4). */
const nodes = [
  -0.960289856497536232, -0.79666647741362674, -0.525532409916328986, -0.183434642495649805, 0.183434642495649805,
  0.525532409916328986, 0.79666647741362674, 0.960289856497536232,
] as const
const weights = [
  0.101228536290376259, 0.222381034453374471, 0.313706645877887287, 0.362683783378361983, 0.362683783378361983,
  0.313706645877887287, 0.222381034453374471, 0.101228536290376259,
] as const
const terms = nodes.length

/** A positive smooth function that is to be a density. */
export interface SmoothDensity extends Support {
  /** Of any normalisation; called at the construction and by `logProb` only. */
  readonly density: (x: number) => number
  /** How many panels the support is divided into: 64 by default. */
  readonly panels?: number
}

/**
 * The distribution of a smooth density given as a function. Its integral is that of Legendre series of 8 terms on equal
 * panels, which is exact to rounding for functions as smooth as a cosmological volume.
 *
 * @throws `argument` if the bounds are not finite and in order, or the density is negative, not finite or zero all over.
 */
export function smoothDensity({ minimum, maximum, density, panels = 64 }: SmoothDensity): Distribution {
  requireFinite('smoothDensity', { minimum, maximum })
  requireInterval('smoothDensity', { minimum, maximum })
  const half = (maximum - minimum) / panels / 2
  const middle = (panel: number): number => minimum + (2 * panel + 1) * half
  const series = Array.from({ length: panels }, (_, panel) =>
    legendreSeries(nodes.map(t => valueAt(density, middle(panel) + half * t))),
  )
  const cumulative = new Float64Array(panels + 1)
  for (let i = 0; i < panels; i++) cumulative[i + 1] = cumulative[i]! + 2 * half * series[i]![0]!
  const whole = cumulative[panels]!
  if (!(whole > 0 && whole < Infinity))
    throw new QuadrupoleError('argument', `priors.smoothDensity: expected a positive integral, got ${whole}`)
  return distribution({
    kind: 'smooth-density',
    support: { minimum, maximum },
    logDensity: x => Math.log(valueAt(density, x) / whole),
    cumulative(x) {
      const panel = Math.min(Math.floor((x - minimum) / (2 * half)), panels - 1)
      return (cumulative[panel]! + half * evaluate(series[panel]!, (x - middle(panel)) / half).integral) / whole
    },
    inverse(p) {
      const panel = intervalOf(cumulative, p * whole)
      return middle(panel) + half * solve(series[panel]!, (p * whole - cumulative[panel]!) / half)
    },
  })
}

function valueAt(density: (x: number) => number, x: number): number {
  const value = density(x)
  if (value >= 0 && value < Infinity) return value
  throw new QuadrupoleError(
    'argument',
    `priors.smoothDensity: expected a density of at least 0, got ${value} at ${x}`,
    {
      details: { x, value },
    },
  )
}

/** Legendre polynomials up to one degree more than the series has. */
function legendre(t: number): number[] {
  const values = [1, t]
  for (let n = 1; n < terms; n++) values.push(((2 * n + 1) * t * values[n]! - n * values[n - 1]!) / (n + 1))
  return values
}

function legendreSeries(values: readonly number[]): number[] {
  const atNodes = nodes.map(legendre)
  return Array.from({ length: terms }, (_, n) => {
    const sum = values.reduce((total, value, k) => total + weights[k]! * value * atNodes[k]![n]!, 0)
    return ((2 * n + 1) / 2) * sum
  })
}

/** A series' value at t and its integral from -1, by the integral of P_n: (P_{n+1} - P_{n-1}) / (2 n + 1). */
function evaluate(series: readonly number[], t: number): { value: number; integral: number } {
  const p = legendre(t)
  let value = series[0]!
  let integral = series[0]! * (t + 1)
  for (let n = 1; n < terms; n++) {
    value += series[n]! * p[n]!
    integral += (series[n]! * (p[n + 1]! - p[n - 1]!)) / (2 * n + 1)
  }
  return { value, integral }
}

/** The t in [-1, 1] at which the integral from -1 reaches `target`: Newton's method within a shrinking bracket. */
function solve(series: readonly number[], target: number): number {
  let [low, high] = [-1, 1]
  let t = Math.min(Math.max(target / series[0]! - 1, low), high)
  for (let step = 0; step < 100; step++) {
    const { value, integral } = evaluate(series, t)
    if (integral < target) low = t
    else high = t
    const newton = t + (target - integral) / value
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - t) <= 1e-15 || high - low <= 1e-15) return next
    t = next
  }
  return t
}
