import { QuadrupoleError } from '../../core/index.ts'

/** How signals in time are made. */
export interface SignalOptions {
  /** Hz. */
  readonly sampleRate: number
  /** Seconds, a whole number of samples. */
  readonly duration: number
  /**
   * Seconds from the first sample to the merger at the Earth's centre, to any fraction of a sample: one for all signals or one
   * each. It may lie outside of the window.
   */
  readonly mergerTime: number | ArrayLike<number>
  /** Hz: signals are complete from there on. */
  readonly minimumFrequency?: number
  /** Seconds over which a signal that began before the window fades in; 0 lets it begin abruptly. */
  readonly fadeIn?: number
}

/** The same with everything decided, as plain numbers. */
export interface SignalSettings {
  readonly sampleRate: number
  readonly samples: number
  readonly minimumFrequency: number
  readonly fadeInSamples: number
}

/** Checks the options of `count` signals and decides what they leave open; `mergers` in samples. */
export function decideSignals(
  name: string,
  count: number,
  { sampleRate, duration, mergerTime, minimumFrequency = 20, fadeIn = 1 / minimumFrequency }: SignalOptions,
): { readonly settings: SignalSettings; readonly mergers: Float64Array } {
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `waveforms.${name}: ${message}`, {
      details: { sampleRate, duration, minimumFrequency, fadeIn },
    })
  }
  if (!(sampleRate > 0 && Number.isFinite(sampleRate))) fail(`expected a positive sampleRate in Hz, got ${sampleRate}`)
  if (!(minimumFrequency > 0 && minimumFrequency < sampleRate / 2))
    fail(`expected a minimumFrequency above 0 and below ${sampleRate / 2} Hz, got ${minimumFrequency} Hz`)
  if (!(fadeIn >= 0 && Number.isFinite(fadeIn))) fail(`expected fadeIn in seconds, 0 or more, got ${fadeIn}`)
  const samples = Math.round(duration * sampleRate)
  if (!(samples >= 1 && Math.abs(samples - duration * sampleRate) < 1e-6))
    fail(`expected a duration of whole samples, got ${duration} s at ${sampleRate} Hz`)
  const isOne = typeof mergerTime === 'number'
  if (!isOne && mergerTime.length !== count)
    throw new QuadrupoleError(
      'shape',
      `waveforms.${name}: expected ${count} merger times, one a signal, got ${mergerTime.length}`,
    )
  const mergers = Float64Array.from({ length: count }, (_, i) => (isOne ? mergerTime : mergerTime[i]!) * sampleRate)
  const wrong = mergers.findIndex(merger => !Number.isFinite(merger))
  if (wrong >= 0) fail(`expected merger times in seconds, got ${mergers[wrong]} for signal ${wrong}`)
  return {
    settings: { sampleRate, samples, minimumFrequency, fadeInSamples: Math.round(fadeIn * sampleRate) },
    mergers,
  }
}
