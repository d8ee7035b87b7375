import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foldIn, normal, randomKey } from '../core/index.ts'
import { spec, type Tensor, tensor, zeros } from '../tensor/index.ts'
import { type AdamState, adam } from './adam.ts'
import type { BatchSource } from './batches.ts'
import { type FitOptions, fit } from './fit.ts'
import { readSafetensors } from './safetensors.ts'
import { constantRate } from './schedule.ts'

const program = fileURLToPath(new URL('./testing/toy-fit.mjs', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-fit-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs the toy training in a process of its own; kills it the hard way when `until` resolves. */
function runToy(
  args: readonly string[],
  until?: () => Promise<void>,
): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args])
  let stderr = ''
  child.stderr.on('data', (text: Buffer) => {
    stderr += text
  })
  until?.().then(() => child.kill('SIGKILL'))
  return new Promise(resolve => child.on('close', code => resolve({ code, stderr })))
}

const filesOf = async (path: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(path)).toSorted().map(async name => [name, (await readFile(join(path, name))).toString('base64')]),
    ),
  )

describe('a training that is killed', () => {
  it('and resumed, again and again, ends with the bits of one that was not', { timeout: 120_000 }, async () => {
    const [whole, killed] = ['whole', 'killed'].map(name => join(folder, name)) as [string, string]
    expect(await runToy([whole])).toEqual({ code: 0, stderr: '' })
    const checkpoint = join(killed, 'checkpoint.safetensors')
    let kills = 0
    for (const wait of [0, 90, 40]) {
      const before = existsSync(checkpoint) ? await readFile(checkpoint) : undefined
      const { code } = await runToy([killed, '--resume', '--pause', '15'], async () => {
        // a while behind a checkpoint that this run wrote
        while (!existsSync(checkpoint) || before?.equals(await readFile(checkpoint).catch(() => before))) await sleep(2)
        await sleep(wait)
      })
      if (code === null) kills++
    }
    expect(kills).toBeGreaterThanOrEqual(2)
    // what a kill in the middle of writing leaves
    const host = hostname().replaceAll(/[^\w-]/g, '_')
    const leftover = `.checkpoint.safetensors.${host}.999999999.1.0f8fad5b-d9cb-469f-a165-70867728950e.partial`
    await writeFile(join(killed, leftover), 'half')
    expect(await runToy([killed, '--resume'])).toEqual({ code: 0, stderr: '' })
    const expected = await filesOf(whole)
    const resumed = await filesOf(killed)
    expect(Object.keys(resumed)).toEqual(['best.safetensors', 'checkpoint.safetensors', 'metrics.jsonl'])
    expect(resumed).toEqual(expected)
    // and once more, when nothing is left to do
    expect((await runToy([killed, '--resume'])).code).toBe(0)
    expect((await filesOf(killed))['metrics.jsonl']).toEqual(expected['metrics.jsonl'])
  })
})

interface Batch {
  readonly x: Tensor
  readonly y: Tensor
}

const line: BatchSource<Batch> = {
  specs: { x: spec([4]), y: spec([4]) },
  fill: (index, { x, y }) => {
    x.set(normal(foldIn(randomKey(3), index), 4) as never)
    x.forEach((value, i) => {
      y[i] = 2 * Number(value) + 1
    })
  },
}

type Weights = { readonly slope: Tensor; readonly offset: Tensor }
type Options = FitOptions<Weights, object, Batch, AdamState>

const options = (name: string, changes: Partial<Options> = {}): Options => ({
  objective: ({ parameters: { slope, offset } }, { x, y }) => ({
    loss: x.mul(slope).add(offset).sub(y).square().mean(),
    statistics: {},
  }),
  initial: { parameters: { slope: zeros([]), offset: zeros([]) }, statistics: {} },
  batches: line,
  key: randomKey(3),
  steps: 40,
  optimizer: ({ learningRate }) => adam({ learningRate }),
  schedule: constantRate(0.1),
  folder: join(folder, name),
  logEvery: 10,
  checkpointEvery: 15,
  ...changes,
})

