import { castStorage } from '../../dtype.ts'
import { take } from '../../ops/indexing.ts'
import { normalizeAxis } from '../../shape.ts'
import { Tensor } from '../../tensor.ts'
import type { Operator, OperatorNode, Operators } from './operator.ts'

/** How one axis is resized. */
interface Resizing {
  readonly length: number
  readonly size: number
  /** Output samples an input sample. */
  readonly scale: number
}

/** Where an output sample lies among the input's samples. */
type Position = (i: number, resizing: Resizing) => number

const positions: Readonly<Record<string, Position>> = {
  half_pixel: (i, { scale }) => (i + 0.5) / scale - 0.5,
  pytorch_half_pixel: (i, { scale, size }) => (size > 1 ? (i + 0.5) / scale - 0.5 : 0),
  align_corners: (i, { length, size }) => (size > 1 ? (i * (length - 1)) / (size - 1) : 0),
  asymmetric: (i, { scale }) => i / scale,
}

const roundings: Readonly<Record<string, (x: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round_prefer_floor: x => Math.ceil(x - 0.5),
  round_prefer_ceil: x => Math.floor(x + 0.5),
}

function resizeAxis(x: Tensor, axis: number, resizing: Resizing, node: OperatorNode): Tensor {
  const { length, size } = resizing
  const transformation = node.text('coordinate_transformation_mode', 'half_pixel')
  const position = positions[transformation]
  if (!position) throw node.unsupported(`coordinate_transformation_mode = ${transformation}`)
  const inside = (at: number): number => Math.min(Math.max(at, 0), length - 1)
  const places = Array.from({ length: size }, (_, i) => position(i, resizing))
  const mode = node.text('mode', 'nearest')
  if (mode === 'nearest') {
    const rounding = roundings[node.text('nearest_mode', 'round_prefer_floor')]!
    const indices = places.map(at => inside(rounding(at)))
    return take(x, indices, { axis })
  }
  if (mode !== 'linear') throw node.unsupported(`mode = ${mode}`)
  const clamped = places.map(inside)
  const before = take(x, clamped.map(Math.floor), { axis })
  const after = take(x, clamped.map(Math.ceil), { axis })
  const shape = x.shape.map((_, other) => (other === axis ? size : 1))
  const fraction = Tensor.of(
    castStorage(
      Float64Array.from(clamped, at => at - Math.floor(at)),
      x.dtype,
    ),
    shape,
  )
  return before.add(after.sub(before).mul(fraction))
}

const resize: Operator = ([x, _roi, scales, sizes], node) => {
  node.expect('antialias', 0)
  node.expect('keep_aspect_ratio_policy', 'stretch')
  const axes = node.integers('axes')?.map(axis => normalizeAxis(node.label, axis, x!.rank)) ?? x!.shape.map((_, i) => i)
  const given = sizes && sizes.size > 0 ? node.numbers(sizes, 'sizes') : undefined
  const factors = given ? undefined : node.numbers(scales!, 'scales')
  return axes.reduce((resized, axis, i) => {
    const length = x!.shape[axis]!
    const size = given?.[i] ?? Math.floor(length * factors![i]!)
    const scale = factors?.[i] ?? size / length
    return size === length && scale === 1 ? resized : resizeAxis(resized, axis, { length, size, scale }, node)
  }, x!)
}

export const resizeOperators: Operators = { Resize: resize }
