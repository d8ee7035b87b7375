// Draws docs/images/glitches.png: a glitch of each family in noise of the aLIGO design. After a build:
// node tools/glitch-figure.mjs
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { randomKey } from '../dist/core/index.js'
import { aligoDesignPsd, glitchModel, glitchStrain, noiseModel, noiseReader, psdSpectrum } from '../dist/data/index.js'
import { GpsTime } from '../dist/gw/index.js'
import { spectrogramFigure } from '../dist/plot/index.js'
import { spectrogram, whiten } from '../dist/signal/index.js'
import { root } from './sources.mjs'

const sampleRate = 2048
const time = GpsTime.fromSeconds(1_238_205_077)
const detector = 'H1'
const noise = noiseReader(noiseModel({ psd: aligoDesignPsd, sampleRate }), { key: randomKey(1), detector })
const model = glitchModel({ psd: aligoDesignPsd, sampleRate })
const psd = psdSpectrum(aligoDesignPsd, { sampleRate, resolution: 0.25 })

/** Rows of panels with one scale of time; segments as long as resolve its glitches. */
const rows = [
  {
    seconds: 0.25,
    segmentLength: 64,
    glitches: [
      { family: 'blip', snr: 30, parameters: { frequency: 120, quality: 2, phase: 0 } },
      {
        family: 'koi-fish',
        snr: 150,
        parameters: { frequency: 110, quality: 2, phase: 0, ringFrequency: 35, ringTime: 0.08, ringRatio: 0.8 },
      },
      { family: 'spike', snr: 100, parameters: { samples: 1, sign: 1 } },
    ],
  },
  {
    seconds: 0.75,
    segmentLength: 128,
    glitches: [
      { family: 'tomte', snr: 30, parameters: { frequency: 38, quality: 3, phase: 0 } },
      { family: 'low-frequency-burst', snr: 40, parameters: { frequency: 28, width: 0.2, drift: 5, phase: 0 } },
      { family: 'step', snr: 60, parameters: { decayTime: 0.1, sign: 1 } },
    ],
  },
  {
    seconds: 0.75,
    segmentLength: 256,
    glitches: [
      { family: 'sine-gaussian', snr: 40, parameters: { frequency: 180, quality: 60, phase: 0 } },
      { family: 'whistle', snr: 60, parameters: { lowFrequency: 110, sweep: 500, duration: 1, phase: 0 } },
      {
        family: 'power-line',
        snr: 50,
        parameters: { lineFrequency: 60, duration: 0.8, harmonics: 3, harmonicRatio: 0.5, phase: 0 },
      },
    ],
  },
  {
    seconds: 4,
    segmentLength: 512,
    glitches: [
      {
        family: 'scattered-light',
        snr: 80,
        parameters: {
          peakFrequency: 60,
          archDuration: 2.2,
          arches: 3,
          harmonics: 2,
          harmonicRatio: 0.6,
          phase: 0,
        },
      },
      { family: 'extremely-loud', snr: 3000, parameters: { duration: 0.8, highFrequency: 550, seed: 1 } },
    ],
  },
]

/** @param {{ seconds: number, segmentLength: number, glitches: readonly any[] }} row */
function drawRow({ seconds, segmentLength, glitches }) {
  const panels = glitches.map(({ family, snr, parameters }) => {
    const start = time.plus(-8)
    const strain = noise.read({ start, end: time.plus(8) }).values.slice()
    const glitch = glitchStrain({ family, detector, time, snr, parameters }, model)
    const first = Math.round(glitch.t0.minus(start) * sampleRate)
    strain.set(
      glitch.values.map((value, n) => value + (strain[first + n] ?? 0)),
      first,
    )
    const white = whiten(strain, { psd, sampleRate, filterDuration: 2, highPass: 15 })
    const shown = spectrogram(white, { sampleRate, segmentLength, overlap: segmentLength - segmentLength / 16 })
    // White noise of variance 1 has a density of 2 / sampleRate.
    const values = shown.values.map(value => (value * sampleRate) / 2)
    return { title: `${family.replaceAll('-', ' ')}, SNR ${snr}`, start, spectrogram: { ...shown, values } }
  })
  return spectrogramFigure({
    panels,
    origin: time,
    range: [-seconds, seconds],
    frequencies: [15, 1000],
    ceiling: 60,
  })
}

const [width, height] = [880, 340]
const figures = rows.map(drawRow)
const nested = figures.map((svg, i) => svg.replace('<svg', `<svg y="${i * height}"`))
const page = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height * rows.length}">${nested.join('')}</svg>`
const png = new Resvg(page, { background: 'white', fitTo: { mode: 'width', value: 800 } }).render().asPng()
writeFileSync(join(root, 'docs/images/glitches.png'), png)
