import { describe, expect, it } from 'vitest'
import { GpsTime, TimeSeries } from '../gw/index.ts'
import { asdFigure } from './asd-figure.ts'
import { spectrogramFigure } from './spectrogram-figure.ts'
import { strainFigure } from './strain-figure.ts'
import { powerOfTen } from './style.ts'
import { countPixels, pixelAt, renderPixels, textsOf } from './testing/pixels.ts'
import { traceFigure } from './trace-figure.ts'

const origin = GpsTime.fromSeconds(1_126_259_462)
// Hues rather than colours: thin lines are blended with the page.
const red = (r: number, g: number, b: number) => r > g + 80 && r > b + 80
const blue = (r: number, _g: number, b: number) => b > r + 60

describe('asdFigure', () => {
  const spectrum = (level: number) => ({
    resolution: 0.5,
    values: Float64Array.from({ length: 4097 }, (_, k) => (k === 240 ? 100 : 1) * level * (1 + (40 / (k + 1)) ** 4)),
  })

  it('draws each detector in its colour, with powers of ten on the axis', () => {
    const both = asdFigure({
      spectra: [
        { detector: 'H1', asd: spectrum(1e-23) },
        { detector: 'L1', asd: spectrum(3e-23) },
      ],
      band: [35, 350],
    })
    const pixels = renderPixels(both)
    expect(countPixels(pixels, red)).toBeGreaterThan(500)
    expect(countPixels(pixels, blue)).toBeGreaterThan(500)
    expect(textsOf(both)).toMatchInlineSnapshot(`
      [
        "10⁻²³",
        "10⁻²²",
        "10⁻²¹",
        "10⁻²⁰",
        "10⁻¹⁹",
        "strain amplitude spectral density (1/√Hz)",
        "10",
        "20",
        "50",
        "100",
        "200",
        "500",
        "1000",
        "2000",
        "frequency (Hz)",
        "━━",
        "L1",
        "━━",
        "H1",
      ]
    `)

    const one = renderPixels(asdFigure({ spectra: [{ detector: 'H1', asd: spectrum(1e-23) }] }))
    expect(countPixels(one, blue)).toBe(0)
  })

  it('keeps its size small however fine the spectrum', () => {
    const fine = {
      resolution: 1 / 64,
      values: Float64Array.from({ length: 131_073 }, (_, k) => 1e-23 * (1.5 + Math.sin(k))),
    }
    expect(asdFigure({ spectra: [{ detector: 'H1', asd: fine }] }).length).toBeLessThan(100_000)
  })
})

describe('strainFigure', () => {
  it('draws series at their own times', () => {
    const pulse = Float64Array.from({ length: 4096 }, (_, n) => 10 * Math.exp(-(((n - 2048) / 40) ** 2)))
    const series = new TimeSeries(pulse, { t0: origin.plus(-0.5), sampleRate: 4096, channel: 'H1:STRAIN' })
    const peak = (shift: number) => {
      const pixels = renderPixels(
        strainFigure({ series: [series.shift(shift)], labels: ['H1'], origin, range: [-0.2, 0.2] }),
      )
      const columns = Array.from({ length: pixels.width }, (_, x) => x).filter(x => {
        const [r, g] = pixelAt(pixels, x, 60)
        return x > 70 && r! > 200 && g! < 120
      })
      return columns.reduce((sum, x) => sum + x, 0) / columns.length
    }
    // The frame is 796 pixels wide for 0.4 s.
    expect(peak(0)).toBeCloseTo(64 + 398, -0.5)
    expect(peak(0.1) - peak(0)).toBeCloseTo(199, -0.5)
  })
})

describe('traceFigure', () => {
  it('stays well-formed whatever its texts are', () => {
    const hostile = `<script>"x"</script>'&`
    const [times, values] = [Float64Array.of(0, 1), Float64Array.of(0, 1)]
    const marks = [{ time: 0, value: 0, text: hostile }]
    const svg = traceFigure({ times, values, timeLabel: hostile, valueLabel: hostile, marks, title: hostile })
    // The renderer refuses what is no XML.
    expect(renderPixels(svg).width).toBe(880)
    expect(svg).not.toContain('<script')
    expect(svg).toContain('aria-label="&lt;script&gt;')
  })

  it('marks peaks with their texts inside the frame', () => {
    const times = Float64Array.from({ length: 1000 }, (_, i) => i / 10)
    const values = times.map(time => Math.exp(-((time - 95) ** 2)))
    const svg = traceFigure({
      times,
      values,
      timeLabel: 'time (s)',
      valueLabel: 'output',
      marks: [{ time: 95, value: 1, text: '1.00 at GPS 1126259462.42' }],
      title: 'Output',
    })
    renderPixels(svg)
    expect(textsOf(svg)).toContain('1.00 at GPS 1126259462.42')
    expect(svg).toMatch(/text-anchor="end"[^>]*>\s*<text[^>]*>1\.00 at GPS/)
  })
})

describe('spectrogramFigure', () => {
  it('puts power where its time and frequency are, in the right panel', () => {
    const times = Float64Array.from({ length: 101 }, (_, i) => i / 100)
    const frequencies = Float64Array.from({ length: 65 }, (_, k) => k * 8)
    const quiet = new Float64Array(times.length * frequencies.length)
    const loud = quiet.slice()
    // 0.75 s after the start, 200 Hz.
    for (const time of [74, 75, 76]) for (const bin of [24, 25, 26]) loud[time * frequencies.length + bin] = 50
    const panel = (title: string, values: Float64Array) => ({
      title,
      start: origin.plus(-0.5),
      spectrogram: { values, times, frequencies },
    })
    const svg = spectrogramFigure({
      panels: [panel('H1', quiet), panel('L1', loud)],
      origin,
      range: [-0.5, 0.5],
      frequencies: [20, 500],
    })
    const pixels = renderPixels(svg)
    const width = (750 / (2 - 0.06)) * 0.94
    const step = 750 / (2 - 0.06)
    const at = (panelIndex: number, time: number, frequency: number) =>
      pixelAt(
        pixels,
        56 + panelIndex * step + (time + 0.5) * width,
        34 + 264 * (1 - Math.log(frequency / 20) / Math.log(500 / 20)),
      )
    const [yellow, violet] = [at(1, 0.25, 200), at(0, 0.25, 200)]
    expect(yellow[0]).toBeGreaterThan(240)
    expect(yellow[1]).toBeGreaterThan(210)
    expect(violet).toEqual([68, 1, 84])
    expect(at(1, -0.25, 200)).toEqual([68, 1, 84])
    expect(at(1, 0.25, 50)).toEqual([68, 1, 84])
    expect(textsOf(svg)).toMatchInlineSnapshot(`
      [
        "20",
        "30",
        "50",
        "100",
        "200",
        "300",
        "500",
        "frequency (Hz)",
        "−0.4",
        "−0.2",
        "0.0",
        "0.2",
        "0.4",
        "−0.4",
        "−0.2",
        "0.0",
        "0.2",
        "0.4",
        "seconds after GPS 1126259462",
        "H1",
        "L1",
        "0",
        "2",
        "10",
        "20",
        "50",
        "power / noise",
        "0",
        "2",
        "10",
        "20",
        "50",
        "power / noise",
      ]
    `)
  })
})

describe('powerOfTen', () => {
  it('writes exponents as superscripts and leaves other numbers out', () => {
    expect([1e-23, 1e-10, 1, 1000, 5].map(powerOfTen)).toEqual(['10⁻²³', '10⁻¹⁰', '10⁰', '10³', ''])
  })
})
