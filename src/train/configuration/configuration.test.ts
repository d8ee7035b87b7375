import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { chirpsKind } from '../kinds/chirps.ts'
import { dataKind, type Kinds } from '../kinds/kinds.ts'
import { coherentCnnKind, resNetKind } from '../kinds/models.ts'
import { nearestName } from './nearest.ts'
import { parseConfiguration, readConfiguration, showConfiguration } from './read-configuration.ts'
import { trainingSchema } from './schema.ts'

const kinds: Kinds = { models: { resnet: resNetKind, 'coherent-cnn': coherentCnnKind }, data: { chirps: chirpsKind } }
const schema = trainingSchema(kinds)
const parse = (text: string, set: readonly string[] = []) => parseConfiguration(text, schema, { set, path: 'a.toml' })

const message = (text: string, set: readonly string[] = []): string => {
  try {
    parse(text, set)
  } catch (error) {
    expect(error).toMatchObject({ code: 'config' })
    return (error as Error).message.replace('train.readConfiguration: a.toml: ', '')
  }
  return 'accepted'
}

describe('a configuration', () => {
  it('needs nothing said, and shows every value in force', () => {
    expect(showConfiguration(parse(''))).toMatchInlineSnapshot(`
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
    expect(parse(showConfiguration(configuration))).toEqual(configuration)
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
    expect(parseConfiguration(text, wider).data).toEqual({ kind: 'files', path: 'x.hdf5' })
    expect(message(text)).toBe('data.kind is "files", expected one of chirps')
  })
})

describe('what is wrong is named with its place and the nearest that is right:', () => {
  it.each([
    { text: 'sed = 1', said: 'sed is unknown; did you mean seed?' },
    { text: '[traning]\nsteps = 1', said: 'traning is unknown; did you mean training?' },
    {
      text: '[training]\nbatch_size = 1\nstep = 3',
      said: 'training.batch_size is unknown; did you mean batch?; training.step is unknown; did you mean steps?',
    },
    { text: '[optimizer]\nweight_decay = 1', said: 'optimizer.weight_decay is unknown; did you mean weightDecay?' },
    {
      text: '[schedule]\nkind = "cosine"\nstartDivisor = 3',
      said: 'schedule.startDivisor is unknown; known are kind, learningRate, warmUp, end',
    },
    {
      text: '[model]\nkind = "resnet1d"',
      said: 'model.kind is "resnet1d", expected one of resnet, coherent-cnn; did you mean resnet?',
    },
    {
      text: '[model]\nblock = "bottelneck"',
      said: 'model.block is "bottelneck", expected one of basic, bottleneck; did you mean bottleneck?',
    },
    {
      text: '[model.norm]\nkind = "batch"\ngroups = 4',
      said: 'model.norm.groups is unknown; known are kind, momentum, epsilon',
    },
    { text: '[training]\nsteps = "many"', said: 'training.steps is "many": expected number, received string' },
    { text: '[training]\nsteps = 1.5', said: 'training.steps is 1.5: expected int, received number' },
    { text: '[training]\nbatch = 0', said: 'training.batch is 0: expected number to be >0' },
    {
      text: '[optimizer]\nmaxGradientNorm = -1',
      said: 'optimizer.maxGradientNorm is -1: expected number to be >0',
    },
    { text: 'training = 3', said: 'training is 3: expected object, received number' },
  ])('$text', ({ text, said }) => {
    expect(message(text)).toBe(said)
  })

  it('a setting that is none', () => {
    expect(message('', ['training.steps'])).toContain(
      "expected a setting like training.steps=100, got 'training.steps'",
    )
    expect(message('seed = 3', ['seed.x=1'])).toContain("'seed.x=1': seed is no table but 3")
    expect(message('', ['data.snr=3'])).toBe('data.snr is unknown; did you mean snrRange?')
  })

  it('TOML that can not be read, by its line', () => {
    expect(message('seed = 1\n[training\n')).toMatch(/a.toml, line 2, column \d+: /)
  })
})

describe('readConfiguration', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-configuration-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('reads a file, and says where none is', async () => {
    await writeFile(join(folder, 'a.toml'), 'seed = 5\n')
    expect((await readConfiguration(join(folder, 'a.toml'), schema)).seed).toBe(5)
    await expect(readConfiguration(join(folder, 'b.toml'), schema)).rejects.toMatchObject({ code: 'io' })
  })
})

describe('nearestName', () => {
  it('finds names that are misspelt, swapped or written in another style, and none that is far', () => {
    const known = ['learningRate', 'steps', 'batch']
    expect(
      ['learning_rate', 'LearningRate', 'setps', 'bach', 'momentum', 'x'].map(name => nearestName(name, known)),
    ).toEqual(['learningRate', 'learningRate', 'steps', 'batch', undefined, undefined])
  })
})
