import type { GlitchParameters } from '../glitch.ts'
import { anySign, type GlitchShape, range } from './glitch-shape.ts'

/**
 * One sample or a few in a row that are off by one value: errors of acquisition and transfer. It counts from the first
 * sample at or after the glitch's time.
 */
export const spike: GlitchShape<GlitchParameters['spike']> = {
  of: 'samples',
  ranges: { samples: range(1, 4, 'integer'), sign: anySign },
  span: ({ samples }) => ({ before: 0, after: samples - 1 }),
  mainFrequency: () => undefined,
  highestFrequency: () => 0,
  formula:
    ({ sign }) =>
    () =>
      sign,
}

/** Decay times after which a step has fallen to 1e-13. */
const decayTimes = 30

/** Strain that jumps, `sign exp(-t / decayTime)` from time 0 on, as where an actuator saturates or a loop loses hold. */
export const step: GlitchShape<GlitchParameters['step']> = {
  of: 'strain',
  ranges: { decayTime: range(0.005, 0.2, 'log'), sign: anySign },
  span: ({ decayTime }) => ({ before: 0, after: decayTimes * decayTime }),
  mainFrequency: () => undefined,
  // A jump is between two samples: it has all frequencies that samples have.
  highestFrequency: () => 0,
  formula:
    ({ decayTime, sign }) =>
    time =>
      time < 0 ? 0 : sign * Math.exp(-time / decayTime),
}
