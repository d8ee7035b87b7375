import { QuadrupoleError } from '../core/index.ts'
import {
  type Cosmology,
  comovingDistanceMpc,
  luminosityDistanceMpc,
  redshiftAtComovingDistance,
  redshiftAtLuminosityDistance,
} from '../gw/index.ts'
import { chirpMass } from '../waveforms/index.ts'

/** How a parameter follows from others. Masses in solar masses, distances in Mpc, angles in radians. */
export interface DerivationRule {
  readonly name: string
  readonly from: readonly string[]
  readonly compute: (...values: number[]) => number
}

/** The chirp mass of two neutron stars of 1.4 solar masses, which chirp distances are relative to. */
const referenceChirpMass = 1.4 / 2 ** 0.2

/** Relations of the masses of one frame; `suffix` is empty (at the detectors) or `_source`. */
const massRules = (suffix: '' | '_source'): DerivationRule[] => {
  const [mass1, mass2, chirp, total] = ['mass_1', 'mass_2', 'chirp_mass', 'total_mass'].map(name => name + suffix) as [
    string,
    string,
    string,
    string,
  ]
  return [
    { name: mass1, from: [chirp, 'mass_ratio'], compute: (chirp, q) => chirp! * ((1 + q!) / q! ** 3) ** 0.2 },
    { name: mass1, from: [total, 'mass_ratio'], compute: (total, q) => total! / (1 + q!) },
    { name: mass2, from: [mass1, 'mass_ratio'], compute: (mass1, q) => mass1! * q! },
    { name: 'mass_ratio', from: [mass1, mass2], compute: (mass1, mass2) => mass2! / mass1! },
    { name: chirp, from: [mass1, mass2], compute: (mass1, mass2) => chirpMass(mass1!, mass2!) },
    { name: total, from: [mass1, mass2], compute: (mass1, mass2) => mass1! + mass2! },
  ]
}

const redshifted = (name: string): DerivationRule => ({
  name,
  from: [`${name}_source`, 'redshift'],
  compute: (mass, z) => mass! * (1 + z!),
})

const unredshifted = (name: string): DerivationRule => ({
  name: `${name}_source`,
  from: [name, 'redshift'],
  compute: (mass, z) => mass! / (1 + z!),
})

const frames = ['mass_1', 'mass_2', 'chirp_mass', 'total_mass']

/** Relations that need no cosmology. Where several give a parameter, the first whose inputs are known is taken. */
const rules: readonly DerivationRule[] = [
  ...massRules(''),
  ...massRules('_source'),
  ...frames.map(redshifted),
  ...frames.map(unredshifted),
  {
    name: 'symmetric_mass_ratio',
    from: ['mass_ratio'],
    compute: q => q! / (1 + q!) ** 2,
  },
  {
    name: 'luminosity_distance',
    from: ['chirp_distance', 'chirp_mass'],
    compute: (distance, mass) => distance! * (mass! / referenceChirpMass) ** (5 / 6),
  },
  {
    name: 'chirp_distance',
    from: ['luminosity_distance', 'chirp_mass'],
    compute: (distance, mass) => distance! * (referenceChirpMass / mass!) ** (5 / 6),
  },
  ...['1', '2'].map(body => ({
    name: `chi_${body}`,
    from: [`a_${body}`, `tilt_${body}`],
    compute: (a?: number, tilt?: number) => a! * Math.cos(tilt!),
  })),
  {
    name: 'chi_eff',
    from: ['chi_1', 'chi_2', 'mass_ratio'],
    compute: (chi1, chi2, q) => (chi1! + q! * chi2!) / (1 + q!),
  },
]

const distanceRules = (cosmology: Cosmology): DerivationRule[] => [
  { name: 'luminosity_distance', from: ['redshift'], compute: z => luminosityDistanceMpc(z!, cosmology) },
  { name: 'comoving_distance', from: ['redshift'], compute: z => comovingDistanceMpc(z!, cosmology) },
]

/** Redshifts of distances: wanted only where masses are those of the source, and slow, since they are searched for. */
const redshiftRules = (cosmology: Cosmology): DerivationRule[] => [
  { name: 'redshift', from: ['luminosity_distance'], compute: d => redshiftAtLuminosityDistance(d!, cosmology) },
  { name: 'redshift', from: ['comoving_distance'], compute: d => redshiftAtComovingDistance(d!, cosmology) },
]

/** The rules that give every parameter which follows from those in `known`, in an order in which they can be applied. */
export function derivationsFrom(known: Iterable<string>, cosmology: Cosmology): DerivationRule[] {
  const available = new Set(known)
  const isSourceFrame = [...available].some(name => name.endsWith('_source'))
  const inverse = isSourceFrame ? redshiftRules(cosmology) : []
  const remaining = new Set([...distanceRules(cosmology), ...inverse, ...rules])
  const ordered: DerivationRule[] = []
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false
    for (const rule of remaining) {
      if (available.has(rule.name)) remaining.delete(rule)
      else if (rule.from.every(name => available.has(name))) {
        ordered.push(rule)
        available.add(rule.name)
        isGrowing = true
      }
    }
  }
  return ordered
}

/**
 * Those of the rules that the wanted parameters need, in the same order.
 *
 * @throws `argument` for a parameter that is neither known nor derived.
 */
export function rulesFor(
  where: string,
  wanted: Iterable<string>,
  known: Iterable<string>,
  ordered: readonly DerivationRule[],
): DerivationRule[] {
  const given = new Set(known)
  const needed = new Set(wanted)
  for (const name of needed)
    if (!given.has(name) && !ordered.some(rule => rule.name === name))
      throw new QuadrupoleError(
        'argument',
        `${where}: '${name}' is not known and does not follow from what is; known or derived are ` +
          [...given, ...ordered.map(rule => rule.name)].join(', '),
        { details: { name } },
      )
  const chosen = ordered.toReversed().filter(rule => {
    if (!needed.has(rule.name)) return false
    for (const name of rule.from) needed.add(name)
    return true
  })
  return chosen.reverse()
}

/** Writes what rules give into values that have all their inputs. */
export function applyRules(rules: readonly DerivationRule[], values: Record<string, number>): void {
  for (const { name, from, compute } of rules) values[name] = compute(...from.map(input => values[input]!))
}

/** Writes what rules give into columns that have all their inputs. */
export function applyRulesToColumns(rules: readonly DerivationRule[], columns: Record<string, Float64Array>): void {
  for (const { name, from, compute } of rules) {
    const inputs = from.map(input => columns[input]!)
    columns[name] = inputs[0]!.map((_, i) => compute(...inputs.map(input => input[i]!)))
  }
}
