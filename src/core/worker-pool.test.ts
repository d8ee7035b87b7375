import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { QuadrupoleError } from './errors.ts'
import type { Logger } from './log.ts'
import { type Key, randomKey } from './random/key.ts'
import { normal } from './random/normal.ts'
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from './worker-pool.ts'
import { workerTask } from './worker-task.ts'

const tasks = new URL('./testing/tasks.mjs', import.meta.url)
const task = <Argument, Result>(name: string) => workerTask<Argument, Result>(tasks, name)
const double = task<number, number>('double')

const pools: WorkerPool[] = []
const open = (options: WorkerPoolOptions) => {
  const pool = createWorkerPool(options)
  pools.push(pool)
  return pool
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map(pool => pool.close({ stopRunning: true })))
})

const failure = async (promise: Promise<unknown>): Promise<QuadrupoleError> => {
  const error = await promise.then(
    value => new Error(`resolved to ${value}`),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof QuadrupoleError)) throw error
  return error
}

const sharedFlag = () => new Int32Array(new SharedArrayBuffer(8))
const isSpinning = async (flag: Int32Array) => {
  while (Atomics.load(flag, 0) === 0) await new Promise(resolve => setTimeout(resolve, 5))
}

const bytes = (words: BigUint64Array<ArrayBufferLike>) => new Uint8Array(words.buffer.slice(0))

describe('a pool', () => {
  it('gives results in the order of the arguments, however long each takes', async () => {
    const pool = open({ size: 2 })
    const later = task<{ value: number; milliseconds: number }, Promise<number>>('doubleLater')
    const waits = [50, 1, 20, 1, 1]
    const results: number[] = await pool.map(
      later,
      waits.map((milliseconds, value) => ({ value, milliseconds })),
    )
    expect(results).toEqual([0, 2, 4, 6, 8])
    expect(await pool.map(double, [])).toEqual([])
  })

  it('starts threads only as far as they are needed', async () => {
    const pool = open({ size: 4 })
    const number = task<undefined, Promise<number>>('threadNumber')
    const first = await pool.run(number, undefined)
    expect(await pool.run(number, undefined)).toBe(first)
  })

  it('makes the same noise in shared memory, bit for bit, with one worker, two workers and none', async () => {
    const key = randomKey(1126259462)
    const fill = task<{ target: Float64Array; key: Key; offset: number; count: number }, void>('fillNormals')
    const length = 100_000
    const fillWith = async (size: number, count: number) => {
      const target = new Float64Array(new SharedArrayBuffer(8 * length))
      const pieces = Array.from({ length: Math.ceil(length / count) }, (_, i) => ({
        target,
        key,
        offset: i * count,
        count: Math.min(count, length - i * count),
      }))
      await open({ size }).map(fill, pieces)
      return new BigUint64Array(target.buffer)
    }
    const here = new BigUint64Array(normal(key, length).buffer)
    expect(Buffer.compare(bytes(await fillWith(1, 10_000)), bytes(here))).toBe(0)
    expect(Buffer.compare(bytes(await fillWith(2, 3_333)), bytes(here))).toBe(0)
  })

  it('moves what is to be transferred, there and back', async () => {
    const pool = open({ size: 1 })
    const buffer = new ArrayBuffer(64)
    expect(await pool.run(task<ArrayBuffer, number>('bytesOf'), buffer, { transfer: [buffer] })).toBe(64)
    expect(buffer.byteLength).toBe(0)
    const buffers = [new ArrayBuffer(8), new ArrayBuffer(16)]
    expect(await pool.map(task<ArrayBuffer, number>('bytesOf'), buffers, { transfer: each => [each] })).toEqual([8, 16])
    expect(buffers.map(each => each.byteLength)).toEqual([0, 0])
    expect(await pool.run(task<number, Float64Array>('moveResult'), 3)).toEqual(new Float64Array([1, 1, 1]))
    expect(await pool.run(task<undefined, number>('lengthOfMoved'), undefined)).toBe(0)
  })

  it('takes arguments from the iterable only as threads become free', async () => {
    let taken = 0
    const source = function* () {
      for (let i = 0; i < 20; i++) {
        taken++
        yield i
      }
    }
    const mapped = open({ size: 2 }).map(double, source())
    expect(taken).toBe(2)
    expect(await mapped).toHaveLength(20)
    expect(taken).toBe(20)
  })

  it('does not keep the process alive when idle', () => {
    const script = fileURLToPath(new URL('./testing/idle-pool.mjs', import.meta.url))
    const { status, stdout } = spawnSync(process.execPath, [script], { timeout: 20_000, encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '2,4,6' })
  })

  it('refuses a size below one and an address that is not absolute', () => {
    expect(() => createWorkerPool({ size: 0 })).toThrow(
      /core.createWorkerPool: expected a positive integer size, got 0/,
    )
    expect(() => workerTask('./x.js', 'f')).toThrow(/core.workerTask: expected an absolute URL, got '.\/x.js'/)
  })
})

