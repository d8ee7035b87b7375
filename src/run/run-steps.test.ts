import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorkerPool, QuadrupoleError, randomKey, readManifest, textProgress, uniform } from '../core/index.ts'
import { claimEntry } from './claim.ts'
import { collectGarbage, createStep, planSteps, planText, runSteps, type Step, type StepSource } from './index.ts'

/** Parts of the names of claims and of folders in the making. */
const host = hostname().replaceAll(/[^\w-]/g, '_')
const uuid = '0b8c9a1e-0000-4000-8000-000000000000'

let folder: string
let cache: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-run-'))
  cache = join(folder, 'cache')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A step that writes its configuration and what came before, and counts its runs. */
const runs: string[] = []
beforeEach(() => {
  runs.length = 0
})
const step = (name: string, source: Partial<StepSource> = {}): Step =>
  createStep({
    name,
    async run({ folder, outputs }) {
      runs.push(name)
      const before = await Promise.all(Object.values(outputs).map(output => readFile(join(output, 'text'), 'utf8')))
      await writeFile(join(folder, 'text'), [...before, name].join('+'))
    },
    ...source,
  })

const failure = async (promise: Promise<unknown>): Promise<QuadrupoleError> => {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof QuadrupoleError)) throw error
  return error
}

/** One hash of all files below a folder: their paths and contents. */
async function treeHash(root: string): Promise<string> {
  const hash = createHash('sha256')
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  for (const path of files.sort()) hash.update(path.slice(root.length)).update(await readFile(path))
  return hash.digest('hex')
}

