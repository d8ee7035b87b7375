import { QuadrupoleError } from '../errors.ts'
import { checkFinite, checkStretch, forBlocks, type Stretch } from './blocks.ts'
import type { Key } from './key.ts'

/** Range of `uniform`: low is included, high is not. */
export interface UniformOptions extends Stretch {
  readonly low?: number
  readonly high?: number
}

/** The next float64 below a finite one. */
const nextBelow = (value: number): number => {
  if (value === 0) return -Number.MIN_VALUE
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? -1n : 1n))
  return view.getFloat64(0)
}

/**
 * Uniform float64 draws in [low, high), from 53 random bits each; draw i is a function of the key and i alone.
 *
 * @throws `argument` if a bound is not finite, low is not below high, or the stretch is invalid.
 */
export function uniform(key: Key, count: number, options: UniformOptions = {}): Float64Array {
  const { low = 0, high = 1, offset = 0 } = options
  checkStretch('uniform', count, offset)
  checkFinite('uniform', { low, high, 'high - low': high - low })
  if (low >= high)
    throw new QuadrupoleError('argument', `core.uniform: expected low below high, got [${low}, ${high})`, {
      details: { low, high },
    })
  const draws = new Float64Array(count)
  const step = (high - low) * 2 ** -53
  // low + step * n can round up to high itself.
  const last = nextBelow(high)
  forBlocks(key, offset, count, (words, start, length) => {
    for (let i = 0; i < length; i++) {
      const draw = low + step * ((words[2 * i]! >>> 0) * 2 ** 21 + (words[2 * i + 1]! >>> 11))
      draws[start + i] = draw < high ? draw : last
    }
  })
  return draws
}
