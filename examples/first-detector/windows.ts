import { type Key, normal, randomKey, split, uniform } from 'quadrupole/core'
import { butterworth, filterZeroPhase } from 'quadrupole/signal'
import { type Tensor, tensor } from 'quadrupole/tensor'
import { chirpStrain } from './chirp.ts'

/** What the network sees; also its model card. */
export const windowing = {
  sampleRate: 1024,
  window: 1024,
  detectors: ['H1', 'L1'],
  band: [35, 350],
  mergerRange: [0.2, 0.9],
} as const

const { sampleRate, window, band, mergerRange } = windowing

/** Light travel time between the two LIGO detectors, seconds. */
const lightTravelTime = 0.01001

/** Samples between windows, so that the band-pass mixes nothing of one into the next. */
const guard = 256

const bandPass = butterworth({ order: 4, low: band[0], high: band[1], sampleRate })

/** Standard deviation of band-passed white noise of unit variance: the unit of the network's input. */
const noiseLevel = (() => {
  const noise = filterZeroPhase(normal(randomKey('noise level'), 2 ** 20), bandPass)
  return Math.sqrt(noise.reduce((sum, x) => sum + x * x, 0) / noise.length)
})()

export interface WindowOptions {
  readonly count: number
  /** Network signal-to-noise ratio of a window's signal in white noise; 0 for a window of noise. */
  readonly snr: (index: number, draw: number) => number
}

export interface Windows {
  /** [count, detectors, window], float32, in units of the noise */
  readonly strain: Tensor
  /** [count], float32: 1 where there is a signal */
  readonly isSignal: Tensor
}

/**
 * Windows of white noise of two detectors, some with a chirp of 10 to 40 solar masses in it, of random amplitude and
 * phase in each detector and within the light travel time; band-passed as strain will be.
 */
export function drawWindows(key: Key, { count, snr }: WindowOptions): Windows {
  const [noiseKey, signalKey] = split(key) as [Key, Key]
  const draws = uniform(signalKey, 7 * count)
  const pitch = window + guard
  const [first, second] = split(noiseKey) as [Key, Key]
  const noise = [normal(first, count * pitch), normal(second, count * pitch)] as const
  const isSignal = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const [draw, mass, place, delay, share, ...phases] = draws.subarray(7 * i, 7 * i + 7)
    const strength = snr(i, draw!)
    if (strength === 0) continue
    isSignal[i] = 1
    addSignal(noise, i * pitch, {
      chirpMass: 10 + 30 * mass!,
      coalescence: mergerRange[0] + (mergerRange[1] - mergerRange[0]) * place!,
      delay: lightTravelTime * (2 * delay! - 1),
      // amplitudes cos and sin of an angle that keeps either from vanishing
      share: Math.PI * (1 / 9 + (5 / 18) * share!),
      phases: phases.map(draw => 2 * Math.PI * draw),
      strength,
    })
  }
  const filtered = noise.map(series => filterZeroPhase(series, bandPass))
  const strain = new Float32Array(count * 2 * window)
  for (let i = 0; i < count; i++)
    filtered.forEach((series, detector) => {
      const start = i * pitch + guard / 2
      for (let t = 0; t < window; t++) strain[(2 * i + detector) * window + t] = series[start + t]! / noiseLevel
    })
  return { strain: tensor(strain, { shape: [count, 2, window] }), isSignal: tensor(isSignal) }
}

interface Signal {
  readonly chirpMass: number
  readonly coalescence: number
  readonly delay: number
  readonly share: number
  readonly phases: readonly number[]
  readonly strength: number
}

/** Adds a signal to the noise of both detectors; in white noise its optimal SNR is the root of its summed squares. */
function addSignal(noise: readonly Float64Array[], start: number, signal: Signal): void {
  const { chirpMass, coalescence, delay, share, phases, strength } = signal
  const times = Float64Array.from({ length: window + guard }, (_, t) => (t - guard / 2) / sampleRate)
  noise.forEach((series, detector) => {
    const arrival = coalescence + (detector === 0 ? delay / 2 : -delay / 2)
    const h = chirpStrain({ chirpMass, phase: phases[detector]! }, times, arrival)
    taperStart(h)
    const norm = Math.sqrt(h.reduce((sum, x) => sum + x * x, 0))
    const amplitude = (strength * (detector === 0 ? Math.cos(share) : Math.sin(share))) / norm
    for (let t = 0; t < h.length; t++) series[start + t]! += amplitude * h[t]!
  })
}

/** Fades the signal in over the guard before the window. */
function taperStart(h: Float64Array): void {
  for (let t = 0; t < guard / 2; t++) h[t]! *= Math.sin((Math.PI * t) / guard) ** 2
}
