export interface Points {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
}

export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * Thins a curve to what a figure can show: of the points that fall into one of `columns` equal steps of the (scaled) x
 * axis, the lowest and the highest, so that no line or spike is lost. Points outside `domain` are left out.
 */
export function decimate(
  { x, y }: Points,
  {
    domain,
    columns,
    scale = value => value,
  }: { readonly domain: readonly [number, number]; readonly columns: number; readonly scale?: (x: number) => number },
): Point[] {
  const [from, to] = [scale(domain[0]), scale(domain[1])]
  const points: Point[] = []
  let column = -1
  let lowest = -1
  let highest = -1
  const flush = () => {
    if (lowest < 0) return
    const kept = lowest === highest ? [lowest] : [Math.min(lowest, highest), Math.max(lowest, highest)]
    for (const i of kept) points.push({ x: x[i]!, y: y[i]! })
  }
  for (let i = 0; i < x.length; i++) {
    if (!(x[i]! >= domain[0] && x[i]! <= domain[1])) continue
    const at = Math.floor(((scale(x[i]!) - from) / (to - from)) * columns)
    if (at !== column) {
      flush()
      column = at
      lowest = i
      highest = i
    }
    if (y[i]! < y[lowest]!) lowest = i
    if (y[i]! > y[highest]!) highest = i
  }
  flush()
  return points
}
