import { QuadrupoleError } from '../../core/index.ts'
import * as slicing from '../primitives/slicing.ts'
import { normalizeAxis, showShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { concat } from './shape.ts'

/** How many elements to put before and after an axis. */
export type PadWidth = readonly [before: number, after: number]

/** Where new elements come from: see `pad`. */
export type PadMode = 'constant' | 'reflect' | 'edge' | 'wrap'

export interface PadOptions {
  /**
   * 'constant' (the default) repeats a value, 'edge' the outermost element, 'reflect' mirrors at the outermost element
   * without repeating it, 'wrap' goes on at the other end; all as in `numpy.pad`, repeatedly where the width needs it.
   */
  readonly mode?: PadMode
  /** What 'constant' puts; 0 by default. */
  readonly value?: number
}

/**
 * Elements put around a tensor.
 *
 * @param widths a pair for every axis, or by axis (negative ones from the end) for some.
 * @throws `argument` for a width that is no integer from 0, `shape` where a mode needs elements and the axis has none.
 * @example
 * pad(tensor([1, 2, 3]), [[2, 1]], { mode: 'reflect' }) // [3, 2, 1, 2, 3, 2]
 */
export function pad(
  x: Tensor,
  widths: readonly PadWidth[] | Readonly<Record<number | string, PadWidth>>,
  options: PadOptions = {},
): Tensor {
  const { mode = 'constant', value = 0 } = options
  const pairs = widthsOf(x, widths)
  if (mode === 'constant') {
    const [low, high] = [pairs.map(pair => pair[0]), pairs.map(pair => pair[1])]
    if ([...low, ...high].every(n => n === 0)) return x
    return slicing.pad.bind([x], { low, high, interior: low.map(() => 0), value })[0]!
  }
  const padAxis = modes[mode]
  if (!padAxis)
    throw new QuadrupoleError('argument', `pad: mode '${mode}', expected constant, ${Object.keys(modes).join(', ')}`)
  return pairs.reduce((padded, [before, after], axis) => {
    if (before === 0 && after === 0) return padded
    if (x.shape[axis] === 0)
      throw new QuadrupoleError(
        'shape',
        `pad: axis ${axis} of ${showShape(x.shape)} has no elements for mode '${mode}'`,
      )
    const parts = padAxis({ x: padded, axis, length: x.shape[axis]! }, before, after)
    return concat(
      parts.filter(part => part.shape[axis] !== 0),
      { axis },
    )
  }, x)
}

function widthsOf(x: Tensor, widths: readonly PadWidth[] | Readonly<Record<number | string, PadWidth>>): PadWidth[] {
  const isList = (given: typeof widths): given is readonly PadWidth[] => Array.isArray(given)
  if (isList(widths) && widths.length !== x.rank)
    throw new QuadrupoleError(
      'argument',
      `pad: ${widths.length} widths for ${showShape(x.shape)}, expected ${x.rank}; name axes as { [axis]: [before, after] } to pad some`,
    )
  const pairs = x.shape.map((): PadWidth => [0, 0])
  for (const [key, pair] of Object.entries(widths) as [string, PadWidth][])
    pairs[normalizeAxis('pad', Number(key), x.rank)] = pair
  for (const pair of pairs)
    if (!Array.isArray(pair) || pair.length !== 2 || pair.some(n => !Number.isInteger(n) || n < 0))
      throw new QuadrupoleError(
        'argument',
        `pad: widths [${pair}], expected [before, after], integers from 0; slice to cut`,
      )
  return pairs
}

interface Padded {
  readonly x: Tensor
  readonly axis: number
  readonly length: number
}

/** The parts of a padded axis in their order, the tensor among them. */
type AxisPad = (padded: Padded, before: number, after: number) => Tensor[]

const part = ({ x, axis }: Padded, from: number, to: number): Tensor => x.slice({ [axis]: [from, to] })

const modes: Readonly<Record<Exclude<PadMode, 'constant'>, AxisPad>> = {
  edge: (padded, before, after) => {
    const { x, axis, length } = padded
    const repeat = (at: number, count: number) => part(padded, at, at + 1).broadcastTo(x.shape.with(axis, count))
    return [repeat(0, before), x, repeat(length - 1, after)]
  },
  wrap: (padded, before, after) => {
    const { x, length } = padded
    const whole = (count: number) => new Array<Tensor>(Math.floor(count / length)).fill(x)
    const first = part(padded, length - (before % length), length)
    return [first, ...whole(before), x, ...whole(after), part(padded, 0, after % length)]
  },
  reflect: (padded, before, after) => {
    const { x, axis, length } = padded
    if (length === 1) return modes.edge(padded, before, after)
    const turned: Padded = { ...padded, x: x.flip(axis) }
    // going away from the tensor, stretches of all elements but the one that the last stretch ended with, turned in turn
    const stretches = (width: number, take: (from: Padded, count: number) => Tensor): Tensor[] =>
      Array.from({ length: Math.ceil(width / (length - 1)) }, (_, i) =>
        take(i % 2 === 0 ? turned : padded, Math.min(length - 1, width - i * (length - 1))),
      )
    const left = stretches(before, (from, count) => part(from, length - 1 - count, length - 1))
    return [...left.reverse(), x, ...stretches(after, (from, count) => part(from, 1, 1 + count))]
  },
}