describe('runSteps', () => {
  it('runs each step once, after those that it needs, and gives the folders of its targets', async () => {
    const first = step('first')
    const [left, right] = [step('left', { after: { first } }), step('right', { after: { first } })]
    const [last, again] = await runSteps([step('last', { after: { left, right } }), first], { cache })
    expect(await readFile(join(last!, 'text'), 'utf8')).toBe('first+left+first+right+last')
    expect(await readFile(join(again!, 'text'), 'utf8')).toBe('first')
    expect(runs.toSorted()).toEqual(['first', 'last', 'left', 'right'])
  })

  it('runs nothing again, and only what a change reaches', async () => {
    const graph = (rate: number) => {
      const noise = step('noise', { configuration: { seconds: 8 } })
      const signals = step('signals', { configuration: { rate } })
      return [step('search', { after: { noise, signals } })]
    }
    const [before] = await runSteps(graph(1), { cache })
    expect(await runSteps(graph(1), { cache })).toEqual([before])
    expect(runs).toHaveLength(3)
    const [after] = await runSteps(graph(2), { cache })
    expect(after).not.toBe(before)
    expect(runs.slice(3)).toEqual(['signals', 'search'])
  })

  it('counts configuration, version, seed, name and the content of inputs, not their path', async () => {
    const entryOf = async (source: Partial<StepSource>, name = 'a') => {
      const { steps } = await planSteps([step(name, source)], { cache })
      return steps[0]!.entry
    }
    const [one, same, other] = ['1', '2', '3'].map(name => join(folder, name))
    await writeFile(one!, 'strain')
    await writeFile(same!, 'strain')
    await writeFile(other!, 'other strain')
    const inputs = [one!]
    const base = await entryOf({ inputs })
    expect(await entryOf({ inputs: [same!] })).toBe(base)
    expect(await entryOf({ inputs, cost: 60 })).toBe(base)
    const others = [
      await entryOf({ inputs: [other!] }),
      await entryOf({ inputs }, 'b'),
      await entryOf({ inputs, version: '2' }),
      await entryOf({ inputs, seed: 1 }),
      await entryOf({ inputs, configuration: { a: 1 } }),
      await entryOf({ inputs, after: { x: step('x') } }),
    ]
    expect(new Set([base, ...others]).size).toBe(7)
  })

  it('needs nothing of what came before a step that is done', async () => {
    const first = step('first')
    const last = step('last', { after: { first } })
    const [folderOfFirst] = await runSteps([first, last], { cache })
    await rm(folderOfFirst!, { recursive: true })
    await runSteps([last], { cache })
    expect(runs).toEqual(['first', 'last'])
  })

  it('puts a manifest into each outcome, which two runs write alike', async () => {
    const input = join(folder, 'strain')
    await writeFile(input, 'strain')
    const first = step('first', { inputs: [input], configuration: { rate: 2048 }, seed: 3n })
    const [made] = await runSteps([step('last', { after: { first } })], { cache })
    await runSteps([step('last', { after: { first } })], { cache: join(folder, 'other') })
    expect(await treeHash(cache)).toBe(await treeHash(join(folder, 'other')))
    const { steps } = await planSteps([first], { cache })
    const manifest = await readManifest(join(cache, steps[0]!.entry, 'manifest.json'))
    expect(manifest).toMatchObject({
      command: 'first',
      seed: 3,
      configuration: { version: '1', configuration: { rate: 2048 }, after: {} },
      inputs: [{ path: input, bytes: 6 }],
    })
    const last = await readManifest(join(made!, 'manifest.json'))
    expect(last.configuration).toMatchObject({ after: { first: steps[0]!.entry } })
  })

  it('runs so many at a time, on the pool it is given', async () => {
    await using pool = createWorkerPool({ size: 2 })
    let [running, most] = [0, 0]
    const steps = Array.from({ length: 7 }, (_, i) =>
      step(`s${i}`, {
        async run(context) {
          expect(context.pool).toBe(pool)
          most = Math.max(most, ++running)
          await sleep(10)
          running--
        },
      }),
    )
    await runSteps(steps, { cache, pool })
    expect(most).toBe(2)
    await runSteps(steps, { cache: join(folder, 'other'), pool, concurrency: 5 })
    expect(most).toBe(5)
  })

  it('reports progress, in the names of the steps', async () => {
    const lines: string[] = []
    const work = step('work', {
      run({ progress }) {
        progress.begin('windows', { total: 3 }).finish()
      },
    })
    const progress = textProgress({ write: text => lines.push(text) > 0 })
    await runSteps([work, step('more')], { cache, progress })
    expect(lines).toEqual([
      expect.stringContaining('work: windows: 0 of 3 steps'),
      expect.stringContaining('steps: 2 of 2 steps (100 %)'),
    ])
  })

  it('names the step that fails, starts no other, tells those that run, and leaves no part of it', async () => {
    let told = false
    const slow = step('slow', {
      async run({ signal }) {
        await once(signal, 'abort')
        told = true
      },
    })
    const broken = step('broken', {
      async run({ folder }) {
        await writeFile(join(folder, 'half'), 'half')
        throw new QuadrupoleError('data', 'search.run: strain is NaN', { details: { gps: 5 } })
      },
    })
    const later = step('later', { after: { broken } })
    const error = await failure(runSteps([slow, later, broken, step('last')], { cache, concurrency: 2 }))
    expect([error.code, error.message]).toEqual(['data', "step 'broken': search.run: strain is NaN"])
    expect(error.details).toEqual({ gps: 5, step: 'broken' })
    expect(told).toBe(true)
    expect(runs).toEqual([])
    expect(await readdir(cache)).toEqual([])
  })

  it('names the step of any other error, and the remedy of one of the system', async () => {
    const broken = step('broken', { run: () => Promise.reject(new RangeError('out of range')) })
    expect(await failure(runSteps([broken], { cache }))).toMatchObject({
      code: 'runtime',
      message: "step 'broken': out of range",
    })
    const lost = step('lost', { run: ({ folder }) => writeFile(join(folder, 'no', 'file'), '') })
    expect((await failure(runSteps([lost], { cache }))).message).toMatch(/^step 'lost': can't use .*no such file/)
    const blind = step('blind', { inputs: [join(folder, 'none')] })
    expect((await failure(runSteps([blind], { cache }))).message).toMatch(/^step 'blind': .*can't read .*none: no such/)
    await writeFile(join(folder, 'file'), '')
    expect((await failure(runSteps([], { cache: join(folder, 'file', 'x') }))).code).toBe('io')
  })

  it('is cancelled by its signal and goes on from there', async () => {
    const controller = new AbortController()
    const first = step('first')
    const stopped = step('second', {
      after: { first },
      async run({ signal }) {
        controller.abort(new Error('enough'))
        signal.throwIfAborted()
      },
    })
    const error = await failure(runSteps([stopped], { cache, signal: controller.signal }))
    expect([error.code, error.cause]).toEqual(['cancelled', new Error('enough')])
    await runSteps([step('second', { after: { first } })], { cache })
    expect(runs).toEqual(['first', 'second'])
  })

  it('keeps the scratch of a step that failed until it is done', async () => {
    const counting = (stop: number) =>
      step('counting', {
        async run({ folder, scratch }) {
          const path = join(await scratch(), 'count')
          let count = Number(await readFile(path, 'utf8').catch(() => '0'))
          for (; count < 4; count++) {
            if (count === stop) throw new Error('stopped')
            runs.push(String(count))
            await writeFile(path, String(count + 1))
          }
          await writeFile(join(folder, 'count'), String(count))
        },
      })
    await failure(runSteps([counting(2)], { cache }))
    await runSteps([counting(9)], { cache })
    expect(runs).toEqual(['0', '1', '2', '3'])
    expect((await readdir(cache)).filter(name => name.startsWith('.'))).toEqual([])
  })

  it('removes what a killed run has left of a step', async () => {
    const { steps } = await planSteps([step('a')], { cache })
    const { entry } = steps[0]!
    await mkdir(join(cache, `.${entry}.${uuid}.partial`), { recursive: true })
    await mkdir(join(cache, entry))
    await writeFile(join(cache, entry, 'left'), '')
    await runSteps([step('a')], { cache })
    expect((await readdir(cache, { recursive: true })).sort()).toEqual([
      entry,
      join(entry, 'manifest.json'),
      join(entry, 'text'),
    ])
  })

  it.each([
    [{ name: 'a b' }, "run.createStep: 'a b': expected a name of 1 to 100 letters, digits, - and _"],
    [{ name: 'a', cost: -1 }, 'expected a cost in seconds, got -1'],
  ])('refuses the step %j', (source, message) => {
    expect(() => createStep({ run() {}, ...source })).toThrow(message)
  })
})

describe('planSteps', () => {
  it('lists what would run, and its cost, without doing anything', async () => {
    const first = step('first', { cost: 90 })
    const last = step('last', { after: { first }, cost: 30 })
    const plan = await planSteps([last], { cache })
    expect(plan).toMatchObject({ done: 0, cost: 120, steps: [{ name: 'first', isDone: false }, { name: 'last' }] })
    expect(existsSync(cache)).toBe(false)
    await runSteps([first], { cache })
    const then = await planSteps([last], { cache })
    expect(then).toMatchObject({ done: 1, cost: 30 })
    expect(planText(then)).toBe('first  done\nlast   30 s\n1 of 2 steps done, about 30 s to go')
    expect(runs).toEqual(['first'])
  })
})

describe('collectGarbage', () => {
  it('removes what killed runs left, and outcomes that are not to be kept, but nothing else', async () => {
    const first = step('first')
    const last = step('last', { after: { first } })
    const old = step('old')
    const [, outcome] = await runSteps([last, old], { cache })
    await mkdir(join(cache, 'mine'))
    await writeFile(join(cache, 'notes.txt'), '')
    const entry = outcome!.slice(cache.length + 1)
    const partial = `.${entry}.${uuid}.partial`
    await mkdir(join(cache, partial))
    const unfinished = '.late-0123456789abcdef0123'
    for (const name of [`.${entry}.scratch`, `${unfinished}.scratch`]) await mkdir(join(cache, name))
    const claim = `${unfinished}.${host}.${2 ** 22 + 1}.5.${uuid}.claim`
    await writeFile(join(cache, claim), '')
    expect(await collectGarbage(cache)).toEqual([claim, partial, `.${entry}.scratch`])
    expect(await collectGarbage(cache, { keep: [last] })).toEqual([`${unfinished}.scratch`, entry])
    const left = await readdir(cache)
    expect(left.filter(name => /^(first|last)-/.test(name))).toHaveLength(2)
    expect(left.filter(name => !/^(first|last)-/.test(name)).sort()).toEqual(['mine', 'notes.txt'])
  })

  it('leaves what a live process works on', async () => {
    const [outcome] = await runSteps([step('old')], { cache })
    const claim = await claimEntry(cache, outcome!.slice(cache.length + 1))
    expect(await collectGarbage(cache, { keep: [] })).toEqual([])
    await claim!.release()
    expect(await collectGarbage(cache, { keep: [] })).toHaveLength(1)
  })
})

describe('a claim', () => {
  const entry = 'a-0123456789abcdef0123'
  beforeEach(() => mkdir(cache))

  it('is given to one at a time', async () => {
    const claim = await claimEntry(cache, entry)
    expect(claim).toBeDefined()
    expect(await claimEntry(cache, entry)).toBeUndefined()
    expect(await claimEntry(cache, 'b-0123456789abcdef0123')).toBeDefined()
    await claim!.release()
    expect(await claimEntry(cache, entry)).toBeDefined()
  })

  it('is never given to two of many that ask at once', async () => {
    let [holders, most, given] = [0, 0, 0]
    const contend = async () => {
      for (let turns = 0; turns < 3; ) {
        const claim = await claimEntry(cache, entry)
        if (claim !== undefined) {
          most = Math.max(most, ++holders)
          await sleep(1)
          holders--
          await claim.release()
          given++
          turns++
        }
        await sleep(20 * Math.random())
      }
    }
    await Promise.all(Array.from({ length: 6 }, contend))
    expect([most, given]).toEqual([1, 18])
  })

  it.each([
    ['of a process that is no more', `${host}.${2 ** 22 + 1}.5`],
    ['of a process whose number another has got', `${host}.${process.pid}.5`],
  ])('%s counts for nothing', async (_, owner) => {
    await writeFile(join(cache, `.${entry}.${owner}.${uuid}.claim`), '')
    expect(await claimEntry(cache, entry)).toBeDefined()
  })

  it.skipIf(process.platform !== 'linux')(
    'of a process that has ended unnoticed by its parent counts for nothing',
    async () => {
      const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'])
      try {
        const [output] = await once(parent.stdout, 'data')
        const pid = Number(String(output))
        const fields = async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ')
        while ((await fields())[0] !== 'Z') await sleep(5)
        await writeFile(join(cache, `.${entry}.${host}.${pid}.${(await fields())[19]}.${uuid}.claim`), '')
        expect(await claimEntry(cache, entry)).toBeDefined()
      } finally {
        parent.kill()
      }
    },
  )

  it('of another machine counts while its file changes', async () => {
    const path = join(cache, `.${entry}.elsewhere.1.5.${uuid}.claim`)
    await writeFile(path, '')
    expect(await claimEntry(cache, entry)).toBeUndefined()
    await utimes(path, new Date(Date.now() - 300_000), new Date(Date.now() - 300_000))
    expect(await claimEntry(cache, entry)).toBeDefined()
  })
})

describe('processes', () => {
  const program = fileURLToPath(new URL('./testing/shards.mjs', import.meta.url))
  let log: string
  let input: string
  beforeEach(async () => {
    log = join(folder, 'log')
    input = join(folder, 'input')
    await writeFile(log, '')
    await writeFile(input, 'strain')
  })
  const start = (into: string): ChildProcess => spawn(process.execPath, [program, into, log, input])
  const end = async (child: ChildProcess): Promise<string> => {
    let output = ''
    child.stdout!.on('data', chunk => {
      output += chunk
    })
    child.stderr!.on('data', chunk => {
      output += chunk
    })
    await once(child, 'close')
    return output
  }
  const logged = async () =>
    (await readFile(log, 'utf8'))
      .trim()
      .split('\n')
      .map(line => line.split(' ')[1]!)

  it('killed at random and run again end with the artefacts of one that ran through', async () => {
    const undisturbed = join(folder, 'undisturbed')
    expect(await end(start(undisturbed))).toBe('manifest.json,sums.json')
    await writeFile(log, '')
    let killed = 0
    for (const delay of uniform(randomKey('kill'), 12, { low: 0, high: 60 })) {
      const before = (await stat(log)).size
      const child = start(cache)
      const ended = end(child)
      // Not before it has begun a step, however slow the machine.
      while (child.exitCode === null && (await stat(log)).size === before) await sleep(2)
      await sleep(delay)
      if (child.exitCode === null && child.kill('SIGKILL')) killed++
      await ended
    }
    expect(await end(start(cache))).toBe('manifest.json,sums.json')
    expect(killed).toBeGreaterThan(4)
    expect(await treeHash(cache)).toBe(await treeHash(undisturbed))
    // Killed steps were begun anew, finished ones were not.
    const begun = await logged()
    expect(begun.length).toBeGreaterThan(11)
    expect(begun.filter(name => name === 'merged').length).toBeGreaterThan(0)
  })

  it('that run at once make each step once', async () => {
    const outputs = await Promise.all([end(start(cache)), end(start(cache)), end(start(cache))])
    expect(outputs).toEqual(Array(3).fill('manifest.json,sums.json'))
    const begun = await logged()
    expect(begun.toSorted()).toEqual([...new Set(begun)].toSorted())
    expect(begun).toHaveLength(11)
    expect((await readdir(cache)).filter(name => name.startsWith('.'))).toEqual([])
  })

  it('take over from one that was killed, at once', async () => {
    const first = start(cache)
    while ((await logged()).length < 4) await sleep(5)
    first.kill('SIGKILL')
    const began = performance.now()
    expect(await end(start(cache))).toBe('manifest.json,sums.json')
    expect(performance.now() - began).toBeLessThan(20_000)
  })
})
