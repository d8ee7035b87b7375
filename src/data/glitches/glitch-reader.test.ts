import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createWorkerPool, randomKey } from '../../core/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { aligoDesignPsd } from '../noise/aligo-psd.ts'
import { fillNoise, noiseReader } from '../noise/coloured-noise.ts'
import { noiseModel } from '../noise/noise-model.ts'
import { simulatedStrain } from '../noise/simulated-strain.ts'
import { SegmentSet } from '../segments/segment-set.ts'
import { glitchModel } from './glitch-model.ts'
import { glitchPopulation } from './glitch-population.ts'
import { addGlitches, addGlitchesTask, fillGlitches, fillGlitchesTask, glitchReader } from './glitch-reader.ts'
import { glitchStrain } from './render-glitch.ts'
import { withGlitches } from './with-glitches.ts'

const key = randomKey(7)
const sampleRate = 1024
// So many that several overlap everywhere: the order in which they are added shows in the bits.
const model = glitchModel({ psd: aligoDesignPsd, sampleRate, population: glitchPopulation({ rate: 0.5 }) })
const noise = noiseModel({ psd: aligoDesignPsd, sampleRate, filterDuration: 2 })
const origin = 1_238_205_077 * sampleRate

const stretch = (firstSample: number, length: number, detector = 'H1'): Float64Array => {
  const out = new Float64Array(length).fill(Number.NaN)
  fillGlitches({ model, key, detector, firstSample, out })
  return out
}

const bytes = ({ buffer, byteOffset, byteLength }: Float64Array) => Buffer.from(buffer, byteOffset, byteLength)
const sameBits = (a: Float64Array, b: Float64Array): boolean => bytes(a).equals(bytes(b))

