import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { foldIn, integers, type Key, QuadrupoleError } from '../../core/index.ts'
import { runSteps } from '../../run/index.ts'
import { spec } from '../../tensor/index.ts'
import { type BatchSource, type DetectionBatch, dataKind, type TrainingData, z } from '../../train/index.ts'
import { type CandidateTable, copyRows, joinTables, storedTemplates, tableRows } from '../candidates/candidate-file.ts'
import { candidateDefaults } from '../candidates/candidate-search.ts'
import { readBank } from '../matched-filter/bank-file.ts'
import { keptSamples } from '../matched-filter/candidate.ts'
import { rankingInputs } from '../ranking/ranking.ts'
import { bankSchema } from './bank-recipe.ts'
import {
  bankFile,
  bankStep,
  candidateStep,
  readStepCandidates,
  readStepSignals,
  type SignalColumns,
  slideStep,
} from './candidate-steps.ts'
import { distanceGains } from './distance-gain.ts'

const positive = z.number().positive()
const count = z.int().positive()

/** Every so many pieces of strain are for evaluation. */
const heldOut = 4

/**
 * Candidates of a matched-filter search of simulated noise, with and without signals, for networks that rank them. They
 * are made in steps that are kept in the training's folder.
 */
export const candidatesKind = dataKind({
  schema: z.strictObject({
    detectors: z.tuple([z.string(), z.string()]).default(['H1', 'L1']),
    /** Hz. */
    sampleRate: count.default(2048),
    bank: bankSchema.prefault({}),
    /** Noise that strain is made of. */
    noise: z.enum(['aligo-design', 'o3a']).default('aligo-design'),
    /** Simulated glitches in each detector. */
    glitchesPerHour: z.number().min(0).default(0),
    /** Strain that is made, searched and kept at a time, seconds. */
    pieceDuration: count.default(2048),
    /** Days of noise without signals. */
    noiseDays: positive.default(1.5),
    /** Days of time slides of that noise, which candidates of noise are of where there are any. */
    slideDays: z.number().min(0).default(0),
    /** Days of strain with signals. */
    signalDays: positive.default(0.5),
    signals: z
      .strictObject({
        prior: z.string().default('mlgwsc1-set1'),
        snrRange: z.tuple([z.number().min(0), positive]).default([4.8, 14]),
        separation: positive.default(4),
      })
      .prefault({}),
    /** What a signal counts: as the volume that such are seen in, chirp mass to the 5/2, or all the same. */
    weights: z.enum(['volume', 'none']).default('volume'),
    search: z
      .strictObject({
        threshold: positive.default(5.7),
        separation: positive.default(candidateDefaults.separation),
        blockDuration: positive.default(candidateDefaults.blockDuration),
        psdSegment: positive.default(candidateDefaults.psdSegment),
        gateThreshold: z.number().min(0).default(candidateDefaults.gateThreshold),
        detectorThreshold: z.number().min(0).default(candidateDefaults.detectorThreshold),
      })
      .prefault({}),
  }),
  async create(options, { batch, trainingKey, evaluationKey, pool, folder, progress, signal }): Promise<TrainingData> {
    const {
      detectors,
      sampleRate,
      bank: recipe,
      noise,
      search,
      signals,
      weights,
      noiseDays,
      slideDays,
      signalDays,
      glitchesPerHour,
      pieceDuration,
    } = options
    if (batch % 2 !== 0)
      throw new QuadrupoleError('config', `training.batch is ${batch}; expected an even number: half are signals`)
    const shared = {
      key: trainingKey,
      detectors,
      sampleRate,
      bank: recipe,
      noise,
      glitchesPerHour,
      search,
      signals,
      pieceDuration,
    }
    const pieces = (days: number) => Math.max(2 * heldOut, Math.round((days * 86_400) / pieceDuration))
    const [noisePieces, signalPieces] = [pieces(noiseDays), pieces(signalDays)]
    const slideSeconds = (slideDays * 86_400) / noisePieces
    const steps = [
      bankStep(recipe, sampleRate),
      ...Array.from({ length: noisePieces }, (_, i) =>
        slideDays > 0 ? slideStep(i, shared, slideSeconds) : candidateStep(i, shared, false),
      ),
      ...Array.from({ length: signalPieces }, (_, i) => candidateStep(i, shared, true)),
    ]
    const [bankFolder, ...folders] = await runSteps(steps, {
      cache: join(folder, 'steps'),
      pool,
      concurrency: 1,
      progress,
      ...(signal && { signal }),
    })
    const bank = await readBank(join(bankFolder!, bankFile))
    const isHeldOut = (_: unknown, i: number) => i % heldOut === heldOut - 1
    const isTrained = (_: unknown, i: number) => !isHeldOut(_, i)
    const [noiseFolders, signalFolders] = [folders.slice(0, noisePieces), folders.slice(noisePieces)]
    const load = async (chosen: (_: unknown, i: number) => boolean): Promise<Examples> => ({
      noise: joinTables(await Promise.all(noiseFolders.filter(chosen).map(readStepCandidates))),
      signals: joinTables(await Promise.all(signalFolders.filter(chosen).map(readStepCandidates))),
      weights: weightsOf(await Promise.all(signalFolders.filter(chosen).map(readStepSignals)), weights),
    })
    const [trained, evaluated] = [
      requireExamples(await load(isTrained), 'train'),
      requireExamples(await load(isHeldOut), 'evaluate'),
    ]
    const livetimeSeconds = noiseFolders.filter(isHeldOut).length * (slideSeconds || pieceDuration)
    return {
      training: examplesSource(trained, batch, trainingKey),
      evaluation: examplesSource(evaluated, batch, evaluationKey),
      evaluate: async score => {
        const logits = async (table: CandidateTable) => {
          const all = new Float64Array(table.count)
          for (let from = 0; from < table.count; from += batch) {
            // Of one size, for which the network is compiled: the last ones are filled up.
            const rows = Array.from({ length: batch }, (_, i) => Math.min(from + i, table.count - 1))
            const values = await score(rankingInputs(tableRows(table, rows)))
            all.set(values.subarray(0, Math.min(batch, table.count - from)), from)
          }
          return all
        }
        return distanceGains({
          weights: evaluated.weights,
          livetimeSeconds,
          plain: { signals: evaluated.signals.snr, noise: evaluated.noise.snr },
          ranked: { signals: await logits(evaluated.signals), noise: await logits(evaluated.noise) },
        })
      },
      card: {
        kind: 'coincidence',
        detectors: [...detectors],
        sampleRate,
        bankSize: bank.templates.length,
        filters: bank.basis.rows,
        search,
        candidates: {
          noise: trained.noise.count,
          signals: trained.signals.count,
          weights,
          noiseDays: (noisePieces * pieceDuration) / 86_400,
          slideDays,
          population: signals.prior,
          psds: noise,
          glitchesPerHour,
        },
      },
      writeFiles: to => copyFile(join(bankFolder!, bankFile), join(to, bankFile)),
    }
  },
})

