import { concat } from '../../ops/shape.ts'
import { pad as padConstant } from '../../primitives/slicing.ts'
import type { Tensor } from '../../tensor.ts'
import type { Operator, Operators } from './operator.ts'
import { axesOf } from './shape.ts'

/** Puts `low` and `high` elements before and after an axis, taken from the tensor itself. */
type AxisPad = (x: Tensor, axis: number, low: number, high: number) => Tensor

const joined = (axis: number, parts: readonly Tensor[]): Tensor =>
  concat(
    parts.filter(part => part.shape[axis] !== 0),
    { axis },
  )

const reflected: AxisPad = (x, axis, low, high) => {
  const n = x.shape[axis]!
  return joined(axis, [
    x.slice({ [axis]: [1, low + 1] }).flip(axis),
    x,
    x.slice({ [axis]: [n - 1 - high, n - 1] }).flip(axis),
  ])
}

const wrapped: AxisPad = (x, axis, low, high) => {
  const n = x.shape[axis]!
  return joined(axis, [x.slice({ [axis]: [n - low, n] }), x, x.slice({ [axis]: [0, high] })])
}

const repeated: AxisPad = (x, axis, low, high) => {
  const n = x.shape[axis]!
  const stretch = (from: number, count: number): Tensor =>
    x.slice({ [axis]: [from, from + 1] }).broadcastTo(x.shape.with(axis, count))
  return joined(axis, [stretch(0, low), x, stretch(n - 1, high)])
}

const modes: Readonly<Record<string, { readonly pad: AxisPad; readonly most: (n: number) => number }>> = {
  reflect: { pad: reflected, most: n => n - 1 },
  wrap: { pad: wrapped, most: n => n },
  edge: { pad: repeated, most: () => Number.POSITIVE_INFINITY },
}

const pad: Operator = ([x, given, value, axesInput], node) => {
  const { rank } = x!
  const pads = given ? node.numbers(given, 'pads') : (node.integers('pads') ?? [])
  const axes = axesOf(node, axesInput, rank) ?? x!.shape.map((_, axis) => axis)
  const low = new Array<number>(rank).fill(0)
  const high = new Array<number>(rank).fill(0)
  axes.forEach((axis, i) => {
    low[axis] = pads[i]!
    high[axis] = pads[i + axes.length]!
  })
  // negative pads cut
  const cut = x!.slice(
    Object.fromEntries(
      axes.map(axis => [axis, [Math.max(0, -low[axis]!), x!.shape[axis]! + Math.min(0, high[axis]!)] as const]),
    ),
  )
  const [before, after] = [low, high].map(list => list.map(n => Math.max(0, n))) as [number[], number[]]
  const name = node.text('mode', 'constant')
  if (name === 'constant') {
    const fill = value ? node.numbers(value, 'a fill value')[0]! : 0
    const params = { low: before, high: after, interior: before.map(() => 0), value: fill }
    return padConstant.bind([cut], params)[0]!
  }
  const mode = modes[name]
  if (!mode) throw node.unsupported(`mode ${name}`)
  return axes.reduce((padded, axis) => {
    const most = mode.most(padded.shape[axis]!)
    if (before[axis]! > most || after[axis]! > most)
      throw node.unsupported(`more than ${most} elements in mode ${name}`)
    return before[axis] === 0 && after[axis] === 0 ? padded : mode.pad(padded, axis, before[axis]!, after[axis]!)
  }, cut)
}

export const padOperators: Operators = { Pad: pad }
