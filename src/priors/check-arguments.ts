import { QuadrupoleError } from '../core/index.ts'

/**
 * Refuses arguments that are not finite numbers.
 *
 * @throws `argument`
 */
export function requireFinite(where: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values))
    if (!Number.isFinite(value))
      throw new QuadrupoleError('argument', `priors.${where}: expected a finite ${name}, got ${value}`, {
        details: { ...values },
      })
}

/**
 * Refuses bounds that are not in order, or not within `lowest` and `highest`.
 *
 * @throws `argument`
 */
export function requireInterval(
  where: string,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
  { lowest = -Infinity, highest = Infinity }: { readonly lowest?: number; readonly highest?: number } = {},
): void {
  const refuse = (expected: string): never => {
    throw new QuadrupoleError('argument', `priors.${where}: expected ${expected}, got ${minimum} and ${maximum}`, {
      details: { minimum, maximum },
    })
  }
  if (!(minimum < maximum)) refuse('minimum below maximum')
  if (!(minimum >= lowest)) refuse(`minimum of at least ${lowest}`)
  if (!(maximum <= highest)) refuse(`maximum of at most ${highest}`)
}

/**
 * Refuses a width that is not positive and finite.
 *
 * @throws `argument`
 */
export function requirePositive(where: string, values: Readonly<Record<string, number>>): void {
  requireFinite(where, values)
  for (const [name, value] of Object.entries(values))
    if (!(value > 0))
      throw new QuadrupoleError('argument', `priors.${where}: expected a positive ${name}, got ${value}`, {
        details: { ...values },
      })
}
