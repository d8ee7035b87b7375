import { expect, test } from 'vitest'
import { createSharedScratch } from './shared-scratch.ts'

const single = new Float32Array(0)
const double = new Float64Array(0)

test('memory given back is used again, the smallest that fits, for either type', () => {
  const scratch = createSharedScratch(1000)
  const [large, small] = [scratch.take(double, 50), scratch.take(double, 10)]
  expect(large.buffer === small.buffer).toBe(false)
  scratch.giveBack(large)
  scratch.giveBack(small)
  const again = scratch.take(single, 19)
  expect(again).toBeInstanceOf(Float32Array)
  expect(again.length).toBe(19)
  expect(again.buffer === small.buffer).toBe(true)
  expect(scratch.take(double, 10).buffer === large.buffer).toBe(true)
  expect([large, small].map(({ buffer }) => buffer)).not.toContain(scratch.take(double, 10).buffer)
})

test('no more than cacheBytes is kept, the last given back first', () => {
  const scratch = createSharedScratch(800)
  const [first, second, tooLarge] = [scratch.take(double, 60), scratch.take(double, 50), scratch.take(double, 101)]
  scratch.giveBack(first)
  scratch.giveBack(second)
  expect(scratch.take(double, 50).buffer === second.buffer).toBe(true)
  expect(scratch.take(double, 60).buffer === first.buffer).toBe(false)
  scratch.giveBack(tooLarge)
  expect(scratch.take(double, 101).buffer === tooLarge.buffer).toBe(false)
})
