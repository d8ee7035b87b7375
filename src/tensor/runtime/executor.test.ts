import { describe, expect, it } from 'vitest'
import { createWorkerPool, workerTask } from '../../core/index.ts'
import {
  type Executor,
  full,
  inThreadExecutor,
  jit,
  spec,
  Tensor,
  tensor,
  toOnnx,
  workerExecutor,
  zeros,
} from '../index.ts'
import { disposedAfterEach } from '../testing/executors.ts'
import { failure } from '../testing/failure.ts'
import { executorOn } from './worker-executor.ts'

const double = toOnnx((x: Tensor) => x.mul(2), { inputs: spec([1, 2]), batch: true })
const expand = toOnnx((x: Tensor) => x.broadcastTo([2 ** 40]).sum(), { inputs: spec([1]) })
const row = tensor([[1, 2]])

const open = disposedAfterEach()

describe.each([
  ['in this thread', inThreadExecutor],
  ['in a thread of its own', workerExecutor],
] as const)('an executor %s', (_where, create) => {
  it('loads a model and runs it', async () => {
    const session = await open(create()).load(double)
    expect(session.inputs).toEqual([{ name: 'input', dtype: 'float32', shape: ['batch', 2] }])
    expect(session.outputNames).toEqual(['output'])
    expect((await session.run([row]))[0]!.toArray()).toEqual([[2, 4]])
    // a part of a larger array
    const part = Tensor.of(new Float32Array([9, 9, 3, 4]).subarray(2), [1, 2])
    expect((await session.run([part]))[0]!.toArray()).toEqual([[6, 8]])
  })

  it('keeps every dtype', async () => {
    const dtypes = ['float32', 'float64', 'int32', 'int64', 'bool'] as const
    const inputs = Object.fromEntries(dtypes.map(dtype => [dtype, spec([2], dtype)]))
    const session = await open(create()).load(
      toOnnx(
        (trees: Record<string, Tensor>) =>
          Object.fromEntries(dtypes.map(name => [`${name}Out`, trees[name]!.reshape([2, 1])])),
        { inputs },
      ),
    )
    const given = dtypes.map(dtype => tensor([0, 1]).cast(dtype))
    const results = await session.run(given)
    expect(results.map(result => [result.dtype, result.toArray()])).toEqual(dtypes.map(dtype => [dtype, [[0], [1]]]))
  })

  it('writes outputs where it is told to, also into shared memory', async () => {
    const session = await open(create()).load(double)
    for (const target of [zeros([1, 2]), Tensor.of(new Float32Array(new SharedArrayBuffer(8)), [1, 2])]) {
      const [result] = await session.run([row], [target])
      expect(result).toBe(target)
      expect(target.toArray()).toEqual([[2, 4]])
    }
    const shared = Tensor.of(new Float32Array(new SharedArrayBuffer(8)).fill(3), [1, 2])
    expect((await session.run([shared]))[0]!.toArray()).toEqual([[6, 6]])
  })

  it('shares a session between loads of the same model, until the last is disposed', async () => {
    const executor = open(create())
    const [first, second] = await Promise.all([executor.load(double), executor.load(double.slice())])
    await first.dispose()
    await first.dispose()
    expect(await failure(first.run([row]))).toMatchObject({ code: 'disposed' })
    expect((await second.run([row]))[0]!.toArray()).toEqual([[2, 4]])
    await second.dispose()
    expect((await (await executor.load(double)).run([row]))[0]!.toArray()).toEqual([[2, 4]])
  })

  it('hands errors on with their code and stack, and goes on', async () => {
    const executor = open(create())
    const session = await executor.load(double)
    expect(await failure(session.run([row.cast('float64')]))).toMatchObject({ code: 'dtype' })
    expect(await failure(executor.load(double.subarray(0, 50)))).toMatchObject({ code: 'format' })
    expect(await failure(executor.load('/nowhere/model.onnx'))).toMatchObject({ code: 'io' })
    const large = await executor.load(expand)
    const error = await failure(large.run([full([1], 1)]))
    expect(error).toMatchObject({ code: 'runtime', details: { bytes: 2 ** 42, outOfMemory: true } })
    expect(error.stack).toMatch(/runError .*session-errors\.(ts|js)/)
    expect((await session.run([row]))[0]!.toArray()).toEqual([[2, 4]])
  })

  it('refuses everything after it is disposed', async () => {
    const executor = create()
    const session = await executor.load(double)
    const running = session.run([row])
    await executor.dispose()
    await executor.dispose()
    expect((await running)[0]!.toArray()).toEqual([[2, 4]])
    expect(await failure(session.run([row]))).toMatchObject({ code: 'disposed' })
    expect(await failure(executor.load(double))).toMatchObject({ code: 'disposed' })
  })

  it('runs compiled functions; equal ones share a session', async () => {
    const executor = open(create())
    let loads = 0
    const counting: Executor = {
      ...executor,
      load: (...args) => {
        loads++
        return executor.load(...args)
      },
    }
    const f = (x: Tensor) => x.exp().sum()
    const [a, b] = [jit(f, { executor: counting }), jit(f, { executor: counting })]
    const x = tensor([0, 1])
    const [first, second] = await Promise.all([a(x), b(x)])
    expect(first.item()).toBeCloseTo(1 + Math.E, 6)
    expect(second.item()).toBe(first.item())
    expect(loads).toBe(2)
    await a.dispose()
    expect((await b(x)).item()).toBe(first.item())
    await b.dispose()
  })
})

describe('an executor in a thread of its own', () => {
  it('leaves the calling thread free while it runs', async () => {
    // 2 x 512^3 operations a product, 24 of them
    const power = toOnnx(
      (x: Tensor) => {
        let y = x
        for (let i = 0; i < 24; i++) y = y.matmul(x).mul(1e-3)
        return y
      },
      { inputs: spec([512, 512]) },
    )
    const session = await open(workerExecutor()).load(power, { threads: 1 })
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await session.run([full([512, 512], 1)])
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
  })

  it('fails what runs in a thread that dies, forgets its sessions, and starts another', async () => {
    const pool = createWorkerPool({ size: 1 })
    const executor = open(executorOn(pool))
    const session = await executor.load(double)
    const exit = workerTask<number, never>(new URL('../../core/testing/tasks.mjs', import.meta.url), 'exit')
    const compiled = jit((x: Tensor) => x.neg(), { executor })
    expect((await compiled(row)).toArray()).toEqual([[-1, -2]])
    const dying = failure(pool.run(exit, 3))
    const after = failure(session.run([row]))
    expect(await dying).toMatchObject({ code: 'worker' })
    expect(await after).toMatchObject({
      code: 'worker',
      message:
        'tensor.workerExecutor: the thread that held this session died and its sessions with it; load the model again',
    })
    const again = await executor.load(double)
    expect((await again.run([row]))[0]!.toArray()).toEqual([[2, 4]])
    expect(await failure(compiled(row))).toMatchObject({ code: 'worker' })
    expect((await compiled(row)).toArray()).toEqual([[-1, -2]])
    await session.dispose()
  })

  it('names the exit code when the thread dies during a run', async () => {
    const pool = createWorkerPool({ size: 1 })
    const exit = workerTask<number, never>(new URL('../../core/testing/tasks.mjs', import.meta.url), 'exit')
    // the pool's own error is what a run gets when the thread dies under it
    const dying = executorOn({ ...pool, run: () => pool.run(exit, 7) as never })
    expect(await failure(open(dying).load(double))).toMatchObject({
      code: 'worker',
      message:
        'tensor.workerExecutor: the thread of this session died (exit code 7) and its sessions with it; load the model again',
    })
  })
})
