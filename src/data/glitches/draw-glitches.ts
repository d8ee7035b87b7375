import { exponential, foldIn, type Key, uniform } from '../../core/index.ts'
import { GpsTime, type Span } from '../../gw/index.ts'
import { powerLaw } from '../../priors/index.ts'
import type { NoiseIdentity } from '../noise/coloured-noise.ts'
import type { Glitch } from './glitch.ts'
import type { GlitchPopulation, PopulatedFamily } from './glitch-population.ts'
import type { ParameterRange } from './shapes/glitch-shape.ts'

/** Length of the blocks of time whose glitches are drawn by one key each, seconds. */
const blockSeconds = 64
const blockNanoseconds = BigInt(blockSeconds) * 1_000_000_000n

/**
 * The glitches of a population whose times lie in a span, in order of time. They are a function of the population, the
 * key, the detector and the span alone, and those of a part are those of the whole that lie in it: each block of 64 s of
 * GPS time has a key of its own. Different detectors have independent ones. There are none before GPS 0.
 *
 * @example
 * glitchesIn(glitchPopulation({ rate: 0.1 }), { key: randomKey(1), detector: 'H1' }, span).map(({ family }) => family)
 */
export function glitchesIn(population: GlitchPopulation, identity: NoiseIdentity, { start, end }: Span): Glitch[] {
  const [first, last] = [blockOf(start), blockOf(end)]
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    glitchesOfBlock(population, identity, first + i),
  ).flatMap(glitches =>
    glitches.filter(({ time }) => time.nanoseconds >= start.nanoseconds && time.nanoseconds < end.nanoseconds),
  )
}

/** The block of time that holds an instant; the first one before GPS 0. */
export function blockOf({ nanoseconds }: GpsTime): number {
  return nanoseconds < 0n ? 0 : Number(nanoseconds / blockNanoseconds)
}

/** All glitches of a block of time, in order. */
export function glitchesOfBlock(
  { rate, families }: GlitchPopulation,
  { key, detector }: NoiseIdentity,
  block: number,
): Glitch[] {
  const blockKey = foldIn(foldIn(foldIn(key, 'glitches'), detector), block)
  const start = GpsTime.fromNanoseconds(BigInt(block) * blockNanoseconds)
  return poissonTimes(foldIn(blockKey, 'times'), rate).map((seconds, i) => {
    const glitchKey = foldIn(blockKey, i)
    const { family, snr, ranges } = familyAt(families, draw(glitchKey, 'family'))
    const parameters = Object.fromEntries(
      Object.entries(ranges).map(([name, range]) => [name, valueIn(range, draw(glitchKey, `parameter ${name}`))]),
    )
    return {
      family,
      detector,
      // Rounded down, so that it stays in the block.
      time: GpsTime.fromNanoseconds(start.nanoseconds + BigInt(Math.floor(seconds * 1e9))),
      snr: powerLaw(snr).quantile(draw(glitchKey, 'snr')),
      parameters,
    } as unknown as Glitch
  })
}

/** Times of a Poisson process within a block, seconds from its start. */
function poissonTimes(key: Key, rate: number): number[] {
  const times: number[] = []
  if (rate === 0) return times
  // Enough for nearly all blocks; the gaps go on where these end.
  const batch = Math.ceil(rate * blockSeconds + 4 * Math.sqrt(rate * blockSeconds)) + 1
  for (let time = 0, offset = 0; ; offset += batch)
    for (const gap of exponential(key, batch, { rate, offset })) {
      time += gap
      if (time >= blockSeconds) return times
      times.push(time)
    }
}

const draw = (key: Key, name: string): number => uniform(foldIn(key, name), 1)[0]!

function familyAt(families: readonly PopulatedFamily[], at: number): PopulatedFamily {
  let sum = 0
  for (const family of families) {
    sum += family.share
    if (at < sum) return family
  }
  // The shares may add up to a rounding less than 1.
  return families.findLast(({ share }) => share > 0)!
}

function valueIn({ low, high, scale }: ParameterRange, at: number): number {
  if (scale === 'log') return Math.min(high, low * (high / low) ** at)
  if (scale === 'integer') return low + Math.floor(at * (high - low + 1))
  if (scale === 'sign') return at < 0.5 ? low : high
  return low + at * (high - low)
}
