import { type Shape, stridesOf } from '../shape.ts'

/** Shapes and parameters of one convolution; `lengths` behind the first two axes. */
export interface ConvGeometry {
  readonly x: Shape
  readonly w: Shape
  readonly y: Shape
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly groups: number
}

type Windowing = Pick<ConvGeometry, 'strides' | 'dilations' | 'low' | 'high'>

/** How many places a kernel has on a padded input, per axis. */
export function convOutputLengths(
  lengths: Shape,
  kernel: Shape,
  { strides, dilations, low, high }: Windowing,
): number[] {
  return lengths.map((n, axis) => {
    const reach = (kernel[axis]! - 1) * dilations[axis]! + 1
    return Math.floor((n + low[axis]! + high[axis]! - reach) / strides[axis]!) + 1
  })
}

/**
 * Visits every product a convolution is made of, as element indices of input, weights and output. The convolution and
 * both its gradients are these visits with the roles exchanged.
 */
export function forEachTap(geometry: ConvGeometry, visit: (x: number, w: number, y: number) => void): void {
  const { x, w, y, groups } = geometry
  const [xStrides, wStrides, yStrides] = [stridesOf(x), stridesOf(w), stridesOf(y)]
  const pairs = spatialPairs(geometry)
  const outputs = w[0]! / groups
  const inputs = w[1]!
  for (let n = 0; n < x[0]!; n++)
    for (let o = 0; o < w[0]!; o++) {
      const firstInput = Math.floor(o / outputs) * inputs
      for (let c = 0; c < inputs; c++) {
        const xBase = n * xStrides[0]! + (firstInput + c) * xStrides[1]!
        const wBase = o * wStrides[0]! + c * wStrides[1]!
        const yBase = n * yStrides[0]! + o * yStrides[1]!
        for (let i = 0; i < pairs.length; i += 3) visit(xBase + pairs[i]!, wBase + pairs[i + 1]!, yBase + pairs[i + 2]!)
      }
    }
}

/** Offsets (input, kernel, output) of every tap that falls on a sample, not on padding. */
function spatialPairs({ x, w, y, strides, dilations, low }: ConvGeometry): Int32Array {
  let taps: [number, number, number][] = [[0, 0, 0]]
  for (let axis = 2; axis < x.length; axis++) {
    const next: [number, number, number][] = []
    for (const [i, k, o] of taps)
      for (let place = 0; place < y[axis]!; place++)
        for (let tap = 0; tap < w[axis]!; tap++) {
          const at = place * strides[axis - 2]! + tap * dilations[axis - 2]! - low[axis - 2]!
          if (at >= 0 && at < x[axis]!) next.push([i * x[axis]! + at, k * w[axis]! + tap, o * y[axis]! + place])
        }
    taps = next
  }
  return Int32Array.from(taps.flat())
}
