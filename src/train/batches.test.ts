import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { createWorkerPool, randomKey, workerTask } from '../core/index.ts'
import { spec, type Tensor } from '../tensor/index.ts'
import { type BatchRequest, type BatchSource, createBatchQueue, workerBatches } from './batches.ts'

interface Toy {
  readonly x: Tensor
  readonly isSignal: Tensor
}

const specs = { x: spec([4, 2, 32]), isSignal: spec([4]) }
const task = workerTask<BatchRequest<object, Toy>, void>(
  new URL('./testing/toy-batches.mjs', import.meta.url),
  'fillToyBatch',
)
const pools = [1, 3].map(size => createWorkerPool({ size }))
afterAll(() => Promise.all(pools.map(pool => pool.close())))

const sourceOf = (pool: (typeof pools)[number], options: object = {}): BatchSource<Toy> =>
  workerBatches<object, Toy>(pool, task, { specs, options, key: randomKey(1) })

async function batchesOf(source: BatchSource<Toy>, first: number, count: number, depth = 4): Promise<number[][]> {
  await using queue = createBatchQueue(source, { first, depth })
  const taken: number[][] = []
  for (let i = 0; i < count; i++) {
    const { index, batch, release } = await queue.next()
    expect(index).toBe(first + i)
    taken.push([...batch.x.dataAs('float32')])
    release()
  }
  return taken
}

describe('createBatchQueue', () => {
  it('gives the same batches in the same order for any number of threads, depths and beginnings', async () => {
    const expected = await batchesOf(sourceOf(pools[0]!), 0, 9, 1)
    expect(new Set(expected.map(batch => batch[0])).size).toBe(9)
    expect(await batchesOf(sourceOf(pools[1]!, { delay: 12 }), 0, 9, 5)).toEqual(expected)
    expect(await batchesOf(sourceOf(pools[1]!), 6, 3)).toEqual(expected.slice(6))
  })

  it('never holds more batches than its depth, and makes them before they are asked for', async () => {
    let made = 0
    const source: BatchSource<{ readonly x: Tensor }> = {
      specs: { x: spec([1]) },
      fill: (index, { x }) => {
        x[0] = index
        made++
      },
    }
    await using queue = createBatchQueue(source, { depth: 3 })
    await sleep(5)
    expect(made).toBe(3)
    const first = await queue.next()
    const second = await queue.next()
    await sleep(5)
    expect(made).toBe(3)
    second.release()
    second.release()
    await sleep(5)
    expect(made).toBe(4)
    expect(first.batch.x.item()).toBe(0)
    expect((await queue.next()).batch.x.item()).toBe(2)
    expect((await queue.next()).batch.x.item()).toBe(3)
    await expect(queue.next()).rejects.toThrow('release the batches in use first')
  })

  it('ends with the last batch', async () => {
    await using queue = createBatchQueue(sourceOf(pools[0]!), { first: 2, end: 3 })
    const { release } = await queue.next()
    release()
    await expect(queue.next()).rejects.toThrow("batch 3 can't be made: it is behind the last")
  })

  it('tells what a source threw in the turn of its batch', async () => {
    await using queue = createBatchQueue(sourceOf(pools[1]!, { failAt: 1 }))
    expect((await queue.next()).index).toBe(0)
    await expect(queue.next()).rejects.toMatchObject({ code: 'worker', message: /the source is dry/ })
    expect((await queue.next()).index).toBe(2)
  })

  it('stops what is in the making when it is closed', async () => {
    const started = performance.now()
    const queue = createBatchQueue(sourceOf(pools[1]!, { delay: 20_000 }))
    await sleep(100)
    await queue.close()
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('lies in memory that threads share', async () => {
    await using queue = createBatchQueue(sourceOf(pools[0]!))
    const { batch } = await queue.next()
    expect(batch.x.data.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(batch.x.shape).toEqual([4, 2, 32])
  })

  it('lies in memory of its own where the source fills it in this thread', async () => {
    const source: BatchSource<Toy> = { specs, isShared: false, fill: (_, { x }) => void x.fill(3 as never) }
    await using queue = createBatchQueue(source)
    const { batch } = await queue.next()
    expect(batch.x.data.buffer).toBeInstanceOf(ArrayBuffer)
    expect(batch.x.dataAs('float32')[255]).toBe(3)
  })

  it('refuses a depth of 0', () => {
    expect(() => createBatchQueue(sourceOf(pools[0]!), { depth: 0 })).toThrow(
      'expected a positive integer depth, got 0',
    )
  })
})
