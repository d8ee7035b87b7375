import { type PadMode, type PadWidth, pad as padded } from '../../ops/pad.ts'
import type { Operator, Operators } from './operator.ts'
import { axesOf } from './shape.ts'

const pad: Operator = ([x, given, value, axesInput], node) => {
  const pads = given ? node.numbers(given, 'pads') : (node.integers('pads') ?? [])
  const axes = axesOf(node, axesInput, x!.rank) ?? x!.shape.map((_, axis) => axis)
  const pairs = axes.map((axis, i) => [axis, pads[i]!, pads[i + axes.length]!] as const)
  // negative pads cut
  const cut = x!.slice(
    Object.fromEntries(
      pairs.map(([axis, low, high]) => [axis, [Math.max(0, -low), x!.shape[axis]! + Math.min(0, high)] as const]),
    ),
  )
  const widths = pairs.map(([axis, low, high]): [number, PadWidth] => [axis, [Math.max(0, low), Math.max(0, high)]])
  const fill = value ? node.numbers(value, 'a fill value')[0]! : 0
  return padded(cut, Object.fromEntries(widths), { mode: node.text('mode', 'constant') as PadMode, value: fill })
}

export const padOperators: Operators = { Pad: pad }
