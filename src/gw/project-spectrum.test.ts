import { describe, expect, it } from 'vitest'
import { responseTable } from './detector-response.ts'
import { detectorNamed, detectors } from './detectors.ts'
import { GpsTime } from './gps-time.ts'
import { projectSpectra, projectSpectrum } from './project-spectrum.ts'
import { type GwGolden, largestDifference, readFixture } from './testing/golden.ts'

const golden = readFixture<GwGolden>('gw.json').projection
const { ra, dec, psi, geocent_time } = golden.parameters
const wave = {
  rightAscension: ra,
  declination: dec,
  polarization: psi,
  time: GpsTime.fromSeconds(geocent_time),
}
const arraysOf = ([re, im]: readonly [readonly number[], readonly number[]]) => ({
  re: Float64Array.from(re),
  im: Float64Array.from(im),
})
const [plus, cross, strain] = [arraysOf(golden.plus), arraysOf(golden.cross), arraysOf(golden.strain)]

describe('projectSpectrum', () => {
  it('gives what bilby gives, to 1e-10', () => {
    const [found] = projectSpectrum({ plus, cross }, [detectorNamed('V1')], wave, { resolution: 1 })
    expect(largestDifference(found!.re, strain.re)).toBeLessThan(1e-10)
    expect(largestDifference(found!.im, strain.im)).toBeLessThan(1e-10)
  })

  it('may start at any frequency', () => {
    const from = 100
    const tail = ({ re, im }: typeof plus) => ({ re: re.slice(from), im: im.slice(from) })
    const whole = projectSpectrum({ plus, cross }, detectors, wave, { resolution: 1 })
    const part = projectSpectrum({ plus: tail(plus), cross: tail(cross) }, detectors, wave, {
      resolution: 1,
      firstFrequency: from,
    })
    for (const [i, { re, im }] of part.entries()) {
      expect(largestDifference(re, whole[i]!.re.slice(from))).toBeLessThan(1e-13)
      expect(largestDifference(im, whole[i]!.im.slice(from))).toBeLessThan(1e-13)
    }
  })

  it('refuses polarisations of different lengths', () => {
    const short = { re: plus.re.slice(1), im: plus.im.slice(1) }
    expect(() =>
      projectSpectrum({ plus, cross: short }, detectors, wave, { resolution: 1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.projectSpectrum: expected four arrays of 513 bins, got 512 and 512]`,
    )
  })
})

describe('projectSpectra', () => {
  const waves = [wave, { ...wave, declination: 0.3 }, { ...wave, polarization: 0.1 }]
  const table = responseTable(detectors, waves)
  const bins = plus.re.length
  const rows = (part: 're' | 'im') => {
    const all = new Float64Array(2 * bins * waves.length)
    for (let i = 0; i < waves.length; i++) {
      all.set(plus[part], 2 * i * bins)
      all.set(cross[part], (2 * i + 1) * bins)
    }
    return all
  }

  it('gives each wave what it gets alone, to the bit, in the memory given', () => {
    const size = waves.length * detectors.length * bins
    const shared = () => new Float64Array(new SharedArrayBuffer(size * 8))
    const out = { re: shared(), im: shared() }
    expect(projectSpectra({ re: rows('re'), im: rows('im') }, table, { resolution: 1, out })).toBe(out)
    for (const [i, each] of waves.entries()) {
      const alone = projectSpectrum({ plus, cross }, detectors, each, { resolution: 1 })
      for (const [d, { re, im }] of alone.entries()) {
        const at = (i * detectors.length + d) * bins
        expect(out.re.slice(at, at + bins)).toEqual(re)
        expect(out.im.slice(at, at + bins)).toEqual(im)
      }
    }
  })

  it('refuses arrays that do not fit the table', () => {
    const grid = { resolution: 1 }
    const spectra = { re: rows('re'), im: rows('im') }
    expect(() =>
      projectSpectra({ re: spectra.re.slice(1), im: spectra.im }, table, grid),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.projectSpectra: spectra.re has 3077 values, expected [3 signals, 2, bins]]`,
    )
    expect(() =>
      projectSpectra(spectra, table, { ...grid, out: { re: new Float64Array(1), im: new Float64Array(1) } }),
    ).toThrowErrorMatchingInlineSnapshot(`[QuadrupoleError: gw.projectSpectra: out.re has 1 values, expected 4617]`)
  })
})
