import { irfft } from '../../tensor/fft/index.ts'
import type { BinaryParameters } from '../binary.ts'
import { cutoff, phenomDModel } from '../phenom-d/model.ts'
import { gridKernel } from '../phenom-d/thread-kernels.ts'
import { applyHighPass } from './high-pass.ts'
import type { SignalSettings } from './signal-options.ts'
import { planSignal, type SignalPlan } from './signal-plan.ts'

/** One of a binary's time series: `scale` times its face-on wave, later in phase by `angle`, merging at a sample. */
export interface SignalRow {
  readonly scale: number
  /** Radians; a quarter turn makes the plus polarisation the cross one. */
  readonly angle: number
  /** Samples from the row's first to the merger, any fraction. */
  readonly merger: number
}

/**
 * Writes time series of a binary, one behind another. The spectrum is computed once; each row is its inverse transform from
 * the row's own place in time, so that no sample is interpolated.
 */
export function writeSignal(
  binary: BinaryParameters,
  settings: SignalSettings,
  rows: readonly SignalRow[],
  target: Float64Array,
): void {
  const { sampleRate, samples, minimumFrequency, fadeInSamples } = settings
  const plan = planSignal(binary, settings)
  const length = 2 ** Math.ceil(Math.log2(plan.transformLength))
  const resolution = sampleRate / length
  const model = phenomDModel(binary, binary.referenceFrequency || minimumFrequency)
  const from = Math.max(1, Math.round(plan.start / resolution))
  const to = Math.min(length / 2, Math.floor(cutoff / model.massSeconds / resolution))
  const kernel = gridKernel(length / 2 + 1)
  kernel.evaluate(model, { unit: resolution, from, to })
  riseTo(Math.round(plan.full / resolution), kernel.amplitude, from, to)
  for (const edge of plan.highPasses) applyHighPass(kernel.amplitude, { edge, sampleRate, length, from, to })

  const re = kernel.output.re.subarray(0, length / 2 + 1)
  const im = kernel.output.im.subarray(0, length / 2 + 1)
  const series = scratch(length)
  // The transform holds the signal's end at its end, but for the fraction of a sample that the row asks for.
  const atMerger = length - plan.after - 1
  for (const [i, { scale, angle, merger }] of rows.entries()) {
    const fraction = merger - Math.floor(merger)
    const slope = (2 * Math.PI * (fraction - plan.after - 1)) / length
    kernel.wave({ from, to, scale: scale * sampleRate, constant: angle, slope })
    for (const part of [re, im]) part.fill(0, 0, from).fill(0, to)
    irfft(re, im, length, { out: series })
    const row = target.subarray(i * samples, (i + 1) * samples)
    place(series, atMerger, plan, merger, row)
    fade(row, plan, merger, fadeInSamples)
  }
}

/** Lets an amplitude rise from bin `from` to `full`: bins as in LALSimulation, which are coarse for a short signal. */
function riseTo(full: number, amplitude: Float64Array, from: number, to: number): void {
  for (let k = from; k < Math.min(to, full); k++) amplitude[k] = amplitude[k]! * rise((k - from) / (full - from))
}

/** A half-cosine from 0 to 1. */
const rise = (x: number) => 0.5 - 0.5 * Math.cos(Math.PI * x)

/** Copies what of a transform is the signal to its place in a row; all else of the row is zero. */
function place(
  series: Float64Array,
  atMerger: number,
  { before, after }: SignalPlan,
  merger: number,
  row: Float64Array,
): void {
  const first = Math.min(row.length, Math.max(0, Math.floor(merger - before) + 1))
  const last = Math.max(first, Math.min(row.length, Math.ceil(merger + after)))
  const offset = atMerger - Math.floor(merger)
  row.fill(0, 0, first)
  row.set(series.subarray(first + offset, last + offset), first)
  row.fill(0, last)
}

/** Multiplies a row by the plan's fades, and by one at its own beginning if the signal began before. */
function fade(row: Float64Array, plan: SignalPlan, merger: number, fadeInSamples: number): void {
  const begin = merger - plan.before
  const end = merger + plan.after
  for (const length of plan.fadesIn) {
    const last = Math.min(row.length, Math.ceil(begin + length))
    for (let j = Math.max(0, Math.ceil(begin)); j < last; j++) row[j] = row[j]! * rise((j - begin) / length)
  }
  for (const length of plan.fadesOut) {
    const last = Math.min(row.length, Math.ceil(end))
    for (let j = Math.max(0, Math.ceil(end - length)); j < last; j++) row[j] = row[j]! * rise((end - j) / length)
  }
  // The first sample of a signal is zero: losing it is no cut.
  if (begin < -1)
    for (let j = 0; j < Math.min(row.length, fadeInSamples); j++) row[j] = row[j]! * rise(j / fadeInSamples)
}

// A buffer of the thread, on which no result depends.
let buffer = new Float64Array(0)

function scratch(length: number): Float64Array {
  if (buffer.length < length) buffer = new Float64Array(length)
  return buffer.subarray(0, length)
}
