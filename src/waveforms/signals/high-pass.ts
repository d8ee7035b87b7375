/** The filter that LALSimulation's conditioning uses: its order, and its gain at the edge, of each of two ways. */
const order = 8
const gainAtEdge = Math.sqrt(0.99)

/** `tan(pi k / n)^-16` of bins k of a transform of n samples. */
export type HighPassTable = Float64Array

/** Tabulates what a high-pass of any edge needs, for bins 0 to before `bins`. */
export function highPassTable(transformLength: number, bins: number): HighPassTable {
  return Float64Array.from({ length: bins }, (_, k) => Math.tan((Math.PI * k) / transformLength) ** (-2 * order))
}

/**
 * Multiplies an amplitude spectrum in place by the gain of a Butterworth high-pass that is run forwards and backwards:
 * `1 / (1 + (edge / f)^16 (1 / gain - 1))`, frequencies warped by the bilinear transform. Only bins from `from` to before
 * `to` of the table are touched.
 */
export function applyHighPass(
  amplitude: Float64Array,
  table: HighPassTable,
  {
    edge,
    sampleRate,
    from,
    to,
  }: { readonly edge: number; readonly sampleRate: number; readonly from: number; readonly to: number },
): void {
  const scale = Math.tan((Math.PI * edge) / sampleRate) ** (2 * order) * (1 / gainAtEdge - 1)
  for (let k = from; k < to; k++) amplitude[k] = amplitude[k]! / (1 + scale * table[k]!)
}
