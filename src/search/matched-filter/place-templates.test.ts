import { expect, test } from 'vitest'
import { randomKey } from '../../core/index.ts'
import { readPriorSet, rowOf as rowOfColumns } from '../../priors/index.ts'
import { fft } from '../../tensor/fft/index.ts'
import { binaryFromRow } from '../../waveforms/index.ts'
import type { SearchBand } from './band.ts'
import { type ComplexRows, rowOf } from './complex-rows.ts'
import { comparableSpectra, matchesWith } from './match.ts'
import { placeTemplates } from './place-templates.ts'
import { psd, sampleRate } from './testing/two-detector-search.ts'
import { type Intrinsic, whitenedTemplates } from './whitened-templates.ts'
import { whiteningBand } from './whitening-band.ts'

const band: SearchBand = {
  bandwidth: 512,
  templateDuration: 8,
  afterMerger: 0.25,
  minimumFrequency: 20,
  maximumFrequency: 420,
}
const { response } = whiteningBand({ psd, sampleRate, band })
const prior = await readPriorSet('search-real-strain')
const { columns } = prior.sample(randomKey(2), 400)
const draws = Array.from({ length: 400 }, (_, i) => binaryFromRow(rowOfColumns(columns, i)))
const spectra = comparableSpectra(draws, { band, response })
const all = draws.map((_, i) => i)

/** The match on the band's own bins and a grid of lags sixteen times as fine as the samples. */
function exactMatch(a: Intrinsic, b: Intrinsic): number {
  const set: ComplexRows = whitenedTemplates([a, b], { band, responses: [response] })[0]!
  const [x, y] = [rowOf(set, 0), rowOf(set, 1)]
  const length = 16 * set.length
  const [re, im] = [new Float64Array(length), new Float64Array(length)]
  for (let k = 0; k < set.length; k++) {
    re[k] = x.re[k]! * y.re[k]! + x.im[k]! * y.im[k]!
    im[k] = x.re[k]! * y.im[k]! - x.im[k]! * y.re[k]!
  }
  const series = fft(re, im, length, { inverse: true })
  return length * Math.sqrt(series.re.reduce((best, s, t) => Math.max(best, s * s + series.im[t]! ** 2), 0))
}

test('matches are those of the whole spectra at the best lag, of waveforms that are alike to 0.003', () => {
  let close = 0
  for (const own of [0, 1, 2, 3, 4, 5]) {
    const light = { ...draws[own]!, mass1Solar: draws[own]!.mass1Solar * 1.004 }
    for (const other of [light, ...draws.slice(own + 1, own + 60)]) {
      const [match] = matchesWith(comparableSpectra([draws[own]!, other], { band, response }), 0, [1])
      const exact = exactMatch(draws[own]!, other)
      if (exact > 0.9) close++
      expect(Math.abs(match! - exact)).toBeLessThan(exact > 0.9 ? 0.003 : 0.1)
    }
  }
  expect(close).toBeGreaterThan(15)
})

test('a spectrum matches itself wholly', () => {
  for (const own of [0, 100, 399]) expect(matchesWith(spectra, own, [own])[0]).toBeCloseTo(1, 3)
})

test('placing leaves out no comparison that would have counted', () => {
  const { chosen, before, matches } = placeTemplates(spectra, { minimumMatch: 0.95 })
  // The plain way: each new template is compared with all.
  const plain = new Float64Array(draws.length)
  const expected: number[] = []
  for (;;) {
    const worst = plain.indexOf(Math.min(...plain))
    if (plain[worst]! >= 0.95) break
    expected.push(worst)
    for (const [i, match] of matchesWith(spectra, worst, all).entries()) plain[i] = Math.max(plain[i]!, match)
  }
  expect(chosen).toEqual(expected)
  expect(before).toEqual([...before].sort((a, b) => a - b))
  for (const [i, match] of matches.entries()) {
    expect(match).toBeGreaterThanOrEqual(0.95)
    expect(plain[i]).toBeGreaterThanOrEqual(match)
  }
})

test('placing ends at a number of templates, each the farthest from those before', () => {
  const some = placeTemplates(spectra, { minimumMatch: 0.95, maximumCount: 20 })
  const more = placeTemplates(spectra, { minimumMatch: 0.95, maximumCount: 40 })
  expect(some.chosen).toHaveLength(20)
  expect(more.chosen.slice(0, 20)).toEqual(some.chosen)
  expect(Math.min(...more.matches)).toBeGreaterThan(Math.min(...some.matches))
})
