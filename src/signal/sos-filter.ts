import { QuadrupoleError } from '../core/index.ts'
import type { FloatArray } from '../tensor/fft/index.ts'
import { lengthOfChannels, requireFinite } from './finite.ts'
import type { SecondOrderSections } from './second-order-sections.ts'

/**
 * Runs a cascade over a signal in place, in transposed direct form II; `state`, shape `[sections, 2]`, is read at the
 * start and left as it is after the last sample, so a stream cut into pieces gives what the whole gives.
 */
function runCascade({ coefficients, sections }: SecondOrderSections, x: Float64Array, state: Float64Array): void {
  for (let section = 0; section < sections; section++) {
    const at = section * 6
    const b0 = coefficients[at]!
    const b1 = coefficients[at + 1]!
    const b2 = coefficients[at + 2]!
    const a1 = coefficients[at + 4]!
    const a2 = coefficients[at + 5]!
    let first = state[section * 2]!
    let second = state[section * 2 + 1]!
    for (let n = 0; n < x.length; n++) {
      const input = x[n]!
      const output = b0 * input + first
      first = b1 * input - a1 * output + second
      second = b2 * input - a2 * output
      x[n] = output
    }
    state[section * 2] = first
    state[section * 2 + 1] = second
  }
}

/**
 * The state, shape `[sections, 2]`, of a cascade that has been fed a constant 1 for ever: starting from it (times the
 * first sample) avoids a start-up transient. The same as SciPy's `sosfilt_zi`.
 */
function steadyState({ coefficients, sections }: SecondOrderSections): Float64Array {
  const state = new Float64Array(sections * 2)
  let level = 1
  for (let section = 0; section < sections; section++) {
    const [b0, b1, b2, , a1, a2] = coefficients.subarray(section * 6, section * 6 + 6) as unknown as number[]
    const gain = (b0! + b1! + b2!) / (1 + a1! + a2!)
    state[section * 2] = level * (gain - b0!)
    state[section * 2 + 1] = level * (b2! - a2! * gain)
    level *= gain
  }
  return state
}

/** Samples of odd extension at each end, SciPy's default: thrice the filter's length, less roots at the origin. */
function paddingLength({ coefficients, sections }: SecondOrderSections): number {
  let zerosAtOrigin = 0
  let polesAtOrigin = 0
  for (let section = 0; section < sections; section++) {
    if (coefficients[section * 6 + 2] === 0) zerosAtOrigin++
    if (coefficients[section * 6 + 5] === 0) polesAtOrigin++
  }
  return 3 * (2 * sections + 1 - Math.min(zerosAtOrigin, polesAtOrigin))
}

/**
 * Filters a signal forwards and backwards, so that it is not delayed at any frequency and the filter's magnitude
 * response is applied twice. The ends are extended by odd reflection and the filter starts in its steady state, as
 * SciPy's `sosfiltfilt` does. Returns a new array of the same length.
 *
 * @throws `argument` for a signal no longer than the extension, `data` for NaN and infinities with the index of the first.
 */
export function filterZeroPhase(x: FloatArray, filter: SecondOrderSections): Float64Array {
  const padding = paddingLength(filter)
  const length = x.length
  if (length <= padding)
    throw new QuadrupoleError(
      'argument',
      `signal.filterZeroPhase: expected more than ${padding} samples for ${filter.sections} sections, got ${length}`,
    )
  requireFinite('signal.filterZeroPhase', x)
  const extended = new Float64Array(length + 2 * padding)
  extended.set(x, padding)
  for (let i = 1; i <= padding; i++) {
    extended[padding - i] = 2 * x[0]! - x[i]!
    extended[padding + length - 1 + i] = 2 * x[length - 1]! - x[length - 1 - i]!
  }
  const start = steadyState(filter)
  for (let pass = 0; pass < 2; pass++) {
    const first = extended[0]!
    runCascade(
      filter,
      extended,
      start.map(value => value * first),
    )
    extended.reverse()
  }
  return extended.slice(padding, padding + length)
}

export interface CausalFilterOptions {
  /** Series side by side, `[channels, samples]`. */
  readonly channels?: number
  /**
   * `rest`: as if silence had gone before. `steady`: as if the first sample had been there for ever, so that a constant
   * offset makes no start-up transient.
   */
  readonly start?: 'rest' | 'steady'
}

/** A recursive filter that carries its state from piece to piece. */
export interface CausalFilter {
  /** Filters samples, `[channels, any length]`, and gives as many. */
  push(samples: FloatArray): Float64Array
  /** A copy of the state, `[channels, sections, 2]`: SciPy's `zf` of each channel. */
  readonly state: Float64Array
  /** Begins a new stream. */
  reset(): void
}

/**
 * Makes a filter that runs forwards over a stream, as a live one must: it delays what it passes, each frequency in its own
 * way. However the stream is cut, the outputs have the bits of the whole; they are SciPy's `sosfilt` with `zi`.
 *
 * @throws `data` for NaN and infinities, which would never leave the state, with the index of the first; `shape` for
 * samples that are no whole number for each channel.
 *
 * @example
 * const filter = createCausalFilter(butterworth({ order: 8, low: 20, sampleRate: 2048 }), { start: 'steady' })
 * const first = filter.push(strain.subarray(0, 1000))
 * const second = filter.push(strain.subarray(1000))
 */
export function createCausalFilter(
  filter: SecondOrderSections,
  { channels = 1, start = 'rest' }: CausalFilterOptions = {},
): CausalFilter {
  const atRest = () => Array.from({ length: channels }, () => new Float64Array(2 * filter.sections))
  let states = atRest()
  let received = 0
  return {
    push(samples) {
      const length = lengthOfChannels('signal.CausalFilter', samples, channels)
      requireFinite('signal.CausalFilter', samples, { channels, start: received })
      if (received === 0 && length > 0 && start === 'steady')
        states = states.map((_, channel) => steadyState(filter).map(value => value * samples[channel * length]!))
      received += length
      const filtered = Float64Array.from(samples)
      states.forEach((state, channel) => {
        runCascade(filter, filtered.subarray(channel * length, (channel + 1) * length), state)
      })
      return filtered
    },
    get state() {
      return Float64Array.from(states.flatMap(state => [...state]))
    },
    reset() {
      states = atRest()
      received = 0
    },
  }
}
