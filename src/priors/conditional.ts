import type { Distribution, Support } from './distribution.ts'

/** Parameters by bilby's names: masses in solar masses, distances in Mpc, angles in radians. */
export type ParameterValues = Readonly<Record<string, number>>

/** Columns of equal length by bilby's names. */
export type ParameterColumns = Readonly<Record<string, Float64Array>>

/** The distribution of a parameter given others, such as the lighter mass given the heavier. */
export interface Conditional {
  readonly given: readonly string[]
  /** The distribution for values of those parameters; throws where they leave no room. */
  readonly at: (values: ParameterValues) => Distribution
}

/** Distributions by the names of their parameters. */
export type Priors = Readonly<Record<string, Distribution | Conditional>>

/** Bounds, included, by the names of what they hold for. */
export type Constraints = Readonly<Record<string, Partial<Support>>>

/** Whether a parameter's distribution depends on others. */
export const isConditional = (prior: Distribution | Conditional): prior is Conditional => 'given' in prior

/** A parameter's distribution where those that it depends on have their values. */
export const priorOf = (prior: Distribution | Conditional, values: ParameterValues): Distribution =>
  isConditional(prior) ? prior.at(values) : prior
