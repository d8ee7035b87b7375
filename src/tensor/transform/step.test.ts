import { describe, expect, it } from 'vitest'
import { createWorkerPool, normal, randomKey, workerTask } from '../../core/index.ts'
import {
  compileStep,
  conv1d,
  type Executor,
  full,
  inThreadExecutor,
  scalar,
  Tensor,
  take,
  tensor,
  valueAndGrad,
  workerExecutor,
} from '../index.ts'
import { executorOn } from '../runtime/worker-executor.ts'
import { disposedAfterEach } from '../testing/executors.ts'
import { failure } from '../testing/failure.ts'

interface State {
  readonly w: Tensor
  readonly steps: Tensor
}

const descend = (state: State, x: Tensor): readonly [State, { loss: Tensor }] => {
  const { value, gradient } = valueAndGrad((w: Tensor) => w.sub(x).square().sum())(state.w)
  return [{ w: state.w.sub(gradient.mul(0.1)), steps: state.steps.add(1) }, { loss: value }]
}
const begin: State = { w: tensor([1, -2]), steps: scalar(0, { dtype: 'int32' }) }

const open = disposedAfterEach()

describe.each([
  ['by itself', () => ({})],
  ['on an executor in this thread', () => ({ executor: open(inThreadExecutor()) })],
  ['on an executor in a thread of its own', () => ({ executor: open(workerExecutor()) })],
] as const)('a step compiled %s', (_where, options) => {
  it('carries the state from step to step, as running the function eagerly does', async () => {
    const step = await compileStep(descend, begin, [tensor([0, 0])], options())
    let eager = begin
    for (let i = 0; i < 5; i++) {
      const x = tensor([i, 1])
      const [next, expected] = descend(eager, x)
      const { loss } = await step.run(x)
      expect(loss.item()).toBeCloseTo(expected.loss.item(), 6)
      eager = next
    }
    const state = await step.state()
    expect(state.steps.item()).toBe(5)
    expect(state.w.toArray()).toEqual(eager.w.toArray())
    await step.dispose()
  })

  it('gives copies of the state, takes another one and leaves the first alone', async () => {
    const step = await compileStep(descend, begin, [tensor([0, 0])], options())
    await step.run(tensor([5, 5]))
    const kept = await step.state()
    const before = kept.w.toArray()
    await step.run(tensor([5, 5]))
    await step.run(tensor([5, 5]))
    expect(kept.w.toArray()).toEqual(before)
    expect(begin.w.toArray()).toEqual([1, -2])
    await step.setState(kept)
    expect((await step.state()).steps.item()).toBe(1)
    await step.dispose()
  })

  it('holds the same bits in a second run', async () => {
    const run = async () => {
      const step = await compileStep(descend, begin, [tensor([0, 0])], options())
      for (let i = 0; i < 20; i++) await step.run(tensor([Math.sin(i), Math.cos(i)]))
      const { w } = await step.state()
      await step.dispose()
      return w.toArray()
    }
    expect(await run()).toEqual(await run())
  })

  it('does what was queued in order: runs, reads and writes', async () => {
    const add = (sum: Tensor, x: Tensor): [Tensor, Tensor] => [sum.add(x), sum.add(x)]
    const step = await compileStep(add, scalar(0), [scalar(0)], options())
    const queued = [
      step.run(scalar(1)),
      step.run(scalar(2)),
      step.state(),
      step.setState(scalar(10)),
      step.run(scalar(3)),
      step.state(),
    ]
    const items = (await Promise.all(queued)).map(value => value?.item())
    expect(items).toEqual([1, 3, 3, undefined, 13, 13])
    await step.dispose()
  })

  it('keeps the state when a run fails, and goes on with what is queued', async () => {
    const walk = (position: Tensor, index: Tensor): [Tensor, Tensor] => {
      const next = position.add(take(tensor([1, 10, 100]), index).sum())
      return [next, next]
    }
    const index = (...values: number[]) => tensor(values, { dtype: 'int32' })
    const step = await compileStep(walk, scalar(0), [index(0)], options())
    const [first, second, third] = [step.run(index(0)), failure(step.run(index(3))), step.run(index(2))]
    expect((await first).item()).toBe(1)
    expect(await second).toMatchObject({ code: 'runtime', message: expect.stringContaining('out of data bounds') })
    expect((await third).item()).toBe(101)
    expect((await step.state()).item()).toBe(101)
    await step.dispose()
  })

  it('says what is wrong with a state that changes, and with inputs and states of another shape', async () => {
    await expect(
      compileStep((s: Tensor, x: Tensor) => [s.add(x), s], scalar(0), [tensor([1, 2])], options()),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: compileStep: the state goes in as float32 [] and comes out as float32 [2]; a step must keep its nest, shapes and dtypes]`,
    )
    const step = await compileStep(descend, begin, [tensor([0, 0])], options())
    await expect(step.run(tensor([1, 2, 3]))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: tensor.session.run: input 'input.0' is float32 [3], the model has input.0 float32 [2]; axis 0 must have length 2]`,
    )
    await expect(step.setState({ ...begin, w: tensor([1]) })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: step.setState: the state is w float32 [2], steps int32 [], got w float32 [1], steps int32 []; give one of the same nest, shapes and dtypes]`,
    )
    await step.dispose()
  })

  it('finishes what was asked before it is disposed, and then refuses everything', async () => {
    const step = await compileStep(descend, begin, [tensor([0, 0])], options())
    const queued = [step.run(tensor([0, 0])), step.run(tensor([0, 0]))]
    await step.dispose()
    await step.dispose()
    expect((await Promise.all(queued)).map(({ loss }) => loss.item())).toEqual([5, expect.closeTo(3.2, 6)])
    const refused = { code: 'disposed', message: 'tensor.session.run: the session was disposed; create another' }
    expect(await failure(step.run(tensor([0, 0])))).toMatchObject(refused)
    expect(await failure(step.state())).toMatchObject(refused)
    expect(await failure(step.setState(begin))).toMatchObject(refused)
  })
})

/** 2 x 512^3 operations a product, 24 of them: a step of a tenth of a second or more. */
const slowly = (sum: Tensor, x: Tensor, matrix: Tensor): [Tensor, Tensor] => {
  let power = matrix
  for (let i = 0; i < 24; i++) power = power.matmul(matrix).mul(1 / 512)
  const next = sum.add(x.sum()).add(power.sum().mul(0))
  return [next, next]
}
const ones = full([512, 512], 1)

describe('a step in a thread of its own', () => {
  it('holds the same bits as one in this thread', async () => {
    const random = (name: string, shape: readonly number[]) =>
      tensor(
        normal(
          randomKey(name),
          shape.reduce((size, n) => size * n, 1),
        ),
        { dtype: 'float32', shape },
      )
    interface Weights {
      readonly taps: Tensor
      readonly head: Tensor
    }
    const loss = ({ taps, head }: Weights, x: Tensor, y: Tensor) =>
      conv1d(x, taps, { padding: 'same' }).tanh().mean({ axes: -1 }).matmul(head).sub(y).square().mean()
    const train = (weights: Weights, x: Tensor, y: Tensor): [Weights, Tensor] => {
      const { value, gradient } = valueAndGrad(loss)(weights, x, y)
      const move = (name: keyof Weights) => weights[name].sub(gradient[name].mul(0.05))
      return [{ taps: move('taps'), head: move('head') }, value]
    }
    const initial = { taps: random('taps', [16, 2, 9]), head: random('head', [16, 1]) }
    const batches = Array.from({ length: 20 }, (_, i): [Tensor, Tensor] => [
      random(`x ${i}`, [8, 2, 256]),
      random(`y ${i}`, [8, 1]),
    ])
    const trained = async (executor?: Executor) => {
      const step = await compileStep(train, initial, batches[0]!, executor && { executor })
      const losses = await Promise.all(batches.map(batch => step.run(...batch)))
      const { taps, head } = await step.state()
      await step.dispose()
      return { losses: losses.map(value => value.item()), taps: taps.data, head: head.data }
    }
    const here = await trained()
    expect(await trained(open(workerExecutor()))).toEqual(here)
    expect(here.losses.at(-1)).not.toBe(here.losses[0])
  })

  it('leaves the calling thread free', async () => {
    const turnsDuring = async (options: { readonly executor?: Executor }) => {
      const step = await compileStep(slowly, scalar(0), [scalar(0), ones], { threads: 1, ...options })
      let turns = 0
      const timer = setInterval(() => turns++, 1)
      await step.run(scalar(1), ones)
      clearInterval(timer)
      await step.dispose()
      return turns
    }
    expect(await turnsDuring({})).toBeLessThan(3)
    expect(await turnsDuring({ executor: open(workerExecutor()) })).toBeGreaterThan(5)
  })

  it('reads a batch in shared memory where it is, and a copy of any other', async () => {
    const step = await compileStep(slowly, scalar(0), [scalar(0), ones], { executor: open(workerExecutor()) })
    const shared = Tensor.of(new Float32Array(new SharedArrayBuffer(4)), [])
    const own = Tensor.of(new Float32Array(1), [])
    const before = step.run(scalar(0), ones)
    const runs = [step.run(shared, ones), step.run(own, ones)]
    // both wait behind the first
    shared.data[0] = 1
    own.data[0] = 10
    await before
    expect((await Promise.all(runs)).map(sum => sum.item())).toEqual([1, 1])
    await step.dispose()
  })

  it('fails whatever is asked of it once its thread has died, and another can be compiled', async () => {
    const pool = createWorkerPool({ size: 1 })
    const executor = open(executorOn(pool))
    const step = await compileStep(descend, begin, [tensor([0, 0])], { executor })
    const exit = workerTask<number, never>(new URL('../../core/testing/tasks.mjs', import.meta.url), 'exit')
    const first = step.run(tensor([0, 0]))
    const dying = failure(pool.run(exit, 3))
    const after = [step.run(tensor([0, 0])), step.state(), step.setState(begin)].map(failure)
    expect((await first).loss.item()).toBe(5)
    expect(await dying).toMatchObject({ code: 'worker' })
    for (const error of await Promise.all(after))
      expect(error).toMatchObject({
        code: 'worker',
        message:
          'tensor.workerExecutor: the thread that held this session died and its sessions with it; its states are lost: compile or load it again with the last ones that were read',
      })
    const again = await compileStep(descend, begin, [tensor([0, 0])], { executor })
    expect((await again.run(tensor([0, 0]))).loss.item()).toBe(5)
    await step.dispose()
    expect(await failure(step.state())).toMatchObject({ code: 'disposed' })
  })

  it('is finished and then refused by an executor that is disposed', async () => {
    const executor = workerExecutor()
    const step = await compileStep(descend, begin, [tensor([0, 0])], { executor })
    const queued = [step.run(tensor([0, 0])), step.run(tensor([0, 0]))]
    await executor.dispose()
    expect((await Promise.all(queued))[0]!.loss.item()).toBe(5)
    expect(await failure(step.run(tensor([0, 0])))).toMatchObject({ code: 'disposed' })
    expect(await failure(compileStep(descend, begin, [tensor([0, 0])], { executor }))).toMatchObject({
      code: 'disposed',
      message: 'tensor.workerExecutor: the executor was disposed; create another',
    })
  })
})
