import { blockLength, type SharedWeights } from './block-powers.ts'
import {
  type Candidate,
  candidateOf,
  coarsePowers,
  keptTemplates,
  loudestTemplates,
  type MeasureOptions,
  type SnrWindow,
  windowMargin,
} from './candidate.ts'
import { type DetectorOutputs, outputsOf } from './filtered-piece.ts'
import { createPlaceSeries, type PlaceSeries } from './place-series.ts'

/** First samples of a block of the first detector and of the block of the second that it is put beside. */
export type Place = readonly [number, number]

/** Writes samples of a detector's outputs from one on, `[2 filters, samples]`. */
export type FillWindow = (into: Float32Array, window: { readonly from: number; readonly samples: number }) => void

/** How candidates of places are measured. */
export interface PlaceOptions {
  readonly weights: readonly [SharedWeights, SharedWeights]
  /** Light travel time between the detectors and what timing errs, samples. */
  readonly maximumLag: number
  /** Least network SNR of a candidate; every place has one unless given. */
  readonly threshold?: number
  /** Of each template, what no coincident pair of samples at a place exceeds; without it all templates are looked at. */
  readonly bounds?: (place: Place) => Float32Array
}

/** Templates that are looked at first; if more are needed, a multiple of it, since each number compiles anew. */
const fewTemplates = 3 * keptTemplates

/** Places whose few templates are looked at together. */
const placesAtOnce = 8

/** How far powers of the same samples may differ, as those of blocks and of windows do in their rounding. */
const rounding = 1e-5

/** Samples that are needed on each side of a place: another template than the one that is loud may peak in a block beside it. */
export const placeMargin = (maximumLag: number): number => windowMargin(maximumLag) + blockLength

/**
 * Measures the candidates of places, in their order: times are those in the first detector, lags leave out how places differ.
 * With bounds only templates that may be among the best are looked at, to the same result as if all were.
 */
export async function measureAt(
  places: readonly Place[],
  fill: readonly [FillWindow, FillWindow],
  { weights, maximumLag, threshold = 0, bounds }: PlaceOptions,
): Promise<Candidate[]> {
  const margin = placeMargin(maximumLag)
  const samples = blockLength + 2 * margin
  const together = bounds ? placesAtOnce : 1
  const source = createPlaceSeries(weights, { places: together, samples })
  const again = bounds ? createPlaceSeries(weights, { places: 1, samples }) : source
  const every = [...weights[0].held.keys()]
  const found: Candidate[] = []
  for (let from = 0; from < places.length; from += together) {
    const group = places.slice(from, from + together)
    for (const [i, place] of group.entries())
      for (const [detector, own] of fill.entries())
        own(source.outputs(i, detector), { from: place[detector]! - margin, samples })
    const limits = group.map(place => bounds?.(place))
    const chosen = limits.map(each => (each ? largest(each, fewTemplates) : every))
    const windows = bounds ? await source.run(chosen) : await source.runAll()
    for (const [i, place] of group.entries()) {
      const middle = { from: margin - blockLength, to: margin + 2 * blockLength, start: place[0] - margin }
      const options = { maximumLag, ...middle }
      let look: Look = { window: windows[i]!, templates: chosen[i]!, coarse: coarsePowers(windows[i]!, options) }
      if (limits[i]) look = await lookAgain(look, limits[i], options, again)
      const pairs = loudestTemplates(look.window, options, look.coarse)
      if (Math.sqrt(pairs[0]!.power) < threshold) continue
      const candidate = candidateOf(look.window, options, pairs)
      found.push({
        ...candidate,
        template: look.templates[candidate.template]!,
        templates: candidate.templates.map(row => look.templates[row]!),
      })
    }
  }
  return found
}

/** Some templates at a place. */
interface Look {
  readonly window: SnrWindow
  readonly templates: readonly number[]
  /** Their powers on the grid of samples. */
  readonly coarse: Float64Array
}

/** The same place with more templates, if others than those looked at may be among the best. */
async function lookAgain(
  look: Look,
  limits: Float32Array,
  options: MeasureOptions,
  source: PlaceSeries,
): Promise<Look> {
  const sorted = look.coarse.slice().sort()
  // What all that are kept of those looked at exceed; others must do so too.
  const least = (sorted[sorted.length - keptTemplates] ?? 0) * (1 - rounding)
  const possible = limits.reduce((count, limit) => count + (limit >= least ? 1 : 0), 0)
  if (possible <= look.templates.length) return look
  const templates = largest(limits, Math.ceil(possible / fewTemplates) * fewTemplates)
  for (const [detector, values] of look.window.outputs.entries()) source.outputs(0, detector).set(values)
  const [window] = await source.run([templates])
  return { window: window!, templates, coarse: coarsePowers(window!, options) }
}

/** Which values are the largest, in their own order; of equals the first. */
function largest(values: Float32Array, count: number): readonly number[] {
  if (count >= values.length) return [...values.keys()]
  const least = values.slice().sort()[values.length - count]!
  let equals = count - values.reduce((above, value) => above + (value > least ? 1 : 0), 0)
  const found: number[] = []
  for (let i = 0; i < values.length; i++) if (values[i]! > least || (values[i] === least && equals-- > 0)) found.push(i)
  return found
}

export interface MeasureRequest extends Omit<PlaceOptions, 'bounds'> {
  readonly outputs: readonly [DetectorOutputs, DetectorOutputs]
  readonly places: readonly Place[]
}

/** `measureAt` for outputs in pieces, by all templates. */
export function measurePlaces({ outputs, places, ...options }: MeasureRequest): Promise<Candidate[]> {
  const fillFrom = (own: DetectorOutputs): FillWindow => {
    return (into, window) => outputsOf(own, window, into)
  }
  return measureAt(places, [fillFrom(outputs[0]), fillFrom(outputs[1])], options)
}
