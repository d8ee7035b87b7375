import { powerBetween, residualPower } from './consistency.ts'
import { interpolate, interpolation, interpolationReach } from './interpolator.ts'

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

/** The loudest coincidence of one template on the fine grid. */
function loudestPair(window: SnrWindow, template: number, { maximumLag, from, to }: MeasureOptions) {
  const { samples } = window
  const row = (part: readonly Float32Array[], detector: number) =>
    part[detector]!.subarray(template * samples, (template + 1) * samples)
  const reach = Math.floor(maximumLag * interpolation)
  const lead = Math.ceil(maximumLag)
  const points = (to - from) * interpolation
  const powers = [0, 1].map(detector => {
    const first = detector === 0 ? from : from - lead
    const count = detector === 0 ? points : points + 2 * lead * interpolation
    const fine = interpolate({ re: row(window.re, detector), im: row(window.im, detector) }, first, count)
    return fine.re.map((re, i) => re * re + fine.im[i]! ** 2)
  })
  const [one, two] = powers as [Float64Array, Float64Array]
  let best = { power: -1, point: 0, other: 0 }
  for (let i = 0; i < points; i++) {
    const middle = i + lead * interpolation
    let other = middle - reach
    for (let j = middle - reach + 1; j <= middle + reach; j++) if (two[j]! > two[other]!) other = j
    const power = one[i]! + two[other]!
    if (power > best.power) best = { power, point: i, other }
  }
  return {
    ...best,
    sample: from + best.point / interpolation,
    lag: (best.other - best.point) / interpolation - lead,
    powers: [one[best.point]!, two[best.other]!] as const,
    /** On the fine grid, from the window's first sample. */
    points: [from * interpolation + best.point, (from - lead) * interpolation + best.other] as const,
  }
}

/** The largest sum of powers of each template on the grid of samples: at most what the fine grid has, by little. */
function coarsePowers({ re, im, samples, templates }: SnrWindow, { maximumLag, from, to }: MeasureOptions) {
  const reach = Math.ceil(maximumLag)
  return Float64Array.from({ length: templates }, (_, template) => {
    const at = template * samples
    const power = (detector: number, t: number) => re[detector]![at + t]! ** 2 + im[detector]![at + t]! ** 2
    let best = 0
    for (let t = from; t < to; t++) {
      const first = power(0, t)
      for (let u = t - reach; u <= t + reach; u++) best = Math.max(best, first + power(1, u))
    }
    return best
  })
}

type Pair = ReturnType<typeof loudestPair>

/** What each template leaves over of the basis' power, at its own times: `[pairs, 2]`. */
function consistenciesOf({ outputs, held, samples }: SnrWindow, pairs: readonly (Pair & { template: number })[]) {
  const consistencies = new Float32Array(keptTemplates * 2)
  for (const [detector, values] of outputs.entries()) {
    // Neighbouring templates are loudest at the same moments.
    const powers = new Map<number, number>()
    const filters = values.length / (2 * samples)
    for (const [i, pair] of pairs.entries()) {
      const point = pair.points[detector]!
      const power = powers.get(point) ?? powerBetween({ values, samples }, point)
      powers.set(point, power)
      const part = held[detector]![pair.template]!
      consistencies[2 * i + detector] = residualPower(power, pair.powers[detector]!, part, filters)
    }
  }
  return consistencies
}

/** Measures a candidate in the middle of a window of SNR series. */
export function measureCandidate(window: SnrWindow, options: MeasureOptions): Candidate {
  const coarse = coarsePowers(window, options)
  const order = [...coarse.keys()].sort((i, j) => coarse[j]! - coarse[i]! || i - j).slice(0, keptTemplates)
  const pairs = order.map(template => ({ template, ...loudestPair(window, template, options) }))
  pairs.sort((a, b) => b.power - a.power || a.template - b.template)
  const best = pairs[0]!
  const consistencies = consistenciesOf(window, pairs)
  const series = new Float32Array(keptTemplates * 4 * keptSamples)
  const first = Math.round(best.sample) - keptSamples / 2
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
    sample: options.start + best.sample,
    lag: best.lag,
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