describe('the strain of glitches', () => {
  const length = 100 * sampleRate
  const whole = stretch(origin, length)

  it('is the same, bit for bit, whatever stretch is asked for and in whatever order', () => {
    const reader = glitchReader(model, { key, detector: 'H1' })
    fc.assert(
      fc.property(fc.nat(length - 1), fc.nat(20_000), fc.boolean(), (from, size, isAlone) => {
        const part = new Float64Array(Math.min(size + 1, length - from))
        const source = isAlone ? glitchReader(model, { key, detector: 'H1' }) : reader
        source.fill(part, origin + from)
        expect(sameBits(part, whole.subarray(from, from + part.length))).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('has what reaches over the ends of blocks of time', () => {
    const families = {
      'sine-gaussian': { share: 1, ranges: { frequency: [20, 20], quality: [100, 100] } },
    } as const
    const long = glitchModel({ psd: aligoDesignPsd, sampleRate, population: glitchPopulation({ rate: 0.5, families }) })
    const read = (second: number, seconds: number): Float64Array => {
      const out = new Float64Array(seconds * sampleRate)
      fillGlitches({ model: long, key, detector: 'H1', firstSample: second * sampleRate, out })
      return out
    }
    // A block begins at every multiple of 64 s.
    const boundary = 64 * 20_000_000
    const around = read(boundary - 10, 20)
    expect(sameBits(read(boundary - 10, 8), around.subarray(0, 8 * sampleRate))).toBe(true)
    expect(sameBits(read(boundary + 2, 8), around.subarray(12 * sampleRate))).toBe(true)
  })

  it('is the sum of the glitches that are listed, of those that began before as well', () => {
    const reader = glitchReader(model, { key, detector: 'H1' })
    const start = GpsTime.fromSeconds(1_238_205_077)
    const sum = new Float64Array(length)
    for (const glitch of reader.glitches({ start: start.plus(-20), end: start.plus(120) })) {
      const strain = glitchStrain(glitch, model)
      const offset = Math.round(strain.t0.minus(start) * sampleRate)
      strain.values.forEach((value, n) => {
        if (offset + n >= 0 && offset + n < length) sum[offset + n]! += value
      })
    }
    expect(sameBits(sum, whole)).toBe(true)
    expect(whole.filter(value => value === 0).length).toBeLessThan(length / 2)
  })

  it('joins noise to the same bits however both are read', () => {
    const detector = 'L1'
    const read = (firstSample: number, size: number): Float64Array => {
      const out = new Float64Array(size)
      fillNoise({ model: noise, key, detector, firstSample, out })
      addGlitches({ model, key, detector, firstSample, out })
      return out
    }
    const all = read(origin, 60_000)
    const parts = [0, 17, 20_001, 44_444, 60_000]
    const joined = parts.slice(1).flatMap((end, i) => [...read(origin + parts[i]!, end - parts[i]!)])
    expect(sameBits(Float64Array.from(joined), all)).toBe(true)
    const alone = new Float64Array(60_000)
    noiseReader(noise, { key, detector }).fill(alone, origin)
    const glitches = stretch(origin, 60_000, detector)
    expect(
      sameBits(
        all,
        alone.map((value, n) => value + glitches[n]!),
      ),
    ).toBe(true)
  })

  it('is zero where there are none, and differs between detectors', () => {
    const quiet = glitchModel({ psd: aligoDesignPsd, sampleRate, population: glitchPopulation({ rate: 0 }) })
    const out = new Float64Array(1000).fill(1)
    glitchReader(quiet, { key, detector: 'H1' }).add(out, origin)
    expect(out.every(value => value === 1)).toBe(true)
    glitchReader(quiet, { key, detector: 'H1' }).fill(out, origin)
    expect(out.every(value => value === 0)).toBe(true)
    expect(stretch(origin, 1000, 'L1')).not.toEqual(stretch(origin, 1000, 'H1'))
  })

  it('begins with GPS 0', () => {
    const early = stretch(0, 2000)
    const later = stretch(500, 1500)
    expect(later).toEqual(early.subarray(500))
  })

  it('reads spans as time series', () => {
    const reader = glitchReader(model, { key, detector: 'V1' })
    const start = GpsTime.parse('1238205077.125')
    const series = reader.read({ start, end: start.plus(2) })
    expect(`${series}`).toBe('TimeSeries(V1:STRAIN, 2048 samples at 1024 Hz from GPS 1238205077.125)')
    expect(series.values).toEqual(stretch(origin + 128, 2048, 'V1'))
    expect(() => reader.read({ start, end: start })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchReader: no sample lies in GPS 1238205077.125 to 1238205077.125]`,
    )
  })
})

describe('a source of strain with glitches', () => {
  const start = GpsTime.fromSeconds(1_238_205_077)
  const segments = SegmentSet.of([{ start, end: start.plus(100) }])
  const source = simulatedStrain({ key, models: { H1: noise, L1: noise }, segments })

  it('is the source with the glitches of the detectors that have a model', () => {
    const glitchy = withGlitches(source, { key, models: { H1: model } })
    expect(glitchy.detectors).toEqual(['H1', 'L1'])
    expect(glitchy.coverage('L1').livetime).toBe(100)
    const span = { start: start.plus(20), end: start.plus(30) }
    const clean = source.read('H1', span)
    const glitches = stretch(origin + 20 * sampleRate, 10 * sampleRate)
    const read = glitchy.read('H1', span)
    expect(read.values).toEqual(clean.values.map((value, n) => value + glitches[n]!))
    expect(`${read}`).toBe(`${clean}`)
    expect(glitchy.read('L1', span).values).toEqual(source.read('L1', span).values)
  })

  it('is refused for models that do not fit, and for samples that lie between those of noise', () => {
    expect(() => withGlitches(source, { key, models: { V1: model } })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.withGlitches: there is a model of V1, but strain of H1, L1 alone]`,
    )
    const fast = glitchModel({ psd: aligoDesignPsd, sampleRate: 2048 })
    expect(() => withGlitches(source, { key, models: { H1: fast } })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.withGlitches: the model of H1 is for 2048 Hz, the strain has 1024 Hz]`,
    )
    const shifted = {
      ...source,
      read: (...request: Parameters<typeof source.read>) => source.read(...request).shift(1e-4),
    }
    expect(() =>
      withGlitches(shifted, { key, models: { H1: model } }).read('H1', { start, end: start.plus(1) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.withGlitches: H1 has a sample at GPS 1238205077.0001, which is no multiple of 1 / 1024 s; resample the data to such times]`,
    )
  })
})

describe('glitches in workers', () => {
  const pool = createWorkerPool({ size: 2 })
  afterAll(() => pool.close())

  it('have the bits of the caller', async () => {
    const requests = ['H1', 'L1'].map(detector => ({
      model,
      key,
      detector,
      firstSample: origin,
      out: new Float64Array(new SharedArrayBuffer(8 * 5000)),
    }))
    await pool.map(fillGlitchesTask, requests)
    for (const { out, detector } of requests) expect(out.slice()).toEqual(stretch(origin, 5000, detector))
    await pool.map(addGlitchesTask, requests)
    for (const { out, detector } of requests)
      expect(out.slice()).toEqual(stretch(origin, 5000, detector).map(value => value + value))
  })
})
