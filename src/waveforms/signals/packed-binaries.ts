import { type BinaryParameters, requireBinary } from '../binary.ts'

const names = [
  'mass1Solar',
  'mass2Solar',
  'spin1z',
  'spin2z',
  'distanceMpc',
  'inclination',
  'phase',
  'referenceFrequency',
] as const satisfies readonly (keyof BinaryParameters)[]

/** Checks binaries and lays them out as rows of numbers in shared memory. */
export function packBinaries(name: string, binaries: readonly BinaryParameters[]): Float64Array {
  const packed = new Float64Array(new SharedArrayBuffer(8 * names.length * binaries.length))
  for (const [i, binary] of binaries.entries()) {
    requireBinary(`waveforms.${name}, binary ${i}`, binary)
    for (const [k, key] of names.entries()) packed[i * names.length + k] = binary[key] ?? 0
  }
  return packed
}

/** Binary `i` of those packed. */
export function unpackBinary(packed: Float64Array, i: number): Required<BinaryParameters> {
  const at = i * names.length
  return Object.fromEntries(names.map((name, k) => [name, packed[at + k]!])) as Record<(typeof names)[number], number>
}
