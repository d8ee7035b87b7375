import { readFileSync } from 'node:fs'
import type { ComplexArrays } from '../../tensor/fft/index.ts'
import type { BinaryParameters } from '../binary.ts'

type Parts = readonly [readonly number[], readonly number[]]

/** Values by LALSimulation, of `tools/reference/waveforms_golden.py`. */
export interface PhenomDGolden {
  readonly edges: readonly {
    readonly name: string
    readonly parameters: readonly number[]
    readonly frequencies: readonly number[]
    readonly plus: Parts
    readonly cross: Parts
  }[]
  readonly grids: readonly {
    readonly parameters: readonly number[]
    readonly minimum_frequency: number
    readonly maximum_frequency: number
    readonly resolution: number
    readonly first: number
    readonly last: number
    readonly bins: readonly number[]
    readonly plus: Parts
    readonly cross: Parts
  }[]
}

/** Reads a JSON fixture. */
export const readFixture = <T>(name: string): T => JSON.parse(readFileSync(fixture(name), 'utf8'))

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url)

/** The parameters that the fixtures list in this order. */
export function binaryOf(values: ArrayLike<number>): BinaryParameters {
  const [mass1Solar, mass2Solar, spin1z, spin2z, distanceMpc, inclination, phase, referenceFrequency] = Array.from(
    values,
  ) as [number, number, number, number, number, number, number, number]
  return { mass1Solar, mass2Solar, spin1z, spin2z, distanceMpc, inclination, phase, referenceFrequency }
}

/** The draws of `phenom-d-draws.bin`: parameters, frequencies and LALSimulation's h+ there. */
export function readDraws(): {
  parameters: BinaryParameters
  frequencies: Float64Array
  plus: ComplexArrays<Float64Array>
}[] {
  const [draws, columns, points] = [2000, 8, 20]
  const { buffer, byteOffset } = readFileSync(fixture('phenom-d-draws.bin'))
  const bytes = buffer.slice(byteOffset)
  const parameters = new Float32Array(bytes, 0, draws * columns)
  const frequencies = new Float32Array(bytes, parameters.byteLength, draws * points)
  const values = new Float64Array(bytes, parameters.byteLength + frequencies.byteLength, draws * points * 2)
  return Array.from({ length: draws }, (_, i) => {
    const pairs = values.subarray(2 * i * points, 2 * (i + 1) * points)
    return {
      parameters: binaryOf(parameters.subarray(i * columns, (i + 1) * columns)),
      frequencies: Float64Array.from(frequencies.subarray(i * points, (i + 1) * points)),
      plus: { re: pairs.filter((_, k) => k % 2 === 0), im: pairs.filter((_, k) => k % 2 === 1) },
    }
  })
}

/** Largest relative difference of amplitudes and largest difference of phases (radians) of two spectra. */
export function largestDifferences(
  ours: ComplexArrays<Float64Array>,
  theirs: { readonly re: ArrayLike<number>; readonly im: ArrayLike<number> },
): { readonly amplitude: number; readonly phase: number } {
  if (ours.re.length !== theirs.re.length) throw new Error(`lengths differ: ${ours.re.length}, ${theirs.re.length}`)
  let amplitude = 0
  let phase = 0
  for (const [i, a] of ours.re.entries()) {
    const [b, c, d] = [ours.im[i]!, theirs.re[i]!, theirs.im[i]!]
    const difference = Math.abs(Math.hypot(a, b) / Math.hypot(c, d) - 1)
    const angle = Math.abs(Math.atan2(b * c - a * d, a * c + b * d))
    amplitude = Math.max(amplitude, difference)
    phase = Math.max(phase, angle)
  }
  return { amplitude, phase }
}

/** Signals in time and the bounds that their conditioning reckons with, by LALSimulation. */
export interface SignalsGolden {
  readonly signals: readonly {
    readonly parameters: readonly number[]
    readonly sample_rate: number
    readonly minimum_frequency: number
    readonly length: number
    /** Sample of the merger. */
    readonly merger: number
  }[]
  readonly bounds: readonly {
    readonly parameters: readonly [number, number, number, number]
    readonly frequency: number
    readonly chirp_time: number
    readonly start_frequency: number
    readonly final_spin: number
    readonly merge_time: number
    readonly ringdown_time: number
  }[]
}
