import { z } from 'zod'
import { builtUrl, type Key, QuadrupoleError, workerTask } from '../../core/index.ts'
import { spec } from '../../tensor/index.ts'
import { type BatchRequest, type BatchSource, workerBatches } from '../batches.ts'
import type { ChirpBatchOptions } from './chirps-worker.ts'
import { type DetectionBatch, dataKind } from './kinds.ts'

const chirpBatchTask = workerTask<BatchRequest<ChirpBatchOptions, DetectionBatch>, void>(
  builtUrl(import.meta.url, './chirps-worker.js'),
  'fillChirpBatch',
)

const positive = z.number().positive()
const pair = z.tuple([z.number(), z.number()])

/** Leading-order chirps in white noise of two detectors, band-passed: needs no file, for tests and first steps. */
export const chirpsKind = dataKind({
  schema: z.strictObject({
    sampleRate: z.int().positive().default(1024),
    window: z.int().positive().default(1024),
    detectors: z.tuple([z.string(), z.string()]).default(['H1', 'L1']),
    band: pair.default([35, 350]),
    mergerRange: pair.default([0.2, 0.9]),
    chirpMassRange: pair.default([10, 40]),
    snrRange: pair.default([5, 25]),
    signalShare: z.number().min(0).max(1).default(0.5),
    lightTravelTime: positive.default(0.01001),
  }),
  create: ({ detectors, ...options }, { batch, trainingKey, evaluationKey, pool }) => {
    const { sampleRate, window, band, mergerRange, chirpMassRange, snrRange } = options
    for (const [name, [low, high]] of Object.entries({ band, mergerRange, chirpMassRange, snrRange }))
      if (!(low >= 0 && low < high))
        throw new QuadrupoleError('config', `data.${name} is [${low}, ${high}]; expected two rising numbers from 0 on`)
    if (band[1] >= sampleRate / 2)
      throw new QuadrupoleError(
        'config',
        `data.band ends at ${band[1]} Hz, not below half the sample rate of ${sampleRate} Hz`,
      )
    if (mergerRange[1] > window / sampleRate)
      throw new QuadrupoleError(
        'config',
        `data.mergerRange ends at ${mergerRange[1]} s, behind the window of ${window / sampleRate} s`,
      )
    const sourceOf = (key: Key): BatchSource<DetectionBatch> =>
      workerBatches<ChirpBatchOptions, DetectionBatch>(pool, chirpBatchTask, {
        specs: { inputs: { strain: spec([batch, 2, window]) }, isSignal: spec([batch]), snr: spec([batch]) },
        options,
        key,
      })
    return {
      training: sourceOf(trainingKey),
      evaluation: sourceOf(evaluationKey),
      card: {
        sampleRate,
        window,
        detectors: [...detectors],
        band: [...band],
        mergerRange: [...mergerRange],
        data: `leading-order chirps with a tapered end, chirp masses ${chirpMassRange.join(' to ')} solar masses, network SNR ${snrRange.join(' to ')}, in white Gaussian noise, band-passed`,
      },
    }
  },
})
