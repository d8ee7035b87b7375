import { castStorage } from '../../dtype.ts'
import { globalAveragePool } from '../../ops/pooling.ts'
import { max } from '../../ops/reduce.ts'
import * as pooling from '../../primitives/pooling.ts'
import { Tensor } from '../../tensor.ts'
import { type Windows, windowsOf } from './conv.ts'
import type { Operator, OperatorNode, Operators } from './operator.ts'

const spatial = (x: Tensor): number[] => x.shape.slice(2).map((_, i) => i + 2)

/** With `ceil_mode`, a last window that begins inside the input or the padding before it counts even if it sticks out. */
function withCeil(windows: Windows, lengths: readonly number[], kernel: readonly number[]): Windows {
  const { strides, dilations, low, high } = windows
  const extended = lengths.map((n, i) => {
    const reach = (kernel[i]! - 1) * dilations[i]! + 1
    const room = n + low[i]! + high[i]! - reach
    const places = Math.ceil(room / strides[i]!)
    const beginsInside = places * strides[i]! < n + low[i]!
    return high[i]! + (beginsInside ? places * strides[i]! - room : 0)
  })
  return { ...windows, high: extended }
}

/** A pooling's windows as the file declares them, and as `ceil_mode` extends them. */
function windowsFor(x: Tensor, node: OperatorNode) {
  const window = node.integers('kernel_shape') ?? []
  const lengths = x.shape.slice(2)
  const declared = windowsOf(node, lengths, window)
  return { window, lengths, declared, windows: node.flag('ceil_mode') ? withCeil(declared, lengths, window) : declared }
}

const maxPool: Operator = ([x], node) => {
  if (node.outputCount > 1) throw node.unsupported('the indices of the largest elements')
  const { window, windows } = windowsFor(x!, node)
  return pooling.maxPool.bind([x!], { window, ...windows })[0]!
}

const averagePool: Operator = ([x], node) => {
  const { window, lengths, declared, windows } = windowsFor(x!, node)
  const means = pooling.avgPool.bind([x!], { window, ...windows })[0]!
  const countsPadding = node.flag('count_include_pad')
  return window.reduce((corrected, taps, i) => {
    // padding that the file asks for may count as elements, what ceil_mode adds never does
    const [first, end] = countsPadding ? [-windows.low[i]!, lengths[i]! + declared.high[i]!] : [0, lengths[i]!]
    const ratios = Float64Array.from({ length: means.shape[i + 2]! }, (_, place) => {
      const start = place * windows.strides[i]! - windows.low[i]!
      const elements = Array.from({ length: taps }, (_, tap) => start + tap * windows.dilations[i]!)
      return taps / elements.filter(at => at >= first && at < end).length
    })
    if (ratios.every(ratio => ratio === 1)) return corrected
    const shape = means.shape.map((n, axis) => (axis === i + 2 ? n : 1))
    return corrected.mul(Tensor.of(castStorage(ratios, x!.dtype), shape))
  }, means)
}

export const poolingOperators: Operators = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalMaxPool: ([x]) => max(x!, { axes: spatial(x!), keepAxes: true }),
  GlobalAveragePool: ([x]) => globalAveragePool(x!, { keepAxes: true }),
}
