import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createWorkerPool } from '../../core/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { trainDetector, trainingSchema } from '../../train/index.ts'
import { candidateTable, joinTables, readCandidates, timeOf, writeCandidates } from '../candidates/candidate-file.ts'
import { keptSamples } from '../matched-filter/candidate.ts'
import { readSearchModel } from '../model/search-model.ts'
import { coincidenceKind } from '../ranking/coincidence-kind.ts'
import { networkRanking } from '../ranking/ranking.ts'
import { candidatesKind } from './candidates-kind.ts'
import { distanceGains } from './distance-gain.ts'

const folder = await mkdtemp(join(tmpdir(), 'quadrupole-candidates-'))
const pool = createWorkerPool({ size: 2 })
afterAll(async () => {
  await pool.close()
  await rm(folder, { recursive: true })
})

const kinds = { models: { coincidence: coincidenceKind }, data: { candidates: candidatesKind } }
const configuration = trainingSchema(kinds).parse({
  seed: 3,
  model: { kind: 'coincidence', consistency: true, glitches: true, templates: 4, components: 2, step: 1, times: 1 },
  data: {
    kind: 'candidates',
    pieceDuration: 64,
    noiseDays: 1e-3,
    signalDays: 1e-3,
    glitchesPerHour: 60,
    bank: { draws: 60, basisSize: 40, templateDuration: 4, minimumFrequency: 25, minimumMatch: 0.9 },
    search: { threshold: 4.5, gateThreshold: 50 },
  },
  optimizer: { kind: 'adamw' },
  schedule: { kind: 'constant', learningRate: 1e-2 },
  training: { steps: 20, batch: 16, threads: 1 },
  evaluation: { every: 20, batches: 2, monitor: false },
})

it('a training leaves a model that ranks candidates as it was judged, and finds the same when it is resumed', async () => {
  const first = join(folder, 'first')
  const trained = await trainDetector(configuration, { kinds, folder: first })
  expect(trained.scores!.auroc).toBeGreaterThan(0.7)
  expect(Object.keys(trained.scores!)).toContain('distanceGain1')

  const model = await readSearchModel(first)
  expect(model.settings).toEqual({
    threshold: 4.5,
    separation: 0.25,
    blockDuration: 2048,
    psdSegment: 8,
    gateThreshold: 50,
    detectorThreshold: 0,
  })
  expect(model.bank.templates.length).toBe(JSON.parse(await readFile(join(first, 'model.json'), 'utf8')).bankSize)

  const again = await trainDetector(configuration, { kinds, folder: first, resume: true })
  expect(await readFile(again.files.model)).toEqual(await readFile(trained.files.model))
}, 180_000)

it('a training on nothing is refused: pieces as short as the ends that signals keep from', async () => {
  const { data } = configuration
  const short = { ...data, sampleRate: 1024, pieceDuration: 32, search: { threshold: 4.5, psdSegment: 2 } }
  const refused = trainDetector(trainingSchema(kinds).parse({ ...configuration, data: short }), {
    kinds,
    folder: join(folder, 'nothing'),
  })
  await expect(refused).rejects.toMatchObject({
    code: 'config',
    message: expect.stringContaining('there are no candidates of signals to train with; make data.signalDays or'),
  })
}, 180_000)

it('candidates are read from a file as they were written', async () => {
  const candidate = (snr: number) => ({
    sample: 1,
    lag: 0,
    template: 7,
    snrs: [snr, 1] as const,
    snr,
    consistency: [1, 1] as const,
    templates: Int32Array.from({ length: 16 }, (_, i) => i + 7),
    consistencies: Float32Array.from({ length: 32 }, (_, i) => i),
    series: Float32Array.from({ length: 16 * 4 * keptSamples }, (_, i) => i * snr),
    times: [GpsTime.fromNanoseconds(1_238_166_018_123_456_789n), GpsTime.fromSeconds(1_238_166_019)] as const,
  })
  const table = joinTables([candidateTable([candidate(6)]), candidateTable([]), candidateTable([candidate(7)])])
  const path = join(folder, 'candidates.safetensors')
  await writeCandidates(path, table)
  const read = await readCandidates(path)
  expect(read).toEqual(table)
  expect(timeOf(read, 1, 0).nanoseconds).toBe(1_238_166_018_123_456_789n)
  expect(Array.from(read.templates)).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 7, 8, 9, 10, 11, 12, 13, 14])
  await writeCandidates(path, candidateTable([]))
  expect((await readCandidates(path)).count).toBe(0)
})

it('a ranking is refused for a network of something else', async () => {
  const path = new URL('../../../models/first-detector/first-detector.onnx', import.meta.url)
  await expect(networkRanking(path.pathname)).rejects.toThrow(/expected series,templates,consistency/)
})

it('the distance gained is that of the thresholds that exponential tails have', () => {
  // Noise that falls off as exp(-x) in the squared SNR; a network that knows the noise twice as rare at any statistic.
  const noise = Float64Array.from({ length: 4000 }, (_, i) => -Math.log((i + 0.5) / 4000))
  const snrs = (values: Float64Array) => values.map(x => Math.sqrt(2 * (x + 16)))
  const signals = Float64Array.from({ length: 1000 }, (_, i) => i / 50)
  const gains = distanceGains({
    weights: new Float64Array(1000).fill(1),
    livetimeSeconds: 86_400,
    plain: { signals: snrs(signals), noise: snrs(noise) },
    ranked: { signals, noise: noise.map(x => x - Math.LN2) },
  })
  const threshold = Math.log((4000 / 86_400) * 30 * 86_400)
  const found = (above: number) => 1000 - Math.ceil(50 * above)
  expect(gains.distanceGain1).toBeCloseTo(Math.cbrt(found(threshold - Math.LN2) / found(threshold)), 2)
})
