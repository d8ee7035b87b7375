import { tensor } from '../../ops/create.ts'
import { maximum } from '../../ops/elementwise.ts'
import { max, mean } from '../../ops/reduce.ts'
import { convOutputLengths } from '../../primitives/conv-geometry.ts'
import { pad } from '../../primitives/slicing.ts'
import type { Tensor } from '../../tensor.ts'
import { type Windows, windowsOf } from './conv.ts'
import type { Operator, OperatorNode, Operators } from './operator.ts'

const spatial = (x: Tensor): number[] => x.shape.slice(2).map((_, i) => i + 2)

/** With `ceil_mode`, a last window that begins inside the input or its padding before counts even if it sticks out. */
function windowsWithCeil(node: OperatorNode, lengths: readonly number[], kernel: readonly number[]): Windows {
  const windows = windowsOf(node, lengths, kernel)
  if (!node.flag('ceil_mode')) return windows
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

/** What each tap of a window sees at all its places, with a value where it sees padding. */
function tapsOf(x: Tensor, kernel: readonly number[], windows: Windows, value: number): Tensor[] {
  const { strides, dilations, low, high } = windows
  const places = convOutputLengths(x.shape.slice(2), kernel, windows)
  const around = { low: [0, 0, ...low], high: [0, 0, ...high], interior: x.shape.map(() => 0), value }
  const padded = [...low, ...high].some(n => n > 0) ? pad.bind([x], around)[0]! : x
  return kernel.reduce(
    (views, taps, i) =>
      views.flatMap(view =>
        Array.from({ length: taps }, (_, tap) => {
          const start = tap * dilations[i]!
          return view.slice({ [i + 2]: [start, start + (places[i]! - 1) * strides[i]! + 1, strides[i]!] })
        }),
      ),
    [padded],
  )
}

const maxPool: Operator = ([x], node) => {
  if (node.outputCount > 1) throw node.unsupported('the indices of the largest elements')
  const kernel = node.integers('kernel_shape')!
  const windows = windowsWithCeil(node, x!.shape.slice(2), kernel)
  return tapsOf(x!, kernel, windows, Number.NEGATIVE_INFINITY).reduce(maximum)
}

const averagePool: Operator = ([x], node) => {
  const kernel = node.integers('kernel_shape')!
  const lengths = x!.shape.slice(2)
  const windows = windowsWithCeil(node, lengths, kernel)
  const sum = tapsOf(x!, kernel, windows, 0).reduce((a, b) => a.add(b))
  // the padding that the file asks for may count as elements, what ceil_mode adds never does
  const declared = windowsOf(node, lengths, kernel)
  const counts = kernel.map((taps, i) => {
    const isCounted = (at: number): boolean =>
      node.flag('count_include_pad')
        ? at >= -windows.low[i]! && at < lengths[i]! + declared.high[i]!
        : at >= 0 && at < lengths[i]!
    return Array.from({ length: sum.shape[i + 2]! }, (_, place) => {
      const first = place * windows.strides[i]! - windows.low[i]!
      return Array.from({ length: taps }, (_, tap) => first + tap * windows.dilations[i]!).filter(isCounted).length
    })
  })
  return counts.reduce((quotient, list, i) => {
    const shape = x!.shape.map((_, axis) => (axis === i + 2 ? list.length : 1))
    return quotient.mul(reciprocals(x!, list, shape))
  }, sum)
}

const reciprocals = (like: Tensor, counts: readonly number[], shape: readonly number[]): Tensor =>
  tensor(
    counts.map(count => 1 / count),
    { dtype: like.dtype, shape },
  )

export const poolingOperators: Operators = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalMaxPool: ([x]) => max(x!, { axes: spatial(x!), keepAxes: true }),
  GlobalAveragePool: ([x]) => mean(x!, { axes: spatial(x!), keepAxes: true }),
}
