import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readManifest } from '../core/index.ts'
import { loadNetwork } from '../search/index.ts'
import { readSafetensors } from '../train/index.ts'
import { runCli } from './program.ts'

let folder: string
let config: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-train-'))
  config = join(folder, 'tiny.toml')
  await writeFile(config, tiny)
})
afterAll(() => rm(folder, { recursive: true }))

const tiny = `
seed = 2

[model]
kind = "resnet"
blocks = [1]
width = 4
norm = { groups = 2 }

[data]
kind = "chirps"
window = 256
mergerRange = [0.1, 0.2]

[training]
steps = 12
batch = 8
averageDecay = 0.9
checkpointEvery = 5
logEvery = 4
threads = 1

[evaluation]
every = 6
batches = 3
`

/** Runs the command line on in-memory streams; the temporary folder's name is left out. */
async function train(...args: string[]) {
  const written = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[name] += text
      return true
    },
  })
  const exit = await runCli(['train', ...args], { stdout: stream('stdout'), stderr: stream('stderr') })
  return { exit, stdout: written.stdout.replaceAll(folder, 'DIR'), stderr: written.stderr.replaceAll(folder, 'DIR') }
}

const filesOf = async (path: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(path)).toSorted().map(async name => [name, (await readFile(join(path, name))).toString('base64')]),
    ),
  )

