/**
 * Kolmogorov and Smirnov's statistic times the root of the number of draws; above 1.95 once in a thousand tests.
 */
export function kolmogorovSmirnov(draws: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(draws).sort()
  let greatest = 0
  sorted.forEach((x, i) => {
    const expected = cdf(x)
    greatest = Math.max(greatest, (i + 1) / sorted.length - expected, expected - i / sorted.length)
  })
  return greatest * Math.sqrt(sorted.length)
}

/** The integral of a function by Simpson's rule on `panels` panels. */
export function integrate(f: (x: number) => number, from: number, to: number, panels = 4000): number {
  const step = (to - from) / panels
  let sum = 0
  for (let i = 0; i < panels; i++) {
    const x = from + i * step
    sum += (step / 6) * (f(x) + 4 * f(x + step / 2) + f(Math.min(x + step, to)))
  }
  return sum
}
