import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { QuadrupoleError } from '../core/index.ts'
import { lineOfKey, parseConfig, readConfig } from './index.ts'

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
