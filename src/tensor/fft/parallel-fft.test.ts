import { afterAll, describe, expect, test } from 'vitest'
import { createWorkerPool } from '../../core/index.ts'
import { createFft, type FloatArray } from './fft.ts'
import { createParallelFft } from './parallel-fft.ts'
import { precisions, samples } from './testing/samples.ts'

const serial = createFft()
const pools = [createWorkerPool({ size: 1 }), createWorkerPool({ size: 2 })] as const
afterAll(async () => {
  await Promise.all(pools.map(pool => pool.close()))
})

const bytes = ({ buffer, byteOffset, byteLength }: FloatArray) => new Uint8Array(buffer, byteOffset, byteLength)
const haveSameBits = (actual: readonly FloatArray[], expected: readonly FloatArray[]) => {
  expect(actual).toHaveLength(expected.length)
  for (const [i, array] of expected.entries()) {
    expect(actual[i]!.constructor).toBe(array.constructor)
    expect(Buffer.compare(bytes(actual[i]!), bytes(array))).toBe(0)
  }
}
const shared = (values: ArrayLike<number>): Float64Array => {
  const array = new Float64Array(new SharedArrayBuffer(8 * values.length))
  array.set(values)
  return array
}

// One for each way of transforming, and lengths that single precision does in double (67, 1009).
const lengths = [1, 2, 5, 64, 67, 600, 1009, 4096, 20_000, 65_536]

describe.each(pools.map(pool => ({ threads: pool.size, pool })))('with $threads threads', ({ pool }) => {
  const parallel = createParallelFft(pool, { minimumValues: 0 })

  test.each(precisions)('the bits are those of the synchronous transforms in $name', async ({ ArrayType }) => {
    for (const n of lengths)
      for (const rows of n > 5000 ? [1, 2, 3] : [1, 2, 3, 7, 33]) {
        const [re, im] = [new ArrayType(samples(n % 99, n * rows)), new ArrayType(samples(1 + (n % 99), n * rows))]
        for (const inverse of [false, true]) {
          const [actual, expected] = [await parallel.fft(re, im, n, { inverse }), serial.fft(re, im, n, { inverse })]
          haveSameBits([actual.re, actual.im], [expected.re, expected.im])
        }
        const [actual, half] = [await parallel.rfft(re, n), serial.rfft(re, n)]
        haveSameBits([actual.re, actual.im], [half.re, half.im])
        haveSameBits([await parallel.irfft(half.re, half.im, n)], [serial.irfft(half.re, half.im, n)])
      }
  })

  test.each([
    ['ordinary', (values: ArrayLike<number>) => Float64Array.from(values)],
    ['shared', shared],
  ])('out in %s memory receives the result and may be the input', async (_, make) => {
    const [n, rows] = [1000, 5]
    const [re, im] = [make(samples(1, n * rows)), make(samples(2, n * rows))]
    const expected = serial.fft(re, im, n)
    const half = serial.rfft(re, n)
    const out = { re: make(half.re.map(() => Number.NaN)), im: make(half.im.map(() => Number.NaN)) }
    const returned = await parallel.rfft(re, n, { out })
    expect([returned.re, returned.im].map((array, i) => array === [out.re, out.im][i])).toEqual([true, true])
    haveSameBits([out.re, out.im], [half.re, half.im])
    const back = make(re.map(() => Number.NaN))
    expect((await parallel.irfft(half.re, half.im, n, { out: back })) === back).toBe(true)
    haveSameBits([back], [serial.irfft(half.re, half.im, n)])
    await parallel.fft(re, im, n, { out: { re, im } })
    haveSameBits([re, im], [expected.re, expected.im])
  })

  test('rows that threads share and rows that the caller keeps have the same bits', async () => {
    const x = samples(1, 21 * 50)
    const { re, im } = serial.rfft(x, 50)
    const sharing = createParallelFft(pool, { minimumValues: 1000 })
    const out = { re: shared(re.map(() => Number.NaN)), im: shared(im.map(() => Number.NaN)) }
    await sharing.rfft(x, 50, { out })
    haveSameBits([out.re, out.im], [re, im])
  })

  test('several transforms at once, over parts of larger arrays, do not disturb each other', async () => {
    const whole = shared(samples(3, 8 * 4096))
    const parts = [whole.subarray(0, 4 * 4096), whole.subarray(4 * 4096)]
    const results = await Promise.all(parts.map(part => parallel.rfft(part, 4096)))
    for (const [i, { re, im }] of results.entries()) {
      const expected = serial.rfft(parts[i]!, 4096)
      haveSameBits([re, im], [expected.re, expected.im])
    }
  })
})

test('inputs in ordinary memory are taken before the call returns, also where they wait for a thread', async () => {
  const x = samples(1, 16 * 1024)
  const expected = serial.rfft(x, 1024)
  const parallel = createParallelFft(pools[0], { minimumValues: 0 })
  const promises = [parallel.rfft(x, 1024), parallel.rfft(x, 1024)]
  x.fill(Number.NaN)
  for (const { re, im } of await Promise.all(promises)) haveSameBits([re, im], [expected.re, expected.im])
})

test('small jobs need no thread, and large ones do', async () => {
  const pool = createWorkerPool({ size: 1 })
  await pool.close()
  const parallel = createParallelFft(pool, { minimumValues: 1000 })
  const small = samples(1, 999)
  const large = samples(1, 1000)
  const [spectrum, half] = [serial.fft(small, small, 333), serial.rfft(small, 333)]
  const [actual, actualHalf] = [await parallel.fft(small, small, 333), await parallel.rfft(small, 333)]
  haveSameBits(
    [actual.re, actual.im, actualHalf.re, actualHalf.im, await parallel.irfft(half.re, half.im, 333)],
    [spectrum.re, spectrum.im, half.re, half.im, serial.irfft(half.re, half.im, 333)],
  )
  const bins = samples(1, 1002)
  for (const job of [parallel.fft(large, large, 250), parallel.rfft(large, 250), parallel.irfft(bins, bins, 1000)])
    await expect(job).rejects.toMatchObject({ code: 'disposed' })
})

test('no rows give no values', async () => {
  const empty = new Float32Array(0)
  const { re, im } = await createParallelFft(pools[0], { minimumValues: 0 }).rfft(empty, 16)
  haveSameBits([re, im], [empty, empty])
})

test('wrong shapes are rejected in the words of the synchronous transforms', async () => {
  const parallel = createParallelFft(pools[0], { minimumValues: 0 })
  const x = new Float64Array(12)
  const short = new Float64Array(5)
  const thrown = (run: () => unknown): string => {
    try {
      run()
    } catch (error) {
      return (error as Error).message
    }
    return 'nothing'
  }
  const cases = [serial, parallel].map(transforms => [
    () => transforms.fft(x, x, 0),
    () => transforms.fft(x, x, 5),
    () => transforms.fft(x, short, 4),
    () => transforms.fft(x, x, 4, { out: { re: x, im: short } }),
    () => transforms.rfft(x, 7),
    () => transforms.rfft(x, 4, { out: { re: short, im: x } }),
    () => transforms.irfft(x, short, 4),
    () => transforms.irfft(x, x, 4, { out: short }),
  ])
  for (const [i, run] of cases[1]!.entries()) {
    const message = thrown(cases[0]![i]!)
    expect(message).toMatch(/^fft\./)
    await expect(run()).rejects.toThrow(message)
  }
})