describe('fit', () => {
  it('fits a line and writes metrics as lines of JSON', async () => {
    const { variables, step, ended, lines } = await fit(options('line', { steps: 300 }))
    expect(variables.parameters.slope.item()).toBeCloseTo(2, 1)
    expect(variables.parameters.offset.item()).toBeCloseTo(1, 1)
    expect([step, ended, lines.length]).toEqual([300, 'steps', 30])
    const [first] = (await readFile(join(folder, 'line/metrics.jsonl'), 'utf8')).split('\n')
    const parsed = JSON.parse(first!)
    expect(parsed).toEqual({
      step: 10,
      kind: 'training',
      loss: expect.any(Number),
      gradientNorm: expect.any(Number),
      learningRate: 0.1,
    })
    expect(lines[0]).toEqual({
      step: 10,
      kind: 'training',
      values: { loss: parsed.loss, gradientNorm: parsed.gradientNorm, learningRate: 0.1 },
    })
  })

  it('stops at a loss that is NaN, names the step and the cause, and keeps the last good checkpoint', async () => {
    const spoilt: BatchSource<Batch> = {
      ...line,
      fill: (index, into) => {
        line.fill(index, into)
        if (index === 33) into.x[2] = Number.NaN as never
      },
    }
    await expect(fit(options('nan', { batches: spoilt }))).rejects.toMatchObject({
      code: 'runtime',
      message: expect.stringMatching(
        /the loss is NaN in step 34: its batch holds NaN or infinities in x; mend the data source; the state after step 30 is kept in .*checkpoint/,
      ),
      details: { step: 34, faultyInput: 'x' },
    })
    const { metadata } = await readSafetensors(join(folder, 'nan/checkpoint.safetensors'))
    expect(JSON.parse(metadata['quadrupole.position']!).step).toBe(30)
    // with the source mended it goes on
    expect((await fit(options('nan', { resume: true }))).step).toBe(40)
  })

  it('stops where the loss diverges, and says so', async () => {
    const steep: Partial<Options> = {
      objective: ({ parameters: { slope, offset } }, { x }) => ({
        loss: slope.add(1).mul(1e3).exp().mul(x.square().mean().add(offset.square())),
        statistics: {},
      }),
    }
    await expect(fit(options('steep', steep))).rejects.toMatchObject({
      code: 'runtime',
      message: expect.stringMatching(/is (NaN|Infinity) in step 1: its batch is finite; lower the learning rate/),
    })
  })

  it('ends early when nothing better is found, and keeps the best', async () => {
    const scores = [0.1, 0.5, 0.4, Number.NaN, 0.3, 0.9]
    const early: Partial<Options> = {
      steps: 60,
      evaluation: {
        every: 10,
        monitor: 'score',
        patience: 3,
        evaluate: async ({ parameters }, step) => ({ score: scores[step / 10 - 1]!, slope: parameters.slope.item() }),
      },
    }
    const result = await fit(options('early', early))
    expect(result).toMatchObject({ ended: 'patience', step: 50, best: { step: 20, value: 0.5 } })
    const slopeAt = (step: number) =>
      result.lines.find(each => each.kind === 'evaluation' && each.step === step)!.values.slope
    const { tensors, metadata } = await readSafetensors(join(folder, 'early/best.safetensors'))
    expect(tensors.slope!.item()).toBe(slopeAt(20))
    expect(metadata).toEqual({ format: 'pt', step: '20', score: '0.5' })
    expect(await fit(options('early', { ...early, resume: true }))).toMatchObject({ ended: 'patience', step: 50 })
  })

  it('shows the averaged weights to evaluations and gives them back', async () => {
    const seen: number[] = []
    const { variables } = await fit(
      options('average', {
        averageDecay: 0.9,
        evaluation: {
          every: 40,
          evaluate: async ({ parameters }) => {
            seen.push(parameters.slope.item())
            return {}
          },
        },
      }),
    )
    const { tensors } = await readSafetensors(join(folder, 'average/checkpoint.safetensors'))
    expect(seen).toEqual([tensors['average.slope']!.item()])
    expect(variables.parameters.slope.item()).toBe(seen[0])
    expect(tensors['parameters.slope']!.item()).not.toBe(seen[0])
  })

  it('is stopped by a signal after the step that runs, and goes on from there to the same bits', async () => {
    const stop = new AbortController()
    let filled = 0
    const stopping: BatchSource<Batch> = {
      ...line,
      fill: (index, into) => {
        line.fill(index, into)
        if (++filled === 12) stop.abort()
      },
    }
    await expect(fit(options('stopped', { batches: stopping, signal: stop.signal }))).rejects.toMatchObject({
      code: 'cancelled',
      message: expect.stringMatching(/stopped after step \d+; resume it from/),
    })
    await fit(options('stopped', { resume: true }))
    await fit(options('unstopped'))
    expect(await filesOf(join(folder, 'stopped'))).toEqual(await filesOf(join(folder, 'unstopped')))
  })

  it('refuses to begin where a training is, and to go on with other values or data', async () => {
    await fit(options('held', { fingerprint: { optimizer: { weightDecay: 0 }, seed: 1 } }))
    await expect(fit(options('held'))).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('holds a training at step 40; resume it or choose another folder'),
    })
    const other = { fingerprint: { optimizer: { weightDecay: 0.1 }, seed: 1 }, resume: true }
    await expect(fit(options('held', other))).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining("can't be resumed: optimizer.weightDecay was 0, is 0.1; restore the values"),
    })
    const moved = { fingerprint: { optimizer: { weightDecay: 0 }, seed: 1 }, resume: true, key: randomKey(4) }
    await expect(fit(options('held', moved))).rejects.toThrow('key was "3 0", is "4 0"')
  })

  it('refuses a checkpoint of another model, and a file that is none', async () => {
    await fit(options('model'))
    const larger = { parameters: { slope: zeros([2]), offset: zeros([]) }, statistics: {} }
    await expect(fit(options('model', { initial: larger, resume: true }))).rejects.toMatchObject({
      code: 'format',
      message: expect.stringContaining('parameters.slope is float32 [], expected float32 [2]'),
    })
    await writeFile(join(folder, 'model/checkpoint.safetensors'), 'nothing of the kind')
    await expect(fit(options('model', { resume: true }))).rejects.toMatchObject({ code: 'format' })
  })

  it('tells what a batch, an evaluation and a folder refuse', async () => {
    const dry: BatchSource<Batch> = {
      ...line,
      fill: index => {
        if (index === 3) throw new RangeError('dry')
      },
    }
    await expect(fit(options('dry', { batches: dry }))).rejects.toThrow('dry')
    const wrong = { every: 5, monitor: 'auroc', evaluate: async () => ({ loss: 1 }) }
    await expect(fit(options('monitor', { evaluation: wrong }))).rejects.toMatchObject({
      code: 'config',
      message: "train.fit: the evaluation gives no 'auroc' to monitor; it gives loss",
    })
    await writeFile(join(folder, 'file'), '')
    await expect(fit(options('file/run'))).rejects.toMatchObject({ code: 'io' })
    await expect(fit(options('zero', { logEvery: 0 }))).rejects.toThrow('expected a positive integer logEvery, got 0')
  })

  it('reports after evaluations and checkpoints', async () => {
    const reports: number[] = []
    const report: Options['report'] = async lines => {
      reports.push(lines.at(-1)!.step)
    }
    await fit(options('report', { report, evaluation: { every: 20, evaluate: async () => ({ x: tensor(1).item() }) } }))
    expect(reports).toEqual([10, 20, 30, 40])
  })
})
