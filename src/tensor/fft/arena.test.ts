import { expect, test } from 'vitest'
import { Arena } from './arena.ts'
import { createFft } from './fft.ts'
import { loadKernels } from './kernels.ts'
import { samples } from './testing/samples.ts'

test('tables that stay keep their values when older ones are dropped', () => {
  const arena = new Arena(loadKernels())
  const tables = [100, 3, 50_000, 17].map((length, i) => arena.add(samples(i, length), 'f64'))
  const read = (i: number, length: number) => {
    const start = tables[i]!.address / 8
    return arena.view('f64').slice(start, start + length)
  }
  arena.drop(tables[2]!)
  arena.drop(tables[0]!)
  expect(read(1, 3)).toEqual(samples(1, 3))
  expect(read(3, 17)).toEqual(samples(3, 17))
  expect(arena.workspace(64)).toBeLessThan(4096 + 1024)
})

test('memory is bounded by the largest job and the cache, not by rows or by the number of lengths', () => {
  const transforms = createFft({ cacheBytes: 2 ** 20 })
  const first = samples(1, 4096)
  const expected = transforms.rfft(first, 4096)
  transforms.rfft(new Float64Array(4096 * 2000), 4096)
  for (let n = 2000; n < 2400; n++) transforms.rfft(new Float64Array(n), n)
  expect(transforms.memoryBytes).toBeLessThan(4 * 2 ** 20)
  expect(transforms.rfft(first, 4096)).toEqual(expected)
})

test('more memory than WebAssembly can address is refused with a reason, and leaves the arena usable', () => {
  const arena = new Arena(loadKernels())
  expect(() => arena.workspace(2 ** 33)).toThrow(
    expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('8589938688 bytes') }),
  )
  expect(arena.workspace(64)).toBe(4096)
})
