import { basisPowers, residualPower } from './consistency.ts'
import { interpolation, interpolationReach, powersFrom } from './interpolator.ts'
import { slidingMaxima } from './sliding-maxima.ts'

/** Templates of a candidate whose SNR series are kept, and samples of each. */
export const keptTemplates = 16
export const keptSamples = 32

/** SNR series of all templates around a candidate: `[templates, samples]` of two detectors. */
export interface SnrWindow {
  readonly re: readonly Float32Array[]
  readonly im: readonly Float32Array[]
  readonly samples: number
  readonly templates: number
  /** Outputs of the basis filters of each detector over the same samples. */
  readonly outputs: readonly Float32Array[]
  /** Part of each template's power that the basis holds, of each detector. */
  readonly held: readonly Float64Array[]
}

/** A moment at which a template is loud in both detectors within the light travel time. */
export interface Candidate {
  /** Time in the first detector, samples of the band's series (not whole). */
  readonly sample: number
  /** How much later it is in the second, samples. */
  readonly lag: number
  readonly template: number
  /** SNR of each detector. */
  readonly snrs: readonly [number, number]
  /** Root of the sum of their squares. */
  readonly snr: number
  /**
   * Power in the span of the basis that the template leaves over, per degree of freedom, in each detector: about 1 in noise
   * and for signals that the template fits, large for glitches.
   */
  readonly consistency: readonly [number, number]
  /** The best templates, best first, and their SNR series: `[keptTemplates, 2 detectors, 2 parts, keptSamples]`. */
  readonly templates: Int32Array
  readonly series: Float32Array
  /** Consistency of each of the best templates at its own times: `[keptTemplates, 2 detectors]`. */
  readonly consistencies: Float32Array
}

export interface MeasureOptions {
  /** Light travel time between the detectors and what timing errs, samples. */
  readonly maximumLag: number
  /** Samples in the middle of the window that the first detector's time is sought in. */
  readonly from: number
  readonly to: number
  /** Which sample of the series the window begins with. */
  readonly start: number
}

/** A template's loudest coincidence on the fine grid. */
export interface Pair {
  readonly template: number
  readonly power: number
  readonly powers: readonly [number, number]
  /** On the fine grid, from the window's first sample. */
  readonly points: readonly [number, number]
}

/** The loudest coincidence of each of some templates on the fine grid. */
function loudestPairs(
  { re, im, samples }: SnrWindow,
  templates: readonly number[],
  { maximumLag, from, to }: MeasureOptions,
): Pair[] {
  const reach = Math.floor(maximumLag * interpolation)
  const count = (to - from) * interpolation
  const first = from * interpolation
  const one = powersFrom({ re: re[0]!, im: im[0]!, samples }, templates, { start: first, count })
  const others = count + 2 * reach
  const two = powersFrom({ re: re[1]!, im: im[1]!, samples }, templates, { start: first - reach, count: others })
  const window = 2 * reach + 1
  const near = new Float64Array(count)
  return templates.map((template, row) => {
    const own = two.subarray(row * others, (row + 1) * others)
    slidingMaxima(own, window, near)
    let [power, point] = [-1, 0]
    for (let i = 0; i < count; i++) {
      const sum = one[row * count + i]! + near[i]!
      if (sum > power) [power, point] = [sum, i]
    }
    const other = own.indexOf(near[point]!, point)
    return {
      template,
      power,
      powers: [one[row * count + point]!, own[other]!],
      points: [first + point, first - reach + other],
    }
  })
}

