import type { GpsTime } from '../../gw/index.ts'
import { createFilterBank } from '../../signal/index.ts'

export interface GridResamplerOptions {
  /** Time of the input's sample 0. */
  readonly t0: GpsTime
  /** Sample rate of the input, whole Hz. */
  readonly from: number
  /** Sample rate wanted, whole Hz, at most that of the input. */
  readonly to: number
  /** Least attenuation from half the lower rate on, dB, at least 50; the pass band is flat to 10^(-attenuation / 20). */
  readonly attenuation: number
  /** How much of half the lower rate the pass band reaches. */
  readonly passBand: number
}

/** By what strain is sampled down unless told. */
export const samplingDown = { passBand: 0.9, attenuation: 80 }

/** Samples `first` to `first + count` (not included). */
export interface SampleRange {
  readonly first: number
  readonly count: number
}

/** A change to the sample grid of a rate that has sample 0 at GPS 0, of any part of a series on its own. */
export interface GridResampler {
  /** How many input samples before an output's time, and after it, it is made of at most; 0 where it is one of them. */
  readonly reach: number
  /** Most outputs that are made at a time. Of blocks of so many, from a fixed one on, each has the same bits always. */
  readonly block: number
  /** The input samples that outputs are made of. */
  inputOf(outputs: SampleRange): SampleRange
  /** Makes outputs, a block at most, of just those input samples. */
  fill(out: Float64Array, outputs: SampleRange, input: Float64Array): void
}

/** How outputs are made whose numbers leave one remainder by `up`. */
interface Phase {
  /** Number of the first input sample that output `remainder` takes; each next output of the phase takes `down` more. */
  readonly base: number
  readonly taps: Float64Array
}

/** Nearer than this to an input sample an output is that sample, seconds: times are rounded to it. */
const timeRounding = 1e-9

/** Outputs of a block where they cost the same one by one. */
const directBlock = 4096

/**
 * Makes a resampler by a Kaiser-windowed sinc, the filter of `resample` with `attenuation`, whose taps are taken where output
 * samples lie between input samples, by exact arithmetic. Where both grids are the same, samples are passed on.
 *
 * Output n is the input low-passed at the time n / `to` after GPS 0, without delay.
 */
export function createGridResampler(options: GridResamplerOptions): GridResampler {
  const { from, to } = options
  const divisor = greatestCommonDivisor(from, to)
  const [up, down] = [to / divisor, from / divisor]
  const phases = Array.from({ length: up }, (_, remainder) => phaseOf(remainder, { ...options, up, down }))
  const inputStart = (output: number): number => phases[output % up]!.base + Math.floor(output / up) * down
  const inputOf = ({ first, count }: SampleRange): SampleRange => {
    const start = inputStart(first)
    const last = first + count - 1
    return { first: start, count: inputStart(last) + phases[last % up]!.taps.length - start }
  }
  const [{ taps }] = phases as [Phase]
  if (taps.length === 1)
    return { reach: 0, block: directBlock, inputOf, fill: (out, _, input) => out.set(input.subarray(0, out.length)) }
  const reach = Math.ceil(Math.max(...phases.map(({ taps }) => taps.length)) / 2) + 1
  if (up === 1) {
    // Longer than the bank would choose: half the time is measured. Convolution turns a filter round.
    const fftLength = 2 * down * 2 ** Math.ceil(Math.log2((8 * taps.length) / down))
    const bank = createFilterBank({ re: taps.toReversed() }, { taps: taps.length, decimation: down, fftLength })
    const fill = (out: Float64Array, _: SampleRange, input: Float64Array) => out.set(bank.filter(input).re)
    return { reach, block: bank.layout.blockOutputs, inputOf, fill }
  }
  return {
    reach,
    block: directBlock,
    inputOf,
    fill(out, { first, count }, input) {
      const start = inputStart(first)
      for (let n = 0; n < count; n++)
        out[n] = product(phases[(first + n) % up]!.taps, input, inputStart(first + n) - start)
    },
  }
}

type PhaseOptions = GridResamplerOptions & { readonly up: number; readonly down: number }

/** Where output `remainder` lies among the input samples, by an exact fraction, and what it takes of them. */
function phaseOf(remainder: number, options: PhaseOptions): Phase {
  const { t0, from, up, down } = options
  const denominator = BigInt(up) * 1_000_000_000n
  const numerator = BigInt(remainder) * BigInt(down) * 1_000_000_000n - t0.nanoseconds * BigInt(from) * BigInt(up)
  const rest = ((numerator % denominator) + denominator) % denominator
  const whole = Number((numerator - rest) / denominator)
  const part = Number(rest) / Number(denominator)
  const nearest = Math.round(part)
  const offset = Math.abs(part - nearest) <= timeRounding * from ? nearest : part
  if (up === 1 && down === 1 && offset === nearest) return { base: whole + offset, taps: Float64Array.of(1) }
  const { firstTap, taps } = tapsAt(offset, options)
  return { base: whole + firstTap, taps }
}

function product(taps: Float64Array, input: Float64Array, at: number): number {
  let sum = 0
  for (let k = 0; k < taps.length; k++) sum += taps[k]! * input[at + k]!
  return sum
}

/**
 * The taps of an output that lies `offset` samples after an input sample, the first of them `firstTap` samples from it;
 * their sum is 1. Kaiser's design (Oppenheim & Schafer, eqs. 7.75 and 7.76), of which `up` points lie between input samples.
 */
function tapsAt(
  offset: number,
  { attenuation, passBand, up, down }: PhaseOptions,
): { readonly firstTap: number; readonly taps: Float64Array } {
  // Kaiser's formulas are fits, which fall short by up to 1.4 dB.
  const aim = attenuation + 1.5
  const transition = (0.5 * (1 - passBand)) / down
  const cutoff = 0.5 / down - transition / 2
  const half = Math.ceil((aim - 7.95) / (2.285 * 2 * Math.PI * transition) / 2)
  const beta = 0.1102 * (aim - 8.7)
  const firstTap = Math.ceil(offset - half / up)
  const count = Math.floor(offset + half / up) - firstTap + 1
  const taps = Float64Array.from({ length: count }, (_, k) => {
    const distance = (firstTap + k - offset) * up
    const x = 2 * Math.PI * cutoff * distance
    const window = besselI0(beta * Math.sqrt(Math.max(0, 1 - (distance / half) ** 2)))
    return window * (x === 0 ? 1 : Math.sin(x) / x)
  })
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return { firstTap, taps: taps.map(tap => tap / sum) }
}

/** Modified Bessel function of order zero, by its power series. */
function besselI0(x: number): number {
  let sum = 1
  for (let [k, term] = [1, 1]; term > sum * 1e-17; k++) {
    term *= (x * x) / (4 * k * k)
    sum += term
  }
  return sum
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))
