import { jit, Tensor, take } from '../../tensor/index.ts'
import { type SharedWeights, type WeightTensors, weightTensors } from './block-powers.ts'
import type { SnrWindow } from './candidate.ts'
import { snrSeries } from './template-bank.ts'

/** SNR series at some places at once. */
export interface PlaceSeries {
  /** Where a detector's outputs around a place are to be written, `[2 filters, samples]`. */
  outputs(place: number, detector: number): Float32Array
  /** Series at the first places, of templates given for each, as many for one as for another. */
  run(templates: readonly (readonly number[])[]): Promise<readonly SnrWindow[]>
  /** Series of all templates at all places. */
  runAll(): Promise<readonly SnrWindow[]>
}

const seriesOfAll = (weights: readonly WeightTensors[], outputs: readonly Tensor[]) =>
  weights.map((own, detector) => snrSeries(own, outputs[detector]!))

const seriesOfSome = (weights: readonly WeightTensors[], outputs: readonly Tensor[], templates: Tensor) =>
  seriesOfAll(
    weights.map(({ real, imaginary }) => ({ real: take(real, templates), imaginary: take(imaginary, templates) })),
    outputs,
  )

// Each thread that this module is loaded in has sessions of its own, one for each shape.
const compiled = { all: jit(seriesOfAll, { threads: 1 }), some: jit(seriesOfSome, { threads: 1 }) }

/** Makes the series of so many places, for one use at a time: a call of the engine costs as much as a place. */
export function createPlaceSeries(
  weights: readonly [SharedWeights, SharedWeights],
  { places, samples }: { readonly places: number; readonly samples: number },
): PlaceSeries {
  const [{ templates: count, real }] = weights
  const rows = real.length / count
  const tensors = weights.map(weightTensors)
  const inputs = weights.map(() => Tensor.of(new Float32Array(places * rows * samples), [places, rows, samples]))
  const every = Array.from({ length: count }, (_, template) => template)
  const outputs = (place: number, detector: number): Float32Array => {
    const values = inputs[detector]!.data as Float32Array
    return values.subarray(place * rows * samples, (place + 1) * rows * samples)
  }
  const windows = (
    series: readonly (readonly [Tensor, Tensor])[],
    templates: readonly (readonly number[])[],
  ): SnrWindow[] => {
    const [re, im] = ([0, 1] as const).map(part => series.map(pair => pair[part].dataAs('float32')))
    return templates.map((own, place) => {
      const size = own.length * samples
      const part = (values: Float32Array) => values.subarray(place * size, (place + 1) * size)
      return {
        re: re!.map(part),
        im: im!.map(part),
        samples,
        templates: own.length,
        held: weights.map(({ held }) => Float64Array.from(own, template => held[template]!)),
        outputs: weights.map((_, detector) => outputs(place, detector)),
      }
    })
  }
  return {
    outputs,
    async run(templates) {
      const size = templates[0]!.length
      const numbers = new Int32Array(places * size)
      for (const [place, own] of templates.entries()) numbers.set(own, place * size)
      return windows(await compiled.some(tensors, inputs, Tensor.of(numbers, [places, size])), templates)
    },
    async runAll() {
      return windows(
        await compiled.all(tensors, inputs),
        Array.from({ length: places }, () => every),
      )
    },
  }
}
