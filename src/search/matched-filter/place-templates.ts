import { fft } from '../../tensor/fft/index.ts'
import { type ComplexRows, rowOf } from './complex-rows.ts'

/** Templates chosen from candidates. */
export interface Placement {
  /** Which candidates are templates, in the order in which they were chosen. */
  readonly chosen: readonly number[]
  /** Of each candidate with its best template: the overlap, maximised over time and phase. */
  readonly matches: Float64Array
}

/**
 * Chooses templates among unit spectra so that each of them matches one: again and again the worst matched becomes a
 * template, until all match to `minimumMatch` or `maximumCount` are chosen. Matches are maximised over times on the
 * grid of samples.
 */
export function placeTemplates(
  candidates: ComplexRows,
  { minimumMatch, maximumCount = candidates.rows }: { readonly minimumMatch: number; readonly maximumCount?: number },
): Placement {
  const matches = new Float64Array(candidates.rows)
  const chosen: number[] = []
  const { length } = candidates
  const [re, im] = [new Float64Array(length), new Float64Array(length)]
  while (chosen.length < maximumCount) {
    const next = matches.indexOf(matches.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY))
    if (matches[next]! >= minimumMatch) break
    chosen.push(next)
    const template = rowOf(candidates, next)
    for (let row = 0; row < candidates.rows; row++) {
      if (matches[row]! >= minimumMatch) continue
      const candidate = rowOf(candidates, row)
      for (let k = 0; k < length; k++) {
        re[k] = candidate.re[k]! * template.re[k]! + candidate.im[k]! * template.im[k]!
        im[k] = candidate.im[k]! * template.re[k]! - candidate.re[k]! * template.im[k]!
      }
      fft(re, im, length, { inverse: true, out: { re, im } })
      let best = 0
      for (let t = 0; t < length; t++) best = Math.max(best, re[t]! ** 2 + im[t]! ** 2)
      matches[row] = Math.max(matches[row]!, Math.sqrt(best) * length)
    }
  }
  return { chosen, matches }
}
