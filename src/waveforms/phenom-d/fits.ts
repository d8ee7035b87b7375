import { readFileSync } from 'node:fs'
import type { Intrinsic } from './intrinsic.ts'

const table: { readonly powers: readonly (readonly [number, number])[] } & Readonly<
  Record<FitName, readonly number[]>
> = JSON.parse(readFileSync(new URL('./fits.json', import.meta.url), 'utf8'))

/** The phenomenological coefficients of IMRPhenomD, by the names of Khan et al. 2016; `v2` is the amplitude at `f2`. */
type FitName =
  | `sigma${1 | 2 | 3 | 4}`
  | `beta${1 | 2 | 3}`
  | `alpha${1 | 2 | 3 | 4 | 5}`
  | `gamma${1 | 2 | 3}`
  | `rho${1 | 2 | 3}`
  | 'v2'

/** The value of a coefficient for a binary: a polynomial in eta and `chiPN - 1` (Khan et al. 2016, equation 31). */
export function fit(name: FitName, { eta, xi }: Intrinsic): number {
  const c = table[name]
  const row = (i: number) => c[i]! + eta * (c[i + 1]! + eta * c[i + 2]!)
  return c[0]! + c[1]! * eta + xi * (row(2) + xi * (row(5) + xi * row(8)))
}
