import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as h5wasm from 'h5wasm/node'
import { expect, it } from 'vitest'
import { aligoDesignPsd } from '../../data/index.ts'
import { detectorNamed, GpsTime, responseTable } from '../../gw/index.ts'
import { fft, rfft } from '../../tensor/fft/index.ts'
import { strains } from '../../waveforms/index.ts'
import models from './fixtures/mlgwsc1/challenge-models.json' with { type: 'json' }
import { mergerLag } from './merger-lag.ts'

const official = fileURLToPath(new URL('../../../../shared/data/mlgwsc1/set1-signals.hdf', import.meta.url))
const sampleRate = 2048
const oversampling = 16

async function officialSignals() {
  await h5wasm.ready
  const file = new h5wasm.File(official, 'r')
  try {
    return models.map(({ index }) => {
      const [h1, l1] = ['H1', 'L1'].map(name => file.get(`${name}/${index}`) as h5wasm.Dataset)
      const parameters: Record<string, number> = {}
      for (const [name, { value }] of Object.entries(h1!.attrs)) parameters[name] = value as number
      return { parameters, strain: [h1!.value as Float64Array, l1!.value as Float64Array] }
    })
  } finally {
    file.close()
  }
}

/** The same binary by our models, on the same samples. */
function ourSignal(p: Record<string, number>, samples: number): Float64Array {
  const time = GpsTime.fromSeconds(p.tc!)
  const binary = {
    mass1Solar: p.mass1!,
    mass2Solar: p.mass2!,
    spin1z: 0,
    spin2z: 0,
    distanceMpc: p.distance!,
    inclination: p.inclination!,
    phase: p.coa_phase!,
    referenceFrequency: 20,
  }
  const wave = { rightAscension: p.ra!, declination: p.dec!, polarization: p.polarization!, time }
  const detectors = ['H1', 'L1'].map(name => detectorNamed(name))
  return strains([binary], responseTable(detectors, [wave]), {
    sampleRate,
    duration: samples / sampleRate,
    mergerTime: time.minus(GpsTime.fromSeconds(p.start_time!)) + mergerLag(binary),
    minimumFrequency: 20,
  })
}

/** Match from 25 Hz on (tapers lie below), and by how much `x` is later than `y` and smaller. */
function compare(x: Float64Array, y: Float64Array) {
  const length = 2 ** Math.ceil(Math.log2(x.length))
  const spectrumOf = (values: Float64Array) => {
    const padded = new Float64Array(length)
    padded.set(values)
    return rfft(padded, length)
  }
  const [a, b] = [spectrumOf(x), spectrumOf(y)]
  const fine = length * oversampling
  const [re, im] = [new Float64Array(fine), new Float64Array(fine)]
  let [xx, yy] = [0, 0]
  for (let k = Math.ceil((25 * length) / sampleRate); k * sampleRate <= 1000 * length; k++) {
    const weight = 1e-46 / aligoDesignPsd((k * sampleRate) / length)
    xx += weight * (a.re[k]! ** 2 + a.im[k]! ** 2)
    yy += weight * (b.re[k]! ** 2 + b.im[k]! ** 2)
    re[k] = weight * (a.re[k]! * b.re[k]! + a.im[k]! * b.im[k]!)
    im[k] = weight * (a.im[k]! * b.re[k]! - a.re[k]! * b.im[k]!)
  }
  const series = fft(re, im, fine, { inverse: true })
  const powers = series.re.map((value, i) => value ** 2 + series.im[i]! ** 2)
  const at = powers.reduce((best, power, i) => (power > powers[best]! ? i : best), 0)
  return {
    match: (Math.sqrt(powers[at]!) * fine) / Math.sqrt(xx * yy),
    lag: (at < fine / 2 ? at : at - fine) / (sampleRate * oversampling),
    amplitude: Math.sqrt(yy / xx),
  }
}

const isAbsent = !existsSync(official)

it.skipIf(isAbsent)(
  'signals are those of the official programs, from their parameters: skipped without ../shared/data/mlgwsc1',
  async () => {
    for (const [i, { parameters, strain }] of (await officialSignals()).entries()) {
      const samples = strain[0]!.length
      const ours = ourSignal(parameters, samples)
      for (const [detector, theirs] of strain.entries()) {
        const { match, lag, amplitude } = compare(theirs, ours.subarray(detector * samples, (detector + 1) * samples))
        // Exactly as well as LALSimulation's IMRPhenomD matches the challenge's model: nothing else differs.
        expect(Math.abs(match - models[i]!.match)).toBeLessThan(1e-4)
        expect(Math.abs(amplitude - 1)).toBeLessThan(0.01)
        expect(Math.abs(lag)).toBeLessThan(1.5e-4)
        // The models themselves part where one mass is several times the other.
        if (parameters.mass1! / parameters.mass2! < 4) expect(match).toBeGreaterThan(0.999)
      }
    }
  },
)
