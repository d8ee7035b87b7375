import { QuadrupoleError } from '../core/index.ts'
import { type Distribution, distribution } from './distribution.ts'

/** A density at increasing points, of any normalisation. */
export interface DensityTable {
  readonly x: ArrayLike<number>
  readonly density: ArrayLike<number>
}

/**
 * The distribution whose density is linear between given points and zero beyond them (bilby's `Interped`, but with the
 * exact integral of the line as its cdf).
 *
 * @throws `argument` unless there are at least two finite points in increasing order, and as many finite densities, none
 * negative and not all zero.
 */
export function interpolated({ x, density }: DensityTable): Distribution {
  const points = Float64Array.from(x)
  const heights = Float64Array.from(density)
  checkTable(points, heights)
  const cumulative = new Float64Array(points.length)
  for (let i = 1; i < points.length; i++)
    cumulative[i] = cumulative[i - 1]! + ((heights[i - 1]! + heights[i]!) / 2) * (points[i]! - points[i - 1]!)
  const whole = cumulative.at(-1)!
  for (let i = 0; i < points.length; i++) {
    heights[i]! /= whole
    cumulative[i]! /= whole
  }
  const slope = (i: number): number => (heights[i + 1]! - heights[i]!) / (points[i + 1]! - points[i]!)
  return distribution({
    kind: 'interpolated',
    support: { minimum: points[0]!, maximum: points.at(-1)! },
    logDensity(value) {
      const i = intervalOf(points, value)
      return Math.log(heights[i]! + slope(i) * (value - points[i]!))
    },
    cumulative(value) {
      const i = intervalOf(points, value)
      const step = value - points[i]!
      return cumulative[i]! + step * (heights[i]! + (slope(i) * step) / 2)
    },
    inverse(p) {
      const i = intervalOf(cumulative, p)
      const area = p - cumulative[i]!
      const height = heights[i]!
      // The root of slope s^2 / 2 + height s = area in the form that survives a slope of 0.
      const root = Math.sqrt(Math.max(0, height * height + 2 * slope(i) * area))
      return area === 0 ? points[i]! : points[i]! + (2 * area) / (height + root)
    },
  })
}

/** The last i of all but the final one with values[i] <= value. */
export function intervalOf(values: Float64Array, value: number): number {
  let low = 0
  let high = values.length - 2
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (values[middle]! <= value) low = middle
    else high = middle - 1
  }
  return low
}

function checkTable(x: Float64Array, density: Float64Array): void {
  const refuse = (found: string): never => {
    throw new QuadrupoleError(
      'argument',
      `priors.interpolated: expected increasing x and as many densities, none negative and not all 0; got ${found}`,
      { details: { x: Array.from(x), density: Array.from(density) } },
    )
  }
  if (x.length < 2 || x.length !== density.length) refuse(`${x.length} x and ${density.length} densities`)
  x.forEach((value, i) => {
    if (!Number.isFinite(value) || (i > 0 && value <= x[i - 1]!)) refuse(`x[${i}] = ${value}`)
  })
  density.forEach((value, i) => {
    if (!(value >= 0 && value < Infinity)) refuse(`density[${i}] = ${value}`)
  })
  if (density.every(value => value === 0)) refuse('densities of 0')
}
