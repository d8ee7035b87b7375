import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseConfig, showConfig } from '../run/index.ts'
import { trainingSchema } from './configuration.ts'
import { chirpsKind } from './kinds/chirps.ts'
import { dataKind, type Kinds } from './kinds/kinds.ts'
import { coherentCnnKind, resNetKind } from './kinds/models.ts'

const kinds: Kinds = { models: { resnet: resNetKind, 'coherent-cnn': coherentCnnKind }, data: { chirps: chirpsKind } }
const schema = trainingSchema(kinds)
const parse = (text: string, set: readonly string[] = []) => parseConfig(text, schema, { set, path: 'a.toml' })

describe('a configuration', () => {
  it('needs nothing said, and shows every value in force', () => {
    expect(showConfig(parse(''))).toMatchInlineSnapshot(`
      "seed = 1

      [model]
      kind = "resnet"
      blocks = [ 3, 4, 6, 3 ]
      block = "basic"
      width = 64
      taps = 3
      groups = 1
      widthPerGroup = 64
      reductions = "stride"
      zeroInitResidual = false

      [model.norm]
      kind = "group"
      groups = 16
      epsilon = 0.00001

      [data]
      kind = "chirps"
      sampleRate = 1024
      window = 1024
      detectors = [ "H1", "L1" ]
      band = [ 35, 350 ]
      mergerRange = [ 0.2, 0.9 ]
      chirpMassRange = [ 10, 40 ]
      snrRange = [ 5, 25 ]
      signalShare = 0.5
      lightTravelTime = 0.01001

      [optimizer]
      kind = "adamw"
      meanDecay = 0.9
      squareDecay = 0.999
      epsilon = 1e-8
      weightDecay = 0
      decays = "all"
      maxGradientNorm = false

      [schedule]
      kind = "one-cycle"
      learningRate = 0.001
      warmUp = 0.3
      startDivisor = 25
      endDivisor = 10000
      momentum = [ 0.85, 0.95 ]

      [training]
      steps = 1000
      batch = 64
      averageDecay = 0
      initialWeights = false
      checkpointEvery = 500
      logEvery = 20
      threads = false
      workers = 1
      prefetch = 4

      [evaluation]
      every = 500
      batches = 16
      monitor = "auroc"
      goal = "highest"
      patience = false
      maxFalsePositiveRate = 0.01
      "
    `)
  })

  it('is read back from what it shows, whatever is set', () => {
    const set = ['model.kind=coherent-cnn', 'schedule.kind=cosine', 'evaluation.monitor=false', 'seed=a text']
    const configuration = parse('[training]\nsteps = 20\n', set)
    expect(configuration.model.kind).toBe('coherent-cnn')
    expect(configuration.schedule).toEqual({ kind: 'cosine', learningRate: 1e-3, warmUp: 0.05, end: 0 })
    expect([configuration.training.steps, configuration.evaluation.monitor, configuration.seed]).toEqual([
      20,
      false,
      'a text',
    ])
    expect(parse(showConfig(configuration))).toEqual(configuration)
  })

  it('takes settings over the file, in order, as TOML or as texts', () => {
    const set = [
      'training.steps=7',
      'model.blocks=[1, 1]',
      'training.steps=8',
      'model.norm.groups=4',
      'data.detectors=["L1","V1"]',
    ]
    const { training, model, data } = parse('[training]\nsteps = 20\nbatch = 3\n', set)
    expect([training.steps, training.batch]).toEqual([8, 3])
    expect(model).toMatchObject({ blocks: [1, 1], norm: { kind: 'group', groups: 4 } })
    expect(data).toMatchObject({ detectors: ['L1', 'V1'] })
  })

  it('may name further kinds, which are passed in', () => {
    const files = dataKind({
      schema: z.strictObject({ path: z.string() }),
      create: () => {
        throw new Error('not here')
      },
    })
    const wider = trainingSchema({ ...kinds, data: { ...kinds.data, files } })
    const text = '[data]\nkind = "files"\npath = "x.hdf5"\n'
    expect(parseConfig(text, wider).data).toEqual({ kind: 'files', path: 'x.hdf5' })
    expect(() => parse(text)).toThrow("data.kind: expected one of chirps, got 'files'")
  })
})

describe('what is wrong is named with its place and the nearest that is right:', () => {
  it.each([
    [
      'sed = 1',
      "a.toml:1: unknown key 'sed'; known are seed, model, data, optimizer, schedule, training, evaluation; did you mean 'seed'?",
    ],
    [
      '[training]\nbatch_size = 1',
      /a.toml:2: training: unknown key 'batch_size'; known are .*; did you mean 'batch'\?/,
    ],
    [
      '[optimizer]\nweight_decay = 1',
      /a.toml:2: optimizer: unknown key 'weight_decay'; .* did you mean 'weightDecay'\?/,
    ],
    [
      '[schedule]\nkind = "cosine"\nstartDivisor = 3',
      "a.toml:3: schedule: unknown key 'startDivisor'; known are kind, learningRate, warmUp, end",
    ],
    [
      '[model]\nkind = "resnet1d"',
      "a.toml:2: model.kind: expected one of resnet, coherent-cnn, got 'resnet1d'; did you mean 'resnet'?",
    ],
    [
      '[model.norm]\nkind = "batch"\ngroups = 4',
      "a.toml:3: model.norm: unknown key 'groups'; known are kind, momentum, epsilon",
    ],
    ['[training]\nsteps = 1.5', 'a.toml:2: training.steps: expected an integer, got 1.5'],
    ['[optimizer]\nmaxGradientNorm = -1', 'a.toml:2: optimizer.maxGradientNorm: Too small: expected number to be >0'],
    ['training = 3', 'a.toml:1: training: expected a table, got 3'],
    ['[data]\nsnr = 3', /did you mean 'snrRange'\?/],
  ])('%s', (text, said) => {
    expect(() => parse(text)).toThrow(said)
  })
})
