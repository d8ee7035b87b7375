/** Between which values a parameter is drawn. */
export interface ParameterRange {
  readonly low: number
  readonly high: number
  /** Uniform, uniform in the logarithm, a whole number of both ends or between them, or -1 or 1. */
  readonly scale: 'linear' | 'log' | 'integer' | 'sign'
}

/** A range of real values, drawn uniformly unless told otherwise. */
export const range = (low: number, high: number, scale: ParameterRange['scale'] = 'linear'): ParameterRange => ({
  low,
  high,
  scale,
})

/** Any phase. */
export const anyPhase = range(0, 2 * Math.PI)

/** Either sign. */
export const anySign = range(-1, 1, 'sign')

/** What a family looks like: a formula of time that is zero outside of a stretch. Its scale means nothing. */
export interface GlitchShape<Parameters> {
  /**
   * What the formula is of: strain that was whitened, where glitches are looked at and classified; strain, where it
   * follows from what happens in the detector; or samples, of which it does not matter how long they are.
   */
  readonly of: 'whitened' | 'strain' | 'samples'
  /** In the order in which they are drawn. */
  readonly ranges: { readonly [Name in keyof Parameters]: ParameterRange }
  /** Seconds (or samples) from the first value that is not zero to time 0, and from there to the last. */
  span(parameters: Parameters): { readonly before: number; readonly after: number }
  /** Hz, a frequency that the band must hold for the glitch to be in it; none where any band does. */
  mainFrequency(parameters: Parameters): number | undefined
  /** Hz, above which there is next to nothing. */
  highestFrequency(parameters: Parameters): number
  /** The value at a time in seconds (or samples), for any number of calls. */
  formula(parameters: Parameters): (time: number) => number
}

/** All combinations of the ends of ranges. */
export function cornersOf(ranges: Readonly<Record<string, ParameterRange>>): Record<string, number>[] {
  return Object.entries(ranges).reduce<Record<string, number>[]>(
    (corners, [name, { low, high }]) =>
      corners.flatMap(corner => [
        { ...corner, [name]: low },
        { ...corner, [name]: high },
      ]),
    [{}],
  )
}

/** 1 in the middle of -1 to 1 and zero at its ends, with cosine tapers of a share of the whole. */
export function tapered(position: number, taper: number): number {
  const fromEdge = (1 - Math.abs(position)) / 2
  if (fromEdge <= 0) return 0
  return fromEdge >= taper ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * fromEdge) / taper)
}
