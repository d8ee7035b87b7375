import { type Key, normal, randomKey, split, uniform } from '../../core/index.ts'
import { butterworth, filterZeroPhase } from '../../signal/index.ts'
import { chirpStrain } from './chirp.ts'

/** What windows of simulated strain of two detectors are like. */
export interface ChirpWindowing {
  /** Hz */
  readonly sampleRate: number
  /** Samples of a window. */
  readonly window: number
  /** Pass band, Hz. */
  readonly band: readonly [low: number, high: number]
  /** Where in a window mergers lie, seconds from its start. */
  readonly mergerRange: readonly [from: number, to: number]
  /** Solar masses, in the detectors' frame. */
  readonly chirpMassRange: readonly [low: number, high: number]
  /** Light travel time between the detectors, seconds. */
  readonly lightTravelTime: number
}

export interface DrawOptions {
  readonly count: number
  /** Network signal-to-noise ratio of a window's signal in white noise; 0 for a window of noise. */
  readonly snr: (index: number, draw: number) => number
}

export interface ChirpWindows {
  /** [count, 2, window], in units of the noise */
  readonly strain: Float32Array
  /** [count]: 1 where there is a signal */
  readonly isSignal: Float32Array
  /** [count]: network signal-to-noise ratio, 0 where there is none */
  readonly snr: Float32Array
}

/** Samples between windows, so that the band-pass mixes nothing of one into the next. */
const guard = 256

/**
 * Makes a source of windows of white noise of two detectors, some with a chirp in it, of random amplitude and phase in
 * each detector and within the light travel time; band-passed as strain will be. A stand-in for real noise and waveforms,
 * good for tests and examples.
 */
export function createChirpWindows(windowing: ChirpWindowing): (key: Key, options: DrawOptions) => ChirpWindows {
  const { sampleRate, window, band, mergerRange, chirpMassRange, lightTravelTime } = windowing
  const bandPass = butterworth({ order: 4, low: band[0], high: band[1], sampleRate })
  /** Standard deviation of band-passed white noise of unit variance: the unit of the windows. */
  const noise = filterZeroPhase(normal(randomKey('noise level'), 2 ** 20), bandPass)
  const noiseLevel = Math.sqrt(noise.reduce((sum, x) => sum + x * x, 0) / noise.length)
  const pitch = window + guard
  const times = Float64Array.from({ length: pitch }, (_, t) => (t - guard / 2) / sampleRate)

  return (key, { count, snr }) => {
    const [noiseKey, signalKey] = split(key) as [Key, Key]
    const draws = uniform(signalKey, 7 * count)
    const [first, second] = split(noiseKey) as [Key, Key]
    const series = [normal(first, count * pitch), normal(second, count * pitch)] as const
    const strengths = new Float32Array(count)
    for (let i = 0; i < count; i++) {
      const [draw, mass, place, delay, share, ...phases] = draws.subarray(7 * i, 7 * i + 7)
      const strength = snr(i, draw!)
      strengths[i] = strength
      if (strength === 0) continue
      addSignal(series, i * pitch, times, {
        chirpMass: chirpMassRange[0] + (chirpMassRange[1] - chirpMassRange[0]) * mass!,
        coalescence: mergerRange[0] + (mergerRange[1] - mergerRange[0]) * place!,
        delay: lightTravelTime * (2 * delay! - 1),
        // amplitudes cos and sin of an angle that keeps either from vanishing
        share: Math.PI * (1 / 9 + (5 / 18) * share!),
        phases: phases.map(phase => 2 * Math.PI * phase),
        strength,
      })
    }
    const strain = new Float32Array(count * 2 * window)
    series.forEach((own, detector) => {
      const filtered = filterZeroPhase(own, bandPass)
      for (let i = 0; i < count; i++) {
        const start = i * pitch + guard / 2
        for (let t = 0; t < window; t++) strain[(2 * i + detector) * window + t] = filtered[start + t]! / noiseLevel
      }
    })
    return { strain, isSignal: strengths.map(strength => (strength === 0 ? 0 : 1)), snr: strengths }
  }
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
function addSignal(noise: readonly Float64Array[], start: number, times: Float64Array, signal: Signal): void {
  const { chirpMass, coalescence, delay, share, phases, strength } = signal
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
