import { describe, expect, test } from 'vitest'
import { fft } from '../../tensor/fft/index.ts'
import { chirpTimeBound } from '../../waveforms/index.ts'
import type { SearchBand } from './band.ts'
import { rowOf } from './complex-rows.ts'
import { templateEdges, templateStart } from './template-edges.ts'
import { psd, sampleRate } from './testing/two-detector-search.ts'
import { type Intrinsic, whitenedTemplates } from './whitened-templates.ts'
import { whiteningBand } from './whitening-band.ts'

const band: SearchBand = { bandwidth: 512, templateDuration: 8, afterMerger: 0.25, minimumFrequency: 20 }
const light: Intrinsic = { mass1Solar: 5, mass2Solar: 5, spin1z: 0, spin2z: 0 }
const heavy: Intrinsic = { mass1Solar: 150, mass2Solar: 100, spin1z: 0.9, spin2z: 0.9 }

/** Part of a template's power that lies outside of the window it is meant for, seen in a window eight times as long. */
function wrapped(binary: Intrinsic, own: SearchBand): number {
  const wide = { ...own, templateDuration: 64 }
  const { response } = whiteningBand({ psd, sampleRate, band: wide })
  const edges = templateEdges(binary, own)
  const values = response.values.map((value, k) => value * edges(k / 64))
  // A band that begins lower has no edges of its own where these are.
  const long = { ...wide, minimumFrequency: own.minimumFrequency / 2 }
  const set = whitenedTemplates([binary], { band: long, responses: [{ ...response, values }] })[0]!
  const { re, im } = rowOf(set, 0)
  const time = fft(re, im, set.length, { inverse: true })
  const power = Float64Array.from(time.re, (x, n) => x * x + time.im[n]! ** 2)
  const [after, before] = [own.afterMerger, own.templateDuration - own.afterMerger].map(t => t * own.bandwidth)
  return power.subarray(after!, set.length - before!).reduce((a, b) => a + b) / power.reduce((a, b) => a + b)
}

describe('templates', () => {
  test.each([
    { what: '5 + 5 solar masses', binary: light, seconds: 8 },
    { what: '5 + 5 solar masses of spin 0.9', binary: { ...light, spin1z: 0.9, spin2z: 0.9 }, seconds: 8 },
    { what: '5 + 5 solar masses of spin -0.9', binary: { ...light, spin1z: -0.9, spin2z: -0.9 }, seconds: 8 },
    { what: '7 + 7 solar masses', binary: { ...light, mass1Solar: 7, mass2Solar: 7 }, seconds: 4 },
    { what: '150 + 100 solar masses', binary: heavy, seconds: 4 },
  ])('of $what fit a window of $seconds s', ({ binary, seconds }) => {
    expect(wrapped(binary, { ...band, templateDuration: seconds })).toBeLessThan(1e-4)
  })

  test('begin where the window has room for them, or with the band', () => {
    const start = templateStart(light, band)
    expect(start).toBeGreaterThan(25)
    expect(chirpTimeBound(start, light)).toBeCloseTo(7.5, 4)
    expect(templateStart(light, { ...band, templateDuration: 64 })).toBe(20)
    expect(templateStart(heavy, band)).toBe(20)
  })

  test('rise and fall smoothly inside the band', () => {
    const edges = templateEdges(heavy, { ...band, maximumFrequency: 400 })
    expect([19, 20, 21, 22, 300, 392, 396, 400, 401].map(edges)).toEqual([
      0,
      0,
      expect.closeTo(0.5, 12),
      1,
      1,
      1,
      expect.closeTo(0.5, 12),
      0,
      0,
    ])
    const { response } = whiteningBand({ psd, sampleRate, band: { ...band, maximumFrequency: 400 } })
    const full = whiteningBand({ psd, sampleRate, band }).response
    expect(response.values[8 * 400]! / full.values[8 * 400]!).toBeCloseTo(1, 2)
    // Nor has whitened strain anything above: it may be loud there.
    expect(Math.abs(response.values[8 * 406]! / full.values[8 * 406]!)).toBeLessThan(1e-3)
    const own = { ...band, maximumFrequency: 400 }
    const [set] = whitenedTemplates([light], { band: own, responses: [response] })
    const bins = Array.from(set!.re, (x, k) => (x !== 0 || set!.im[k] !== 0 ? k / 8 : -1)).filter(f => f >= 0)
    expect([bins[0], bins.at(-1)]).toEqual([expect.closeTo(templateStart(light, own), 0), 399.875])
  })

  test('of a band below the data’s own roll-off don’t see it: data at 1024 Hz find what data at 2048 Hz do', () => {
    const own = { ...band, maximumFrequency: 400 }
    // What a low-pass filter before decimation leaves of the noise above 420 Hz.
    const decimated = {
      resolution: psd.resolution,
      values: Float64Array.from({ length: 8 * 512 + 1 }, (_, k) => psd.values[k]! * (k > 8 * 420 ? 1e-8 : 1)),
    }
    const [fine, coarse] = [
      whiteningBand({ psd, sampleRate, band: own }),
      whiteningBand({ psd: decimated, sampleRate: 1024, band: own }),
    ].map(({ response }) => whitenedTemplates([light, heavy], { band: own, responses: [response] })[0]!)
    for (const i of [0, 1]) expect(coarse!.norms[i]! / fine!.norms[i]!).toBeCloseTo(1, 5)
    for (const [k, x] of coarse!.re.entries()) expect(Math.abs(x - fine!.re[k]!)).toBeLessThan(1e-4)
  })
})
