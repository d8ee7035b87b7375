import type { Shape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { concat } from './movement.ts'
import type { PoolParams } from './pooling.ts'
import { pad } from './slicing.ts'

/** Where the windows of a pooling lie, in an input that has its padding. */
type Windowing = Pick<PoolParams, 'window' | 'strides' | 'dilations'>

/** What one tap of the windows along an axis sees at all their places. */
function tapAlong(x: Tensor, axis: number, places: number, offset: number, stride: number): Tensor {
  return x.slice({ [axis]: [offset, offset + (places - 1) * stride + 1, stride] })
}

/** What each tap of a window sees at all places, the last axis's taps fastest. */
export const tapsOf = (x: Tensor, pooled: Shape, { window, strides, dilations }: Windowing): Tensor[] =>
  window.reduce(
    (views, taps, i) =>
      views.flatMap(view =>
        Array.from({ length: taps }, (_, tap) =>
          tapAlong(view, i + 2, pooled[i + 2]!, tap * dilations[i]!, strides[i]!),
        ),
      ),
    [x],
  )

/** The sum of all taps: one axis after the other. */
export const summedTaps = (x: Tensor, pooled: Shape, { window, strides, dilations }: Windowing): Tensor =>
  window.reduce((sum, taps, i) => {
    const axis = i + 2
    const places = pooled[axis]!
    if (strides[i] === taps && dilations[i] === 1) {
      const whole = sum.slice({ [axis]: [0, places * taps] })
      return whole.reshape(whole.shape.toSpliced(axis, 1, places, taps)).sum({ axes: axis + 1 })
    }
    const views = Array.from({ length: taps }, (_, tap) =>
      tapAlong(sum, axis, places, tap * dilations[i]!, strides[i]!),
    )
    return views.reduce((a, b) => a.add(b))
  }, x)

/**
 * The adjoint of `tapsOf`, or of `summedTaps` where one tensor stands for all taps: puts what belongs to each tap back to
 * where the tap looked, in zeros of the given shape, and adds it up.
 */
export function spreadSum(shares: Tensor | readonly Tensor[], shape: Shape, windowing: Windowing): Tensor {
  const { window } = windowing
  let level: Tensor | readonly Tensor[] = shares
  for (let i = window.length - 1; i >= 0; i--) {
    const axis = i + 2
    const along = { axis, stride: windowing.strides[i]!, dilation: windowing.dilations[i]!, length: shape[axis]! }
    const taps = window[i]!
    if (!Array.isArray(level)) level = spreadEvenly(level as Tensor, taps, along)
    else {
      const list: readonly Tensor[] = level
      level = Array.from({ length: list.length / taps }, (_, k) =>
        spreadAlong(list.slice(k * taps, (k + 1) * taps), along),
      )
    }
  }
  return Array.isArray(level) ? level[0]! : (level as Tensor)
}

interface Along {
  readonly axis: number
  readonly stride: number
  readonly dilation: number
  readonly length: number
}

/** The same for every tap. */
function spreadEvenly(share: Tensor, taps: number, along: Along): Tensor {
  const { axis, stride, dilation, length } = along
  if (stride !== taps || dilation !== 1) return spreadAlong(new Array<Tensor>(taps).fill(share), along)
  const places = share.shape[axis]!
  const repeated = share.expandAxis(axis + 1).broadcastTo(share.shape.toSpliced(axis, 1, places, taps))
  const side = repeated.reshape(share.shape.with(axis, places * taps))
  return padded(side, axis, 0, length - places * taps)
}

/**
 * Along one axis, samples are seen as blocks of `stride`: each tap's share goes to one place in the block, shifted by
 * whole blocks, so that shares are added before they are interleaved.
 */
function spreadAlong(shares: readonly Tensor[], { axis, stride, dilation, length }: Along): Tensor {
  const [first] = shares as [Tensor]
  const blocks = Math.ceil(length / stride)
  const columns = new Array<Tensor | undefined>(stride).fill(undefined)
  shares.forEach((share, tap) => {
    const offset = tap * dilation
    const before = Math.floor(offset / stride)
    const shifted = padded(share, axis, before, blocks - before - first.shape[axis]!)
    const place = offset % stride
    columns[place] = columns[place]?.add(shifted) ?? shifted
  })
  if (stride === 1) return columns[0]!
  const zeros = first.like(0).broadcastTo(first.shape.with(axis, blocks))
  const block = columns.map(column => (column ?? zeros).expandAxis(axis + 1))
  const interleaved = concat.bind(block, { axis: axis + 1 })[0]!.reshape(first.shape.with(axis, blocks * stride))
  return interleaved.slice({ [axis]: [0, length] })
}

/** Zeros put before and after one axis. */
function padded(x: Tensor, axis: number, before: number, after: number): Tensor {
  if (before === 0 && after === 0) return x
  const none: Shape = x.shape.map(() => 0)
  return pad.bind([x], { low: none.with(axis, before), high: none.with(axis, after), interior: none, value: 0 })[0]!
}
