/** The filter that LALSimulation's conditioning uses: its order, and its gain at the edge, of each of two ways. */
const order = 8
const gainAtEdge = Math.sqrt(0.99)

/**
 * Multiplies an amplitude spectrum in place by the gain of a Butterworth high-pass that is run forwards and backwards,
 * `1 / (1 + (edge / f)^16 (1 / gain - 1))` of frequencies warped by the bilinear transform, in bins `from` to before `to`.
 * The spectrum is that of `length` samples.
 */
export function applyHighPass(
  amplitude: Float64Array,
  { edge, sampleRate, length, from, to }: Readonly<Record<'edge' | 'sampleRate' | 'length' | 'from' | 'to', number>>,
): void {
  const scale = Math.tan((Math.PI * edge) / sampleRate) ** (2 * order) * (1 / gainAtEdge - 1)
  // Nine times the edge is where the gain is 1 in float64.
  attenuate(amplitude, tableOf(length), scale, from, Math.min(to, Math.ceil((9 * edge * length) / sampleRate)))
}

/** A function of its own: inlined where the scale is computed, V8 takes its tangent anew for every bin. */
function attenuate(values: Float64Array, table: Float64Array, scale: number, from: number, to: number): void {
  for (let k = from; k < to; k++) values[k] = values[k]! / (1 + scale * table[k]!)
}

// A cache of the thread, on which no result depends.
const tables = new Map<number, Float64Array>()

/** `tan(pi k / n)^-16` for bins k of a transform of n samples. */
function tableOf(length: number): Float64Array {
  const table =
    tables.get(length) ??
    Float64Array.from({ length: length / 2 + 1 }, (_, k) => Math.tan((Math.PI * k) / length) ** (-2 * order))
  tables.set(length, table)
  return table
}