describe('quad train', () => {
  it('leaves a model that can be used, its card, its curves and how it came about', async () => {
    const out = join(folder, 'one')
    const { exit, stdout } = await train(config, '--out', out, '--json')
    expect(exit).toBe(0)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ steps: 12, ended: 'steps', model: 'DIR/one/model.onnx', page: 'DIR/one/index.html' })
    expect([6, 12]).toContain(result.step)
    for (const name of ['loss', 'auroc', 'partialAuroc', 'efficiency'])
      expect(result.scores[name]).toBeGreaterThanOrEqual(0)
    const names = await readdir(out)
    for (const name of [
      'checkpoint.safetensors',
      'best.safetensors',
      'weights.safetensors',
      'metrics.jsonl',
      'config.toml',
    ])
      expect(names).toContain(name)
    expect((await readManifest(join(out, 'manifest.json'))).configuration).toMatchObject({ training: { steps: 12 } })
    const card = JSON.parse(await readFile(join(out, 'model.json'), 'utf8'))
    expect(card).toMatchObject({ sampleRate: 1024, window: 256, detectors: ['H1', 'L1'], scores: result.scores })
    // what `quad look` needs of a network
    const network = await loadNetwork(join(out, 'model.onnx'))
    expect(await network.run(new Float32Array(3 * 2 * 256), 3)).toHaveLength(3)
    await network.dispose()
  })

  it('gives the same bits whether it runs through, is resumed, or makes its batches by more threads', async () => {
    const whole = await filesOf(join(folder, 'one'))
    const out = join(folder, 'two')
    // a full disk, a kill: what is left is a checkpoint, here that of step 5
    const stopped = await train(config, '--out', out, '--set', 'training.steps=5')
    expect(stopped.exit).toBe(0)
    const refused = await train(config, '--out', out, '--resume')
    expect([refused.exit, refused.stderr.trim()]).toEqual([
      3,
      expect.stringContaining('training.steps was 5, is 12; restore the values or begin anew in another folder'),
    ])
    // and the folder still tells of the training that it holds
    expect(await readFile(join(out, 'config.toml'), 'utf8')).toContain('steps = 5\n')
    const again = await train(config, '--out', join(folder, 'three'), '--set', 'training.workers=2')
    expect(again.exit).toBe(0)
    const three = await filesOf(join(folder, 'three'))
    for (const name of Object.keys(whole))
      if (!['config.toml', 'manifest.json', 'index.html'].includes(name))
        expect([name, three[name] === whole[name]]).toEqual([name, true])
    const resumed = await train(config, '--out', join(folder, 'one'), '--resume')
    expect(resumed.exit).toBe(0)
    expect(await filesOf(join(folder, 'one'))).toEqual(whole)
  })

  it('prints every value in force and ends', async () => {
    const { exit, stdout } = await train(config, '--print-config', '--set', 'schedule.kind=constant')
    expect(exit).toBe(0)
    expect(stdout).toContain('[schedule]\nkind = "constant"\nlearningRate = 0.001\n')
    expect(stdout).toContain('groups = 2\n')
    expect(await readdir(folder)).not.toContain('runs')
  })

  it('begins with weights that were trained before', async () => {
    const weights = join(folder, 'one', 'weights.safetensors')
    const { exit, stdout } = await train(
      config,
      '--out',
      join(folder, 'four'),
      '--json',
      ...['training.steps=1', 'schedule.learningRate=1e-12', `training.initialWeights=${weights}`].flatMap(set => [
        '--set',
        set,
      ]),
    )
    expect(exit).toBe(0)
    const before = JSON.parse(await readFile(join(folder, 'one', 'model.json'), 'utf8')).scores
    expect(JSON.parse(stdout).scores.loss).toBeCloseTo(before.loss, 6)
    expect((await readManifest(join(folder, 'four', 'manifest.json'))).inputs).toHaveLength(1)
  })

  it.each([
    { set: ['training.setps=3'], exit: 3, said: "set training.setps=3: training: unknown key 'setps'" },
    {
      set: ['data.band=[35, 900]'],
      exit: 3,
      said: 'data.band ends at 900 Hz, not below half the sample rate of 1024 Hz',
    },
    { set: ['model.taps=4'], exit: 3, said: 'model: nn.resNet1d: expected odd taps, got 4' },
    {
      set: ['model={ kind = "coherent-cnn" }', 'data.window=64', 'data.mergerRange=[0, 0.05]'],
      exit: 3,
      said: '64 samples are too few',
    },
    {
      set: ['evaluation.monitor=f1'],
      exit: 3,
      said: "gives no 'f1' to monitor; it gives loss, auroc, partialAuroc, efficiency",
    },
    { set: ['training.initialWeights=none.safetensors'], exit: 10, said: "can't read none.safetensors" },
  ])('refuses $set with exit code $exit', async ({ set, exit, said }) => {
    const run = await train(config, '--out', join(folder, 'refused'), ...set.flatMap(each => ['--set', each]))
    expect(run.stdout).toBe('')
    expect(run.stderr.split('\n').filter(line => line.startsWith('error: '))).toEqual([expect.stringContaining(said)])
    expect(run.exit).toBe(exit)
    await rm(join(folder, 'refused'), { recursive: true, force: true })
  })

  it('stops at a loss that is no number, says in which step, and keeps the last good checkpoint', async () => {
    const { exit, stdout, stderr } = await train(
      config,
      '--out',
      join(folder, 'diverged'),
      ...['schedule={ kind = "constant", learningRate = 1e30 }', 'training.checkpointEvery=1'].flatMap(set => [
        '--set',
        set,
      ]),
    )
    expect([exit, stdout]).toEqual([5, ''])
    const [error, ...more] = stderr.split('\n').filter(line => line.startsWith('error: '))
    expect(more).toEqual([])
    const [, step, kept] =
      /^error: train\.fit: the (?:loss|gradient's norm) is (?:NaN|-?Infinity) in step (\d+): its batch is finite; lower the learning rate \(1\.00e\+30 there\) or clip gradients; the state after step (\d+) is kept in DIR\/diverged\/checkpoint\.safetensors$/.exec(
        error!,
      ) ?? []
    expect([error, Number(step)]).toEqual([error, Number(kept) + 1])
    const { tensors, metadata } = await readSafetensors(join(folder, 'diverged/checkpoint.safetensors'))
    expect(JSON.parse(metadata['quadrupole.position']!).step).toBe(Number(kept))
    for (const [name, values] of Object.entries(tensors))
      expect([name, Array.from(values.data, Number).every(Number.isFinite)]).toEqual([name, true])
  })

  it('refuses a configuration that is not there', async () => {
    const { exit, stderr } = await train(join(folder, 'none.toml'))
    expect([exit, stderr]).toEqual([10, expect.stringContaining("can't read DIR/none.toml")])
  })
})
