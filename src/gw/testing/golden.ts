import { readFileSync } from 'node:fs'

type Numbers = readonly number[]
type Tensor = readonly [Numbers, Numbers, Numbers]

/** Values by LAL and bilby, of `tools/reference/gw_golden.py`. */
export interface GwGolden {
  readonly detectors: Readonly<
    Record<
      string,
      {
        readonly description: Record<string, number>
        readonly vertex: Numbers
        readonly x: Numbers
        readonly y: Numbers
        readonly tensor: Tensor
        readonly lal_position?: Numbers
        readonly lal_tensor?: Tensor
      }
    >
  >
  readonly light_travel_nanoseconds: number
  readonly utc: readonly [number, string][]
  readonly sidereal: readonly [number, number][]
  readonly sky: readonly {
    readonly time: string
    readonly ra: number
    readonly dec: number
    readonly psi: number
    readonly h1_minus_l1: number
    readonly responses: Readonly<Record<string, readonly [number, number, number]>>
  }[]
  readonly projection: {
    readonly parameters: {
      readonly ra: number
      readonly dec: number
      readonly psi: number
      readonly geocent_time: number
    }
    readonly plus: readonly [Numbers, Numbers]
    readonly cross: readonly [Numbers, Numbers]
    readonly strain: readonly [Numbers, Numbers]
  }
}

/** Values by PyCBC, of the same script. */
export interface SnrGolden {
  readonly series: readonly {
    readonly low: number | null
    readonly high: number | null
    readonly every: number
    readonly snr: readonly [number, number][]
    readonly sigma: number
    readonly product: readonly [number, number]
  }[]
  readonly gw150914: Readonly<
    Record<
      string,
      {
        readonly snr: number
        readonly index: number
        readonly peak: readonly [number, number]
        readonly sigma: number
      }
    >
  >
}

/** Values by Astropy, of the same script. */
export type CosmologyGolden = Readonly<
  Record<
    string,
    {
      readonly redshifts: Numbers
      readonly expansion: Numbers
      readonly comoving: Numbers
      readonly luminosity: Numbers
      readonly volume: Numbers
      readonly differential: Numbers
      readonly dark_energy: number
      readonly photons: number
    }
  >
>

/** Reads a fixture of this folder's neighbour. */
export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'))
}

/** The largest difference of two arrays. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((x, y) => Math.max(x, y), 0)
}
