import { jit, Tensor } from '../../tensor/index.ts'
import { blockLength, type SharedWeights, type WeightTensors } from './block-powers.ts'
import {
  type Candidate,
  coarsePowers,
  keptTemplates,
  type MeasureOptions,
  measureCandidate,
  type SnrWindow,
  windowMargin,
} from './candidate.ts'
import { type DetectorOutputs, outputsOf } from './filtered-piece.ts'
import { snrSeries } from './template-bank.ts'

/** First samples of a block of the first detector and of the block of the second that it is put beside. */
export type Place = readonly [number, number]

/** Writes samples of a detector's outputs from one on, `[2 filters, samples]`. */
export type FillWindow = (into: Float32Array, window: { readonly from: number; readonly samples: number }) => void

/** How candidates of places are measured. */
export interface PlaceOptions {
  readonly weights: readonly [SharedWeights, SharedWeights]
  /** Light travel time between the detectors and what timing errs, samples. */
  readonly maximumLag: number
  /** Of each template, what no coincident pair of samples at a place exceeds; without it all templates are looked at. */
  readonly bounds?: (place: Place) => Float32Array
}

/** Templates that are looked at first; if more are needed, a multiple of it, since each number compiles anew. */
const fewTemplates = 2 * keptTemplates

/** How far powers of the same samples may differ, as those of blocks and of windows do in their rounding. */
const rounding = 1e-5

const bothSeries = (weights: readonly WeightTensors[], outputs: readonly Tensor[]) =>
  weights.map((own, detector) => snrSeries(own, outputs[detector]!))

// Each thread that this module is loaded in has sessions of its own, one for each shape.
const compiled = jit(bothSeries, { threads: 1 })

/** Samples that are needed on each side of a place: another template than the one that is loud may peak in a block beside it. */
export const placeMargin = (maximumLag: number): number => windowMargin(maximumLag) + blockLength

/**
 * Measures the candidate of each place: its time is that in the first detector, its lag leaves out how places differ. With
 * bounds only templates that may be among the best are looked at, to the same result as if all were.
 */
export async function measureAt(
  places: readonly Place[],
  fill: readonly [FillWindow, FillWindow],
  { weights, maximumLag, bounds }: PlaceOptions,
): Promise<Candidate[]> {
  const margin = placeMargin(maximumLag)
  const samples = blockLength + 2 * margin
  const windows = weights.map(({ real, templates }) => new Float32Array((real.length / templates) * samples))
  const inputs = windows.map(values => Tensor.of(values, [values.length / samples, samples]))
  const everyTemplate = [...weights[0].held.keys()]
  const allRows = bounds ? undefined : weights.map(own => weightRows(own, everyTemplate))

  const seriesOf = async (templates: readonly number[]): Promise<SnrWindow> => {
    const series = await compiled(allRows ?? weights.map(own => weightRows(own, templates)), inputs)
    const [re, im] = ([0, 1] as const).map(part => series.map(pair => pair[part].dataAs('float32')))
    const held = weights.map(own => Float64Array.from(templates, template => own.held[template]!))
    return { re: re!, im: im!, samples, templates: templates.length, held, outputs: windows }
  }

  /** The templates that may be among the best, and their series. */
  const bestSeries = async (limits: Float32Array, options: MeasureOptions) => {
    const templates = largest(limits, fewTemplates)
    const series = await seriesOf(templates)
    const least = leastKept(series, options) * (1 - rounding)
    const possible = limits.reduce((count, limit) => count + (limit >= least ? 1 : 0), 0)
    if (possible <= templates.length) return { templates, series }
    const more = largest(limits, Math.ceil(possible / fewTemplates) * fewTemplates)
    return { templates: more, series: await seriesOf(more) }
  }

  const found: Candidate[] = []
  for (const place of places) {
    for (const [detector, own] of fill.entries()) own(windows[detector]!, { from: place[detector]! - margin, samples })
    const options = {
      maximumLag,
      from: margin - blockLength,
      to: margin + 2 * blockLength,
      start: place[0] - margin,
    }
    const { templates, series } = bounds
      ? await bestSeries(bounds(place), options)
      : { templates: everyTemplate, series: await seriesOf(everyTemplate) }
    const candidate = measureCandidate(series, options)
    found.push({
      ...candidate,
      template: templates[candidate.template]!,
      templates: candidate.templates.map(row => templates[row]!),
    })
  }
  return found
}

/** Which values are the largest, in their own order; of equals the first. */
function largest(values: Float32Array, count: number): number[] {
  if (count >= values.length) return [...values.keys()]
  const least = values.slice().sort()[values.length - count]!
  let equals = count - values.reduce((above, value) => above + (value > least ? 1 : 0), 0)
  const found: number[] = []
  for (let i = 0; i < values.length; i++) if (values[i]! > least || (values[i] === least && equals-- > 0)) found.push(i)
  return found
}

/** What the best templates of a window exceed on the grid of samples; 0 if there are no more than are kept. */
function leastKept(window: SnrWindow, options: MeasureOptions): number {
  const powers = coarsePowers(window, options).sort()
  return powers[powers.length - keptTemplates] ?? 0
}

/** Some templates' weights, in memory of the thread's own: ONNX Runtime takes no shared memory in Node 20. */
function weightRows({ real, imaginary, templates }: SharedWeights, rows: readonly number[]): WeightTensors {
  const columns = real.length / templates
  const take = (all: Float32Array): Tensor => {
    const some = new Float32Array(rows.length * columns)
    for (const [i, row] of rows.entries()) some.set(all.subarray(row * columns, (row + 1) * columns), i * columns)
    return Tensor.of(some, [rows.length, columns])
  }
  return { real: take(real), imaginary: take(imaginary) }
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