/** The largest sum of powers of each template on the grid of samples: at most what the fine grid has, by little. */
export function coarsePowers({ re, im, samples, templates }: SnrWindow, { maximumLag, from, to }: MeasureOptions) {
  const reach = Math.ceil(maximumLag)
  const [re0, im0, re1, im1] = [re[0]!, im[0]!, re[1]!, im[1]!]
  const powers = new Float64Array(templates)
  const others = new Float64Array(to - from + 2 * reach)
  const near = new Float64Array(to - from)
  for (let template = 0; template < templates; template++) {
    const at = template * samples + from
    for (let i = 0; i < others.length; i++) {
      const u = at - reach + i
      others[i] = re1[u]! * re1[u]! + im1[u]! * im1[u]!
    }
    slidingMaxima(others, 2 * reach + 1, near)
    let best = 0
    for (let i = 0; i < near.length; i++) {
      const power = re0[at + i]! * re0[at + i]! + im0[at + i]! * im0[at + i]! + near[i]!
      if (power > best) best = power
    }
    powers[template] = best
  }
  return powers
}

/** Which values are the largest, the largest first and of equals the first. */
function largest(values: Float64Array, count: number): number[] {
  const least = values.slice().sort()[Math.max(0, values.length - count)]!
  const among: number[] = []
  for (let i = 0; i < values.length; i++) if (values[i]! >= least) among.push(i)
  return among.sort((i, j) => values[j]! - values[i]! || i - j).slice(0, count)
}

/** What each template leaves over of the basis' power, at its own times: `[pairs, 2]`. */
function consistenciesOf({ outputs, held, samples }: SnrWindow, pairs: readonly Pair[]): Float32Array {
  const consistencies = new Float32Array(keptTemplates * 2)
  for (const [detector, values] of outputs.entries()) {
    const filters = values.length / (2 * samples)
    // Neighbouring templates are loudest at the same moments.
    const points = [...new Set(pairs.map(pair => pair.points[detector]!))]
    const powers = basisPowers({ values, samples }, points)
    for (const [i, pair] of pairs.entries()) {
      const power = powers[points.indexOf(pair.points[detector]!)]!
      const part = held[detector]![pair.template]!
      consistencies[2 * i + detector] = residualPower(power, pair.powers[detector]!, part, filters)
    }
  }
  return consistencies
}

/**
 * The templates that are the loudest in the middle of a window, the loudest first.
 *
 * @param coarse the powers that templates have on the grid of samples, by which those are chosen that are looked at closely.
 */
export function loudestTemplates(
  window: SnrWindow,
  options: MeasureOptions,
  coarse: Float64Array = coarsePowers(window, options),
): readonly Pair[] {
  const pairs = loudestPairs(window, largest(coarse, keptTemplates), options)
  return pairs.sort((a, b) => b.power - a.power || a.template - b.template)
}

/** Measures a candidate in the middle of a window of SNR series. */
export const measureCandidate = (window: SnrWindow, options: MeasureOptions): Candidate =>
  candidateOf(window, options, loudestTemplates(window, options))

/** The candidate that the loudest templates of a window are. */
export function candidateOf(window: SnrWindow, options: MeasureOptions, pairs: readonly Pair[]): Candidate {
  const best = pairs[0]!
  const [sample, other] = best.points.map(point => point / interpolation) as [number, number]
  const consistencies = consistenciesOf(window, pairs)
  const series = new Float32Array(keptTemplates * 4 * keptSamples)
  const first = Math.round(sample) - keptSamples / 2
  for (const [i, { template }] of pairs.entries())
    for (const [part, values] of [window.re, window.im].entries())
      for (let detector = 0; detector < 2; detector++) {
        const begin = template * window.samples + first
        series.set(
          values[detector]!.subarray(begin, begin + keptSamples),
          ((i * 2 + detector) * 2 + part) * keptSamples,
        )
      }
  return {
    sample: options.start + sample,
    lag: other - sample,
    template: best.template,
    snrs: [Math.sqrt(best.powers[0]), Math.sqrt(best.powers[1])],
    snr: Math.sqrt(best.power),
    consistency: [consistencies[0]!, consistencies[1]!],
    templates: Int32Array.from(pairs, pair => pair.template),
    series,
    consistencies,
  }
}

/** Samples that a window needs on each side of where the time is sought. */
export const windowMargin = (maximumLag: number): number =>
  Math.max(Math.ceil(maximumLag) + interpolationReach, keptSamples / 2) + 2
