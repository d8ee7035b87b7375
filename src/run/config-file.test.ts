import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { QuadrupoleError } from '../core/index.ts'
import { lineOfKey, parseConfig, readConfig, showConfig } from './index.ts'
import { nearestName } from './nearest-name.ts'

const schema = z.strictObject({
  name: z.string(),
  training: z.strictObject({ epochs: z.int().positive(), rate: z.number().default(1e-3) }),
  optimizer: z.enum(['adam', 'adamw']).default('adam'),
  stages: z.array(z.strictObject({ snr: z.array(z.number()) })).default([]),
})

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-config-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('readConfig', () => {
  it('gives what the file and the defaults say', async () => {
    const path = join(folder, 'good.toml')
    await writeFile(path, 'name = "a"\n[training]\nepochs = 3\n[[stages]]\nsnr = [12, 4]\n')
    const config = await readConfig(path, schema)
    expect(config).toEqual({
      name: 'a',
      training: { epochs: 3, rate: 1e-3 },
      optimizer: 'adam',
      stages: [{ snr: [12, 4] }],
    })
  })

  it('refuses a file that is not there', async () => {
    await expect(readConfig(join(folder, 'none.toml'), schema)).rejects.toMatchObject({ code: 'io' })
  })

  it.each([
    ['name = 3\n[training]\nepochs = 3', 't.toml:1: name: expected a string, got 3'],
    ['name = "a"\n[training]\nepochs = 1.5', 't.toml:3: training.epochs: expected an integer, got 1.5'],
    ['name = "a"\n[training]\nepochs = 0', 't.toml:3: training.epochs: Too small: expected number to be >0'],
    ['name = "a"', 't.toml: training: missing; expected a table'],
    ['name = "a"\n[training]', 't.toml:2: training.epochs: missing; expected a number'],
    [
      'name = "a"\ntraining.epochs = 1\ntraining.rat = 2',
      "t.toml:3: training: unknown key 'rat'; known are epochs, rate",
    ],
    [
      'name = "a"\noptimizer = "sgd"\ntraining = { epochs = 1 }',
      "t.toml:2: optimizer: expected 'adam' or 'adamw', got 'sgd'",
    ],
    [
      'name = "a"\n[training]\nepochs = 1\n[[stages]]\nsnr = [1]\n[[stages]]\nsnr = ["x"]',
      "t.toml:7: stages.1.snr.0: expected a number, got 'x'",
    ],
    ['name = "a"\nname = "b"', 't.toml:2: '],
    ['x = 1\ny = 2', "unknown keys 'x', 'y'; known are name, training, optimizer, stages"],
  ])('names file, line and key of what is wrong: %j', (text, message) => {
    const parse = () => parseConfig(text, schema, { path: 't.toml' })
    expect(parse).toThrow(QuadrupoleError)
    expect(parse).toThrow(message)
  })
})

describe('settings', () => {
  const text = 'name = "a"\n[training]\nepochs = 3\n'
  const set = (...settings: string[]) => parseConfig(text, schema, { path: 't.toml', set: settings })

  it('stand over the file, later ones over earlier ones, as TOML or as texts', () => {
    const config = set('training.epochs=4', 'training.epochs = 5', 'optimizer=adamw', 'stages=[{ snr = [1, 2] }]')
    expect(config).toEqual({
      name: 'a',
      training: { epochs: 5, rate: 1e-3 },
      optimizer: 'adamw',
      stages: [{ snr: [1, 2] }],
    })
  })

  it.each([
    [
      'training.epoch=4',
      "set training.epoch=4: training: unknown key 'epoch'; known are epochs, rate; did you mean 'epochs'?",
    ],
    ['training.epochs=x', "set training.epochs=x: training.epochs: expected a number, got 'x'"],
    [
      'optimizer=addamw',
      "set optimizer=addamw: optimizer: expected 'adam' or 'adamw', got 'addamw'; did you mean 'adamw'?",
    ],
    ['training', 'set training: expected a key and a value, such as training.steps=100'],
    ['name.x=1', "set name.x=1: name is no table but 'a'"],
  ])('are told as such where they are wrong: %s', (setting, message) => {
    expect(() => set(setting)).toThrow(message)
  })

  it('are shown with everything else that holds, as TOML that gives the same', () => {
    const config = set('optimizer=adamw')
    expect(showConfig(config)).toContain('optimizer = "adamw"')
    expect(parseConfig(showConfig(config), schema)).toEqual(config)
  })
})

describe('nearestName', () => {
  it('finds names that are misspelt, swapped, cut or written in another style, and none that is far', () => {
    const known = ['learningRate', 'steps', 'batch']
    const names = ['learning_rate', 'LearningRate', 'setps', 'bach', 'batch_size', 'momentum', 'x']
    expect(names.map(name => nearestName(name, known))).toEqual([
      ...['learningRate', 'learningRate', 'steps', 'batch', 'batch'],
      undefined,
      undefined,
    ])
  })
})

describe('lineOfKey', () => {
  const text = `# a comment = 1
title = "x"
[ training . optimizer ] # here
"learning rate" = 1
decay.start = 2

[[stage]]
[[stage]]
  snr = [
    1,
  ]`
  it.each([
    [['title'], 2],
    [['training', 'optimizer'], 3],
    [['training', 'optimizer', 'learning rate'], 4],
    [['training', 'optimizer', 'decay', 'start'], 5],
    [['training', 'optimizer', 'none'], 3],
    [['stage', '0'], 7],
    [['stage', '1', 'snr', '0'], 9],
    [['other'], undefined],
  ])('finds %j', (path, line) => {
    expect(lineOfKey(text, path)).toBe(line)
  })
})
