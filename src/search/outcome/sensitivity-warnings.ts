import type { PriorSet } from '../../priors/index.ts'
import type { Background } from '../background/background.ts'
import { frequencyText, listText, numberText } from '../report/rate-text.ts'
import type { SensitivityOutcome } from './sensitivity-outcome.ts'

/** Parameters of spins that are not along the orbit's axis. */
const precessing = ['tilt_1', 'tilt_2', 'phi_12', 'phi_jl']

/** Effective number of found signals below which a distance may jump with a single one. */
const fewEffective = 100

/** What of a measurement of sensitivity is to be taken with care, a sentence each. */
export function sensitivityWarnings({
  rates,
  populations,
  background,
  prior,
}: Pick<SensitivityOutcome, 'rates' | 'populations'> & {
  readonly background: Background
  readonly prior: PriorSet
}): readonly string[] {
  const unresolved = rates.flatMap(rate => ('lowestPerYear' in rate ? [rate.perYear] : []))
  const extrapolated = rates.flatMap(rate =>
    'threshold' in rate && rate.kind === 'extrapolated' ? [rate.perYear] : [],
  )
  const times = (all: readonly number[]) => listText(all.map(rate => numberText(rate)))
  const days = numberText(background.livetimeSeconds / 86_400)
  return [
    ...(unresolved.length > 0
      ? [
          `The background of ${days} days tells no rate below ${frequencyText(31_557_600 / background.livetimeSeconds)}: ` +
            `nothing is given at ${times(unresolved)} a year. A longer background would tell more.`,
        ]
      : []),
    ...(extrapolated.length > 0
      ? [
          `Thresholds at ${times(extrapolated)} a year are extrapolated beyond the loudest background event, by the ` +
            'exponential that its loudest follow.',
        ]
      : []),
    ...(precessing.some(name => prior.parameters[name] !== undefined)
      ? [
          `'${prior.name}' draws spins that precess; signals have the parts of them along the orbit's axis alone, as ` +
            'IMRPhenomD has them.',
        ]
      : []),
    ...fewFound(populations),
    ...populations.flatMap(({ name, warnings }) => warnings.map(warning => `${name}: ${warning}.`)),
  ]
}

/** Populations of which little is found at the lowest rate that is told. */
function fewFound(populations: SensitivityOutcome['populations']): readonly string[] {
  const few = populations.flatMap(({ name, distances }) => {
    const effective = distances.at(-1)?.effectiveFound ?? fewEffective
    return effective < fewEffective ? [`${name} (${numberText(effective, 2)})`] : []
  })
  if (few.length === 0) return []
  return [
    `At the lowest rate told, the found signals are worth fewer than ${fewEffective} equally weighted ones of ` +
      `${listText(few)}: such distances may jump with a single signal. Draw more, or nearer to the population.`,
  ]
}
