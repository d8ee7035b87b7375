import { QuadrupoleError } from '../../core/index.ts'

export interface IntegrationOptions {
  /** Samples that are averaged. */
  readonly length: number
  /** Which sample a mean belongs to: the last of those it is made of, as a live search has it, or their middle. */
  readonly alignment?: 'causal' | 'centred'
}

/** Means over a sliding window. */
export interface Integrated {
  /** Shape `[samples - length + 1]`, float64: only windows that are full. */
  readonly values: Float64Array
  /** Place of the first mean on the axis of the input, in samples: length - 1 (causal) or (length - 1) / 2 (centred). */
  readonly offset: number
}

/** Averages a stream that comes in pieces. */
export interface Integrator {
  /** As `Integrated.offset`, from the first sample of the stream. */
  readonly offset: number
  /** The means that these samples complete. */
  push(values: Float32Array | Float64Array): Float64Array
}

/**
 * Averages a statistic over a sliding window. Windows that are not full are left out, at both ends: a mean of fewer
 * samples scatters more and would raise false alarms where data begin and end.
 *
 * @throws `argument` for a length that is not a positive integer.
 *
 * @example
 * integrate(Float64Array.of(1, 2, 3, 4), { length: 3 }) // { values: [2, 3], offset: 2 }
 */
export function integrate(values: Float32Array | Float64Array, options: IntegrationOptions): Integrated {
  const integrator = createIntegrator(options)
  return { values: integrator.push(values), offset: integrator.offset }
}

/**
 * Averages a stream over a sliding window, to the same bits however it is cut into pieces. Sums start anew at every
 * multiple of the length, so no rounding adds up and a value that is not finite spoils only the windows that hold it.
 *
 * @throws `argument` for a length that is not a positive integer.
 */
export function createIntegrator({ length, alignment = 'causal' }: IntegrationOptions): Integrator {
  if (!Number.isInteger(length) || length < 1)
    throw new QuadrupoleError('argument', `search.integrate: expected length to be a positive integer, got ${length}`)
  // A window is the end of one block and the beginning of the next (van Herk's way to slide): both sums are at hand.
  const block = new Float64Array(length)
  const endings = new Float64Array(length + 1)
  let beginning = 0
  let seen = 0
  return {
    offset: alignment === 'causal' ? length - 1 : (length - 1) / 2,
    push(values) {
      const means = new Float64Array(Math.max(0, values.length - Math.max(0, length - 1 - seen)))
      let made = 0
      for (const value of values) {
        const place = seen++ % length
        block[place] = value
        beginning += value
        if (seen >= length) means[made++] = (endings[place + 1]! + beginning) / length
        if (place < length - 1) continue
        for (let i = length - 1; i >= 0; i--) endings[i] = endings[i + 1]! + block[i]!
        beginning = 0
      }
      return means
    },
  }
}
