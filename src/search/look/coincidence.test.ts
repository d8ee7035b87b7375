import { describe, expect, it } from 'vitest'
import { normal, randomKey, split } from '../../core/index.ts'
import { GpsTime, TimeSeries } from '../../gw/index.ts'
import { butterworth, filterZeroPhase } from '../../signal/index.ts'
import { findCoincidence } from './coincidence.ts'

const sampleRate = 4096
const t0 = GpsTime.fromSeconds(1_000_000_000)

/** Band-passed unit noise of 16 s with a pulse at `time` seconds in H1 and, inverted or not, `delay` earlier in L1. */
function simulate({
  time,
  delay,
  sign,
  amplitude = 24,
}: {
  time: number
  delay: number
  sign: 1 | -1
  amplitude?: number
}): [TimeSeries, TimeSeries] {
  const keys = split(randomKey(11), 2)
  const pulse = (at: number, n: number) => {
    const t = n / sampleRate - at
    return amplitude * Math.exp(-((t / 0.01) ** 2)) * Math.cos(2 * Math.PI * 120 * t)
  }
  const filter = butterworth({ order: 4, low: 35, high: 350, sampleRate })
  const make = (index: number, channel: string, at: number, size: number) => {
    const noise = filterZeroPhase(normal(keys[index]!, 16 * sampleRate), filter)
    const level = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length)
    return new TimeSeries(
      noise.map((value, n) => value / level + size * pulse(at, n)),
      { t0, sampleRate, channel },
    )
  }
  return [make(0, 'H1:STRAIN', time, 1), make(1, 'L1:STRAIN', time - delay, sign)]
}

describe('findCoincidence', () => {
  it('finds when a pulse reached each detector, finer than a sample, and its relative sign', () => {
    for (const [delay, sign] of [
      [0.0069, -1],
      [-0.0031, 1],
      [0, -1],
    ] as const) {
      const found = findCoincidence(simulate({ time: 7.3, delay, sign }))
      // SNR 48 a detector at 120 Hz: a standard deviation of 0.04 ms, a sixth of a sample.
      expect(Math.abs(found.delay - delay)).toBeLessThan(0.15e-3)
      expect(found.sign).toBe(sign)
      // The top of so long an envelope is flat: noise of slope 800/s on a curvature of 1e6/s^2 moves it by 0.8 ms.
      expect(Math.abs(found.arrivals[0].minus(t0) - 7.3)).toBeLessThan(2.5e-3)
      expect(found.arrivals[0].minus(found.arrivals[1])).toBeCloseTo(found.delay, 8)
      expect(found.time.minus(found.arrivals[1])).toBeCloseTo(found.delay / 2, 8)
      expect(found.strength.value / found.strength.next).toBeGreaterThan(5)
      expect(found.coefficient).toBeGreaterThan(0.9)
    }
  })

  it('does not look beyond the light travel time', () => {
    const found = findCoincidence(simulate({ time: 7.3, delay: 0.05, sign: 1, amplitude: 8 }))
    expect(Math.abs(found.delay)).toBeLessThan(0.0101)
    expect(found.strength.value / found.strength.next).toBeLessThan(3)
  })

  it('looks only within a span if one is given', () => {
    const pair = simulate({ time: 7.3, delay: 0.0069, sign: -1 })
    const found = findCoincidence(pair, {}, { start: t0.plus(2), end: t0.plus(3) })
    expect(found.time.minus(t0)).toBeGreaterThan(1.95)
    expect(found.time.minus(t0)).toBeLessThan(3.05)
    expect(found.strengths).toEqual(findCoincidence(pair).strengths)
  })
})
