interface InvertOptions {
  /** Derivative of the function. */
  readonly slope: (x: number) => number
  readonly isIncreasing?: boolean
  /** Where to begin. */
  readonly start: number
  /** Upper bound of the argument; the lower one is zero. */
  readonly high: number
}

/**
 * Where a monotonic function of x > 0 takes a value: Newton's method within a bracket that each step narrows, and the
 * bracket's middle where Newton would leave it.
 */
export function invert(
  f: (x: number) => number,
  value: number,
  { slope, isIncreasing = true, start, high }: InvertOptions,
): number {
  let [from, to] = [0, high]
  let x = start
  for (let step = 0; step < 1000; step++) {
    const excess = f(x) - value
    if (excess === 0) return x
    if (excess > 0 === isIncreasing) to = x
    else from = x
    const newton = x - excess / slope(x)
    if (Math.abs(newton - x) <= 2 ** -52 * x) return newton
    const next = newton > from && newton < to ? newton : middleOf(from, to)
    if (next === x) return x
    x = next
  }
  return x
}

/** Of many orders of magnitude the geometric mean, which gets anywhere soon. */
function middleOf(from: number, to: number): number {
  if (to === Infinity) return 2 * from + 1
  return from > 0 && to > 4 * from ? Math.sqrt(from) * Math.sqrt(to) : (from + to) / 2
}
