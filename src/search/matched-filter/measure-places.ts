import { builtUrl, workerTask } from '../../core/index.ts'
import { jit, Tensor } from '../../tensor/index.ts'
import { blockLength, type SharedWeights, type WeightTensors, weightTensors } from './block-powers.ts'
import { type Candidate, measureCandidate, windowMargin } from './candidate.ts'
import { type DetectorOutputs, outputsOf } from './filtered-piece.ts'
import { snrSeries } from './template-bank.ts'

/** First samples of a block of the first detector and of the block of the second that it is put beside. */
export type Place = readonly [number, number]

export interface MeasureRequest {
  readonly outputs: readonly [DetectorOutputs, DetectorOutputs]
  readonly weights: readonly [SharedWeights, SharedWeights]
  readonly places: readonly Place[]
  /** Light travel time between the detectors and what timing errs, samples. */
  readonly maximumLag: number
}

const bothSeries = (weights: readonly WeightTensors[], outputs: readonly Tensor[]) =>
  weights.map((own, detector) => snrSeries(own, outputs[detector]!))

// Each thread that this module is loaded in has sessions of its own, one for each shape.
const compiled = jit(bothSeries, { threads: 1 })

/** Samples that are needed on each side of a place: another template than the one that is loud may peak in a block beside it. */
export const placeMargin = (maximumLag: number): number => windowMargin(maximumLag) + blockLength

/** Measures the candidate of each place: its time is that in the first detector, its lag leaves out how places differ. */
export async function measurePlaces(request: MeasureRequest): Promise<Candidate[]> {
  const { outputs, weights, places, maximumLag } = request
  const margin = placeMargin(maximumLag)
  const samples = blockLength + 2 * margin
  const tensors = weights.map(weightTensors)
  const [{ templates }] = weights
  const held = weights.map(own => own.held)
  const found: Candidate[] = []
  for (const place of places) {
    const windows = outputs.map((own, detector) => outputsOf(own, { from: place[detector]! - margin, samples }))
    const series = await compiled(
      tensors,
      windows.map(values => Tensor.of(values, [values.length / samples, samples])),
    )
    const [re, im] = ([0, 1] as const).map(part => series.map(pair => pair[part].dataAs('float32')))
    const window = { re: re!, im: im!, samples, templates, held, outputs: windows }
    const middle = { from: margin - blockLength, to: margin + 2 * blockLength, start: place[0] - margin }
    found.push(measureCandidate(window, { maximumLag, ...middle }))
  }
  return found
}

/** `measurePlaces` for the threads of a pool. */
export const measurePlacesTask = workerTask<MeasureRequest, Promise<Candidate[]>>(
  builtUrl(import.meta.url, './measure-places.js'),
  'measurePlaces',
)