describe('an error in a task', () => {
  it('that is of this package comes back with its code, details, stack and cause', async () => {
    const error = await failure(open({ size: 1 }).run(task('throwQuadrupoleError'), undefined))
    expect(error).toMatchObject({ code: 'data', message: 'strain has gaps' })
    expect(error.details).toEqual({ gaps: 3, check: '[Function: check]' })
    expect(error.stack).toMatch(/throwQuadrupoleError .*tasks\.mjs/)
    expect(error.cause).toMatchObject({ name: 'RangeError', message: 'the root' })
  })

  it('of any other kind is the cause of a worker error that names it', async () => {
    const error = await failure(open({ size: 1 }).run(task('throwTypeError'), undefined))
    expect(error).toMatchObject({ code: 'worker', details: { task: 'throwTypeError', module: String(tasks) } })
    expect(error.message).toMatch(
      /task 'throwTypeError' \(file:.*\) threw TypeError: Cannot read properties of undefined/,
    )
    expect(error.cause).toBeInstanceOf(Error)
    expect((error.cause as Error).name).toBe('TypeError')
    expect((error.cause as Error).stack).toMatch(/throwTypeError .*tasks\.mjs/)
  })

  it('keeps several causes', async () => {
    const { cause } = await failure(open({ size: 1 }).run(task('throwAggregate'), undefined))
    expect(cause).toBeInstanceOf(AggregateError)
    expect((cause as AggregateError).errors).toMatchObject([{ name: 'RangeError', message: 'one' }, 'two'])
  })

  it('may be no Error at all, hold what no clone can, or be its own cause', async () => {
    const pool = open({ size: 1 })
    const value = await failure(pool.run(task('throwValue'), undefined))
    expect(value.message).toMatch(/threw { reason: 'not an Error' }, which is no Error/)
    expect(value.cause).toEqual({ reason: 'not an Error' })
    expect((await failure(pool.run(task('throwFunction'), undefined))).cause).toBe('[Function (anonymous)]')
    expect((await failure(pool.run(task('throwCycle'), undefined))).cause).toMatchObject({ message: 'round' })
  })

  it('leaves the thread to the next task', async () => {
    const pool = open({ size: 1 })
    const number = task<undefined, Promise<number>>('threadNumber')
    const before = await pool.run(number, undefined)
    await failure(pool.run(task('throwTypeError'), undefined))
    expect(await pool.run(number, undefined)).toBe(before)
  })

  it('in a map is that of the first failing argument, and nothing more is started', async () => {
    const pool = open({ size: 3 })
    await pool.map(double, [1, 2, 3])
    let taken = 0
    const source = function* () {
      for (let value = 0; value < 100; value++) {
        taken++
        yield { value, limit: 0 }
      }
    }
    // Value 2 fails before value 1 does.
    const error = await failure(pool.map(task<{ value: number; limit: number }, number>('failAbove'), source()))
    expect(error.message).toBe('value 1')
    expect(taken).toBe(3)
    await expect(
      pool.map(
        double,
        (function* () {
          yield 1
          throw new RangeError('no more arguments')
        })(),
      ),
    ).rejects.toThrow('no more arguments')
  })

  it('that is no task, no module or no message says so', async () => {
    const pool = open({ size: 1 })
    expect(await failure(pool.run(task('missing'), undefined))).toMatchObject({
      code: 'argument',
      message: expect.stringMatching(/expected a function 'missing' in file:.*, which exports .*double/),
    })
    expect((await failure(pool.run(task('notATask'), undefined))).code).toBe('argument')
    const nowhere = workerTask<undefined, void>(new URL('./nowhere.mjs', import.meta.url), 'f')
    expect(await failure(pool.run(nowhere, undefined))).toMatchObject({
      code: 'worker',
      cause: { code: 'ERR_MODULE_NOT_FOUND' },
    })
    const unsendable = await failure(pool.run(task<() => void, void>('double'), () => {}))
    expect(unsendable).toMatchObject({ code: 'argument', cause: { name: 'DataCloneError' } })
    const unreturnable = await failure(pool.run(task('returnFunction'), undefined))
    expect(unreturnable).toMatchObject({ code: 'worker', message: expect.stringMatching(/can't be sent back/) })
    expect(await pool.run(double, 4)).toBe(8)
  })

  it('of an argument that can not be sent leaves a new thread to the next task', async () => {
    const pool = open({ size: 1 })
    expect((await failure(pool.run(task<() => void, void>('double'), () => {}))).code).toBe('argument')
    expect(await pool.run(double, 4)).toBe(8)
  })

  it('is not made of messages that a task posts by itself', async () => {
    expect(await open({ size: 1 }).run(task<undefined, string>('chatter'), undefined)).toBe('result')
  })
})

describe('a worker that dies', () => {
  const survives = async (pool: WorkerPool) => expect(await pool.map(double, [1, 2, 3])).toEqual([2, 4, 6])

  it('by process.exit fails its task with the exit code and is replaced', async () => {
    const pool = open({ size: 1 })
    const queued = [pool.run(task<number, never>('exit'), 3), pool.run(double, 21)] as const
    const error = await failure(queued[0])
    expect(error).toMatchObject({ code: 'worker', details: { exitCode: 3, task: 'exit' } })
    expect(error.message).toMatch(/exited with code 3; a task must return or throw/)
    expect(await queued[1]).toBe(42)
    expect((await failure(pool.run(task<number, never>('exit'), 0))).details).toMatchObject({ exitCode: 0 })
    await survives(pool)
  })

  it('of an uncaught error or rejection fails its task with that error and its stack', async () => {
    const pool = open({ size: 2 })
    const [thrown, rejected] = await Promise.all([
      failure(pool.run(task('throwOutside'), undefined)),
      failure(pool.run(task('rejectOutside'), undefined)),
    ])
    expect(thrown.message).toMatch(/died of an uncaught SyntaxError: from a timer/)
    expect((thrown.cause as Error).stack).toMatch(/tasks\.mjs/)
    expect(rejected).toMatchObject({ code: 'worker', cause: { message: 'nobody awaits this' } })
    await survives(pool)
  })

  it('of a full heap fails its task with what to do', async () => {
    const pool = open({ size: 1, resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 8 } })
    const error = await failure(pool.run(task('fillHeap'), undefined))
    expect(error).toMatchObject({ code: 'worker', cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' } })
    expect(error.message).toMatch(/ran out of memory; raise resourceLimits.maxOldGenerationSizeMb/)
    await survives(pool)
  }, 20_000)

  it('after its task has ended is logged and replaced', async () => {
    const logged: unknown[] = []
    const logger: Logger = { log: (level, message, fields) => logged.push([level, message, fields]) }
    const pool = open({ size: 1, logger })
    expect(await pool.run(task<undefined, string>('dieAfterwards'), undefined)).toBe('done')
    while (logged.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
    expect(logged).toMatchObject([['warn', 'a worker died after its task had ended', { error: { code: 'worker' } }]])
    await survives(pool)
  })
})

describe('cancelling', () => {
  it('stops a running task that never gives way, and the pool goes on', async () => {
    const pool = open({ size: 1 })
    const controller = new AbortController()
    const flag = sharedFlag()
    const spinning = failure(pool.run(task<Int32Array, never>('spin'), flag, { signal: controller.signal }))
    await isSpinning(flag)
    controller.abort(new Error('enough'))
    expect(await spinning).toMatchObject({ code: 'cancelled', cause: { message: 'enough' }, details: { task: 'spin' } })
    // The rejection comes after the thread has ended, so it no longer writes to shared memory.
    const count = Atomics.load(flag, 1)
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(Atomics.load(flag, 1)).toBe(count)
    expect(await pool.run(double, 1)).toBe(2)
  })

  it('drops a queued task and leaves the running one alone', async () => {
    const pool = open({ size: 1 })
    const controller = new AbortController()
    const later = task<{ value: number; milliseconds: number }, Promise<number>>('doubleLater')
    const running = pool.run(later, { value: 1, milliseconds: 50 })
    const queued = failure(pool.run(double, 2, { signal: controller.signal }))
    controller.abort()
    expect((await queued).code).toBe('cancelled')
    expect(await running).toBe(2)
    expect((await failure(pool.run(double, 2, { signal: controller.signal }))).code).toBe('cancelled')
  })

  it('ends a map', async () => {
    const pool = open({ size: 2 })
    const flags = [sharedFlag(), sharedFlag(), sharedFlag()]
    const controller = new AbortController()
    const mapped = failure(pool.map(task<Int32Array, never>('spin'), flags, { signal: controller.signal }))
    await Promise.all([isSpinning(flags[0]!), isSpinning(flags[1]!)])
    controller.abort()
    expect((await mapped).code).toBe('cancelled')
    expect(Atomics.load(flags[2]!, 0)).toBe(0)
    expect(await pool.map(double, [1, 2])).toEqual([2, 4])
  })
})

describe('closing', () => {
  const later = task<{ value: number; milliseconds: number }, Promise<number>>('doubleLater')

  it('rejects what is queued, finishes what runs and refuses what comes', async () => {
    const pool = createWorkerPool({ size: 1 })
    const running = pool.run(later, { value: 1, milliseconds: 50 })
    const queued = failure(pool.run(double, 2))
    const closing = pool.close()
    expect((await queued).code).toBe('disposed')
    expect(await running).toBe(2)
    await closing
    expect((await failure(pool.run(double, 2))).message).toMatch(/the pool was closed before task 'double' ran/)
    await pool.close()
  })

  it('can stop what runs', async () => {
    const pool = createWorkerPool({ size: 1 })
    const flag = sharedFlag()
    const spinning = failure(pool.run(task<Int32Array, never>('spin'), flag))
    await isSpinning(flag)
    await pool.close({ stopRunning: true })
    expect((await spinning).code).toBe('disposed')
  })

  it('happens at the end of an await using block', async () => {
    let kept: WorkerPool
    {
      await using pool = createWorkerPool({ size: 1 })
      kept = pool
      expect(await pool.run(double, 1)).toBe(2)
    }
    expect((await failure(kept.run(double, 1))).code).toBe('disposed')
  })
})
