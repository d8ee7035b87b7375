import { describe, expect, it } from 'vitest'
import { randomKey } from '../../core/index.ts'
import { aligoDesignPsd, psdSpectrum } from '../../data/index.ts'
import { detectorNamed, fourierTransform, GpsTime, optimalSnr, responseTable, TimeSeries } from '../../gw/index.ts'
import { createPriorSet, parsePriorSet, readPriorSet, uniform } from '../../priors/index.ts'
import { strains } from '../../waveforms/index.ts'
import { drawInjections, requireInjectable } from './draw-injections.ts'
import type { InjectionSlot } from './injection-slots.ts'

const detectors = ['H1', 'L1']
const start = GpsTime.fromSeconds(1_238_205_077)
const sampleRate = 1024
const psd = psdSpectrum(f => aligoDesignPsd(Math.max(f, 10)), { sampleRate, resolution: 0.25 })
const louder = { ...psd, values: psd.values.map(value => 4 * value) }
/** H1 has twice the noise in its first part. */
const noise = [
  [
    { span: { start, end: start.plus(500) }, psds: [louder, psd] },
    { span: { start: start.plus(500), end: start.plus(1000) }, psds: [psd, psd] },
  ],
]
const band = { bandwidth: 512, minimumFrequency: 20, maximumFrequency: 448 }
const prior = await readPriorSet('injections-real-strain')
const options = { prior, detectors, noise, band, minimumSnr: 4 }

const slots = Array.from(
  { length: 30 },
  (_, i): InjectionSlot => ({ pass: 0, stretch: 0, time: start.plus(33 * i + 0.1) }),
)

describe('drawInjections', () => {
  const drawn = drawInjections(randomKey(2), slots, options)

  it('draws a signal for each slot, loud enough, and keeps what was not', () => {
    expect(drawn.mergers.map(({ time }) => time)).toEqual(slots.map(({ time }) => time))
    expect(Math.min(...drawn.snrs)).toBeGreaterThanOrEqual(4)
    drawn.snrs.forEach((snr, i) => {
      expect(Math.hypot(drawn.detectorSnrs[2 * i]!, drawn.detectorSnrs[2 * i + 1]!)).toBeCloseTo(snr, 12)
    })
    expect(Object.keys(drawn.rejected)).toEqual(Object.keys(drawn.columns))
    expect(drawn.rejected.mass_1!.length).toBeGreaterThan(5)
    expect(drawn.columns.mass_1).toHaveLength(30)
    // What is drawn more often than not, and nothing is lost, if all are taken.
    const all = drawInjections(randomKey(2), slots, { ...options, minimumSnr: 0 })
    expect(all.rejected.mass_1).toHaveLength(0)
  })

  it('has the optimal SNRs of the signals in time, by the noise of their part of the strain, within 1 %', () => {
    const sites = detectors.map(name => detectorNamed(name))
    for (const i of [0, 7, 16, 29]) {
      const merger = drawn.mergers[i]!
      const duration = 64
      const signal = strains([merger.binary], responseTable(sites, [merger]), {
        sampleRate,
        duration,
        mergerTime: 48,
        minimumFrequency: 15,
      })
      const psds = slots[i]!.time.minus(start) < 500 ? [louder, psd] : [psd, psd]
      for (const [d, detector] of detectors.entries()) {
        const samples = signal.slice(d * duration * sampleRate, (d + 1) * duration * sampleRate)
        const series = new TimeSeries(samples, { t0: start, sampleRate, channel: detector, unit: '' })
        const snr = optimalSnr(fourierTransform(series), { psd: psds[d]!, lowFrequency: 20, highFrequency: 448 })
        expect(Math.abs(drawn.detectorSnrs[2 * i + d]! / snr - 1)).toBeLessThan(0.01)
      }
    }
  })

  it('draws the same for a slot whatever slots there are beside it, and other signals in another pass', () => {
    const one = drawInjections(randomKey(2), [slots[9]!], options)
    expect(one.mergers[0]).toEqual(drawn.mergers[9])
    const other = drawInjections(randomKey(2), [{ ...slots[9]!, pass: 1 }], options)
    expect(other.mergers[0]!.binary).not.toEqual(drawn.mergers[9]!.binary)
  })

  it('takes spins that precess along the axis alone', async () => {
    const tilted = await readPriorSet('aframe-end-o3-rates-and-pops')
    const { mergers, columns } = drawInjections(randomKey(1), slots.slice(0, 2), { ...options, prior: tilted })
    expect(mergers[0]!.binary.spin1z).toBeCloseTo(columns.a_1![0]! * Math.cos(columns.tilt_1![0]!), 12)
  })
})

describe('priors that can not be injected', () => {
  const refusal = (text: string) => () => requireInjectable(parsePriorSet(`name = "p"\n[parameters]\n${text}`))
  const sky = 'ra = 1\ndec = 0\npsi = 0\n'
  const rest = 'chi_1 = 0\nchi_2 = 0\ntheta_jn = 0\nphase = 0\nluminosity_distance = 100\n'

  it('are refused by what they lack', () => {
    expect(refusal(`mass_1 = 30\nmass_2 = 20\n${rest}`)).toThrow(/'p' can't be injected: it has no ra, dec, psi; give/)
    expect(refusal(`quality = 9\nfrequency = 100\n${sky}`)).toThrow(
      /'p' can't be injected: .*expected mass_1 and mass_2/,
    )
    expect(refusal(`mass_1 = 30\nmass_2 = 20\nchi_1 = 0\n${sky}`)).toThrow(/'p' can't be injected: .*expected chi_2/)
  })

  it('are refused where signals last longer than they are made', () => {
    expect(refusal(`mass_1 = 1.4\nmass_2 = 1.4\n${rest}${sky}`)).toThrow(
      /a signal of 1.40 \+ 1.40 solar masses may last 1\d\d s from 20 Hz on, and 32 s are made; draw heavier binaries/,
    )
  })

  it('are refused where all that they draw is too quiet', () => {
    const far = createPriorSet({
      ...prior,
      parameters: { ...prior.parameters, chirp_distance: uniform({ minimum: 50_000, maximum: 60_000 }) },
    })
    expect(() => drawInjections(randomKey(1), slots.slice(0, 1), { ...options, prior: far })).toThrow(
      /40\d\d draws of 'injections-real-strain' all have a network SNR below 4 .*nearer distances/,
    )
  })
})
