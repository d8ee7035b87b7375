/**
 * The quantile function of the standard normal distribution, given twice over so that neither tail loses digits:
 * `q` = p - 1/2 and `tail` = min(p, 1 - p) > 0. Relative error about 1e-16.
 *
 * Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988) 477,
 * function PPND16.
 */
export function normalQuantileOf(q: number, tail: number): number {
  if (q >= -0.425 && q <= 0.425) return centralQuantile(q)
  return q < 0 ? -tailQuantile(tail) : tailQuantile(tail)
}

/**
 * The quantile function (inverse cumulative distribution) of the standard normal distribution: -Infinity at 0, Infinity
 * at 1, NaN outside.
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) return NaN
  if (probability === 0) return -Infinity
  if (probability === 1) return Infinity
  return normalQuantileOf(probability - 0.5, Math.min(probability, 1 - probability))
}

function centralQuantile(q: number): number {
  const r = 0.180625 - q * q
  let above = 2509.0809287301226727
  above = above * r + 33430.575583588128105
  above = above * r + 67265.770927008700853
  above = above * r + 45921.953931549871457
  above = above * r + 13731.693765509461125
  above = above * r + 1971.5909503065514427
  above = above * r + 133.14166789178437745
  above = above * r + 3.387132872796366608
  let below = 5226.495278852854561
  below = below * r + 28729.085735721942674
  below = below * r + 39307.89580009271061
  below = below * r + 21213.794301586595867
  below = below * r + 5394.1960214247511077
  below = below * r + 687.187007492057908
  below = below * r + 42.313330701600911252
  below = below * r + 1
  return (q * above) / below
}

function tailQuantile(tail: number): number {
  const root = Math.sqrt(-Math.log(tail))
  return root <= 5 ? nearTail(root - 1.6) : farTail(root - 5)
}

function nearTail(r: number): number {
  let above = 7.7454501427834140764e-4
  above = above * r + 0.0227238449892691845833
  above = above * r + 0.24178072517745061177
  above = above * r + 1.27045825245236838258
  above = above * r + 3.64784832476320460504
  above = above * r + 5.7694972214606914055
  above = above * r + 4.6303378461565452959
  above = above * r + 1.42343711074968357734
  let below = 1.05075007164441684324e-9
  below = below * r + 5.475938084995344946e-4
  below = below * r + 0.0151986665636164571966
  below = below * r + 0.14810397642748007459
  below = below * r + 0.68976733498510000455
  below = below * r + 1.6763848301838038494
  below = below * r + 2.05319162663775882187
  below = below * r + 1
  return above / below
}

function farTail(r: number): number {
  let above = 2.01033439929228813265e-7
  above = above * r + 2.71155556874348757815e-5
  above = above * r + 0.0012426609473880784386
  above = above * r + 0.026532189526576123093
  above = above * r + 0.29656057182850489123
  above = above * r + 1.7848265399172913358
  above = above * r + 5.4637849111641143699
  above = above * r + 6.6579046435011037772
  let below = 2.04426310338993978564e-15
  below = below * r + 1.4215117583164458887e-7
  below = below * r + 1.8463183175100546818e-5
  below = below * r + 7.868691311456132591e-4
  below = below * r + 0.0148753612908506148525
  below = below * r + 0.1369298809227358053
  below = below * r + 0.59983220655588793769
  below = below * r + 1
  return above / below
}