interface Examples {
  readonly noise: CandidateTable
  readonly signals: CandidateTable
  /** Of the signals, with a mean of 1. */
  readonly weights: Float64Array
}

/** Refuses to train with nothing. */
function requireExamples(examples: Examples, purpose: string): Examples {
  for (const [what, days] of [
    ['noise', 'noiseDays'],
    ['signals', 'signalDays'],
  ] as const)
    if (examples[what].count === 0)
      throw new QuadrupoleError(
        'config',
        `search.candidatesKind: there are no candidates of ${what} to ${purpose} with; make data.${days} or ` +
          'data.pieceDuration longer, or data.search.threshold lower',
      )
  return examples
}

function weightsOf(columns: readonly SignalColumns[], kind: 'volume' | 'none'): Float64Array {
  const masses = columns.flatMap(({ chirpMass }) => Array.from(chirpMass))
  const weights = Float64Array.from(masses, mass => (kind === 'volume' ? mass ** 2.5 : 1))
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length
  return weights.map(weight => weight / mean)
}

/** Batches whose first half are signals, drawn anew for each. */
function examplesSource({ noise, signals, weights }: Examples, batch: number, key: Key): BatchSource<DetectionBatch> {
  const half = batch / 2
  return {
    specs: {
      inputs: {
        series: spec([batch, storedTemplates, 2, 2, keptSamples]),
        templates: spec([batch, storedTemplates], 'int32'),
        consistency: spec([batch, storedTemplates, 2]),
      },
      isSignal: spec([batch]),
      weight: spec([batch]),
    },
    isShared: false,
    fill(index, into) {
      const own = foldIn(key, index)
      const draw = (what: string, { count: high }: CandidateTable) => integers(foldIn(own, what), half, { high })
      const [first, second] = [draw('signals', signals), draw('noise', noise)]
      const { inputs, isSignal, weight } = into as unknown as Arrays
      for (const [table, rows, at] of [
        [signals, first, 0],
        [noise, second, half],
      ] as const) {
        copyRows(table, 'series', rows, inputs.series, at)
        copyRows(table, 'templates', rows, inputs.templates, at)
        copyRows(table, 'consistency', rows, inputs.consistency, at)
      }
      isSignal.fill(0).fill(1, 0, half)
      weight.fill(1)
      for (let i = 0; i < half; i++) weight[i] = weights[first[i]!]!
    },
  }
}

interface Arrays {
  readonly inputs: { readonly series: Float32Array; readonly templates: Int32Array; readonly consistency: Float32Array }
  readonly isSignal: Float32Array
  readonly weight: Float32Array
}
