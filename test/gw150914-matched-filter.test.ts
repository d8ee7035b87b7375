import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as h5wasm from 'h5wasm/node'
import { describe, expect, test } from 'vitest'
import { readStrain } from '../src/data/index.ts'
import { GpsTime, loudest, matchedFilter, TimeSeries } from '../src/gw/index.ts'
import { psd, tukeyWindow } from '../src/signal/index.ts'

const data = join(import.meta.dirname, '../../shared/data')
const golden: Record<string, { snr: number; index: number; peak: [number, number]; sigma: number }> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../src/gw/fixtures/snr.json'), 'utf8'),
).gw150914

/** The plus polarisation of GW150914's published template: 32 s with the merger in the middle, which is its time 0. */
async function readTemplate(): Promise<TimeSeries> {
  await h5wasm.ready
  const file = new h5wasm.File(join(data, 'waveforms/losc-templates/GW150914_4_template.hdf5'), 'r')
  const both = (file.get('template') as h5wasm.Dataset).value as Float32Array
  file.close()
  return new TimeSeries(Float64Array.from(both.subarray(0, both.length / 2)), {
    t0: GpsTime.fromSeconds(-16),
    sampleRate: 4096,
    channel: 'template',
  })
}

describe.skipIf(!existsSync(join(data, 'strain/GW150914')))('GW150914 filtered with its published template', () => {
  test.each([
    { name: 'H1', published: 18.6 },
    { name: 'L1', published: 13.2 },
  ])('has the signal-to-noise ratio $published in $name, and that of PyCBC to 1e-6', async ({ name, published }) => {
    const strain = await readStrain(join(data, `strain/GW150914/${name[0]}-${name}_LOSC_4_V2-1126259446-32.hdf5`))
    const { length, sampleRate, t0 } = strain
    const template = await readTemplate()
    const taper = tukeyWindow(length, { alpha: 1 / 8 })
    const tapered = (series: TimeSeries): TimeSeries =>
      series.with({ values: series.values.map((value, n) => value * taper[n]!) })
    const noise = psd(strain.values, { sampleRate, segmentLength: 4 * sampleRate })
    const snr = matchedFilter(tapered(strain), tapered(template), { psd: noise, lowFrequency: 20 })
    const peak = loudest(snr)
    const expected = golden[name]!
    expect(peak.snr.toFixed(1)).toBe(published.toFixed(1))
    expect(Math.abs(peak.snr / expected.snr - 1)).toBeLessThan(1e-6)
    expect(Math.abs(snr.sigma / expected.sigma - 1)).toBeLessThan(1e-6)
    expect(Math.abs(peak.phase - Math.atan2(expected.peak[1], expected.peak[0]))).toBeLessThan(1e-6)
    // The template's first sample is 16 s before its merger.
    expect(peak.time.minus(t0)).toBeCloseTo(expected.index / sampleRate + 16, 9)
  })
})
