import { describe, expect, test } from 'vitest'
import {
  avgPool1d,
  interpolate,
  interpolateAt,
  jit,
  maxPool1d,
  median,
  oneHot,
  overlapAdd,
  pad,
  quantile,
  scatterAdd,
  searchsorted,
  take,
  takeAlongAxis,
  tensor,
  topK,
  valueAndGrad,
  vmap,
  windows,
  zeros,
} from './index.ts'
import { Selector } from './primitives/selector.ts'
import { Sorter } from './primitives/sorter.ts'
import { Tensor } from './tensor.ts'

const rejects = (f: () => unknown, code: string, message: RegExp): void =>
  expect(f).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))

describe('indices', () => {
  const x = tensor([10, 20, 30])

  test('count from the end where they are negative, eagerly and compiled', async () => {
    const indices = tensor([-1, 0, -3], { dtype: 'int32' })
    const run = jit((at: Tensor) => ({ taken: take(x, at), sums: scatterAdd(x, at, tensor([1, 2, 4])) }))
    for (const { taken, sums } of [
      await run(indices),
      { taken: x.take([-1, 0, -3]), sums: x.scatterAdd(indices, tensor([1, 2, 4])) },
    ]) {
      expect(taken.toArray()).toEqual([30, 10, 10])
      expect(sums.toArray()).toEqual([16, 20, 31])
    }
    await run.dispose()
  })

  test('outside the axis are named by every function', () => {
    rejects(() => take(x, [0, 3]), 'argument', /take: index 3 \(element 1 .* length 3; use -3 to 2/)
    rejects(() => take(x, -4), 'argument', /index -4/)
    const places = tensor([[5]], { dtype: 'int64' })
    rejects(() => takeAlongAxis(tensor([[1, 2]]), places), 'argument', /takeAlongAxis: index 5/)
    rejects(() => scatterAdd(x, [7], tensor([1])), 'argument', /scatterAdd: index 7/)
    rejects(() => take(zeros([0]), [0]), 'argument', /use no indices/)
  })

  test('outside the axis are refused by compiled functions', async () => {
    const run = jit((at: Tensor) => take(x, at))
    await expect(run(tensor([3], { dtype: 'int32' }))).rejects.toMatchObject({ code: 'runtime' })
    await run.dispose()
    const sum = jit((at: Tensor) => scatterAdd(x, at, tensor([1])))
    await expect(sum(tensor([3], { dtype: 'int32' }))).rejects.toMatchObject({ code: 'runtime' })
    await sum.dispose()
  })

  test('must be integers', () => {
    rejects(() => take(x, tensor([1.5])), 'dtype', /take: indices are float32/)
    rejects(() => oneHot(tensor([1]), 3), 'dtype', /oneHot/)
    rejects(() => takeAlongAxis(tensor([[1]]), tensor([0], { dtype: 'int32' })), 'shape', /use take for slices/)
  })

  test('outside a one-hot row’s length give rows of zeros', () => {
    const rows = oneHot(tensor([-1, 2, 3], { dtype: 'int32' }), 3, { dtype: 'float64' })
    expect(rows.toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ])
    expect(rows.dtype).toBe('float64')
  })

  test('repeated many times lose no update in a compiled sum', async () => {
    const n = 200_000
    const indices = Tensor.of(Int32Array.from({ length: n }, (_, i) => i % 3))
    const sums = jit((at: Tensor, updates: Tensor) => scatterAdd(zeros([3], { dtype: 'float64' }), at, updates))
    const found = await sums(indices, Tensor.of(new Float64Array(n).fill(1)))
    expect(found.toArray()).toEqual([66667, 66667, 66666])
    await sums.dispose()
  })
})

describe('sorting', () => {
  const kinds = {
    float32: (values: number[]) => Float32Array.from(values),
    float64: (values: number[]) => Float64Array.from(values),
    int32: (values: number[]) => Int32Array.from(values),
  } as const

  test.each(Object.keys(kinds) as (keyof typeof kinds)[])('%s runs of any length is stable', kind => {
    for (const length of [0, 1, 2, 31, 33, 1000]) {
      const data = kinds[kind](Array.from({ length: 2 * length }, (_, i) => ((i * 7919) % 64) - 32))
      for (const descending of [false, true])
        for (const start of [0, 1]) {
          const run = Array.from({ length }, (_, i) => ({ value: data[start + 2 * i]!, i }))
          run.sort((a, b) => (descending ? b.value - a.value : a.value - b.value) || a.i - b.i)
          const order = [...new Sorter(length, data, descending).sort(data, start, 2)]
          expect(order).toEqual(run.map(each => each.i))
          const ranks = Array.from({ length }, (_, i) => i).filter(i => i % 3 === 0)
          const places = [...new Selector(length, data, ranks).select(data, start, 2)]
          if (!descending) expect(places).toEqual(ranks.map(rank => run[rank]!.i))
        }
    }
  })

  test('64-bit integers keep all their digits', () => {
    const data = BigInt64Array.of(2n ** 62n + 1n, -5n, 2n ** 62n, -(2n ** 63n), 7n)
    expect([...new Sorter(5, data, false).sort(data, 0, 1)]).toEqual([3, 1, 4, 2, 0])
    expect([...new Selector(5, data, [0, 3, 4]).select(data, 0, 1)]).toEqual([3, 2, 0])
  })

  test('neighbouring doubles are told apart', () => {
    const data = Float64Array.from({ length: 100 }, (_, i) => 1 + ((i * 37) % 100) * Number.EPSILON)
    const order = [...new Sorter(100, data, false).sort(data, 0, 1)]
    expect(order.map(i => (i * 37) % 100)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect([...new Selector(100, data, [50, 99]).select(data, 0, 1)].map(i => (i * 37) % 100)).toEqual([50, 99])
    const turned = new Sorter(100, data, true).sort(data, 0, 1)
    expect([
      ...new Sorter(100, data, false).sort(
        data.map(x => -x),
        0,
        1,
      ),
    ]).toEqual([...turned])
  })

  test('refuses more elements than there are', () => {
    rejects(() => topK(tensor([1, 2]), 3), 'argument', /topK: 3 elements along axis 0 of \[2\].* from 0 to 2/)
  })
})

describe('medians and quantiles', () => {
  test('are NaN where there is a NaN, eagerly and compiled', async () => {
    const x = tensor([
      [1, Number.NaN, 3],
      [3, 1, 2],
      [Infinity, -Infinity, 5],
    ])
    const both = (rows: Tensor) => ({ median: median(rows, { axis: 1 }), lowest: quantile(rows, 0, { axis: 1 }) })
    const run = jit(both)
    for (const { median: middle, lowest } of [both(x), await run(x)]) {
      expect(middle.toArray()).toEqual([Number.NaN, 2, 5])
      expect(String(lowest.toArray())).toBe(String([Number.NaN, 1, Number.NaN]))
    }
    await run.dispose()
  })

  test('are interpolated from the nearer neighbour, which loses no digits', () => {
    // numpy.quantile([-1e20, 1], 1 - 2**-53)
    const x = tensor([-1e20, 1], { dtype: 'float64' })
    expect(quantile(x, 1 - 2 ** -53).item()).toBe(-11101.230246251565)
  })

  test('refuse what has none', () => {
    rejects(() => median(zeros([2, 0]), { axis: 1 }), 'shape', /median: no elements along axis 1 of \[2, 0\]/)
    rejects(() => quantile(tensor([1]), [0.5, 1.5]), 'argument', /quantile: q = 1.5/)
    rejects(() => quantile(tensor([1]), Number.NaN), 'argument', /q = NaN/)
    rejects(() => median(tensor([1], { dtype: 'int32' })), 'dtype', /median: takes float32 or float64/)
  })

  test('of a long row have the gradient at the elements they are made of', () => {
    const x = Tensor.of(Float64Array.from({ length: 100 }, (_, i) => (i * 37) % 100))
    const { value, gradient } = valueAndGrad((row: Tensor) => quantile(row, 0.1))(x)
    expect(value.item()).toBeCloseTo(9.9, 12)
    const found = [...gradient.dataAs('float64')].flatMap((g, i) => (g === 0 ? [] : [[x.data[i], g]]))
    expect(found.map(([at]) => at).sort()).toEqual([10, 9])
    expect(new Map(found as [number, number][]).get(10)).toBeCloseTo(0.9, 12)
  })
})

test('searching takes a number and a batch of lists', () => {
  expect(searchsorted(tensor([1, 2, 3]), 2, { side: 'right' }).item()).toBe(2)
  const lists = tensor([
    [1, 2],
    [5, 6],
  ])
  expect(vmap((list: Tensor) => searchsorted(list, tensor([2, 5])))(lists).toArray()).toEqual([
    [1, 2],
    [0, 0],
  ])
})

describe('windows', () => {
  test('lie along any axis', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    expect(windows(x, 2, { step: 1, axis: 0 }).toArray()).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [3, 4],
        [5, 6],
      ],
    ])
  })

  test('added up where they do not overlap are the signal', () => {
    const x = tensor([1, 2, 3, 4, 5, 6])
    expect(overlapAdd(windows(x, 2), 2).toArray()).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('refuse sizes that do not fit', () => {
    rejects(() => windows(tensor([1, 2]), 3), 'argument', /windows: 3 samples do not fit into axis 0 of \[2\]/)
    rejects(() => windows(tensor([1, 2]), 1, { step: 0 }), 'argument', /integers from 1, got 0/)
    rejects(() => overlapAdd(tensor([1, 2]), 1), 'shape', /\[\.\.\., windows, samples\]/)
  })
})

describe('pooling', () => {
  const x = tensor([[[1, 2, 4]]])

  test('counts padding or does not', () => {
    const options = { stride: 1, padding: 1 }
    expect(avgPool1d(x, 2, options).toArray()).toEqual([[[0.5, 1.5, 3, 2]]])
    expect(avgPool1d(x, 2, { ...options, countIncludePad: false }).toArray()).toEqual([[[1, 1.5, 3, 4]]])
  })

  test('pads a maximum with less than any sample', () => {
    expect(maxPool1d(x.neg(), 2, { stride: 1, padding: [[1, 0]] }).toArray()).toEqual([[[-1, -1, -2]]])
  })

  test('refuses windows that do not fit, more padding than they reach, and other ranks', () => {
    rejects(() => maxPool1d(x, 4), 'shape', /a window of \[4\].*does not fit into \[3\]/)
    rejects(() => maxPool1d(x, 2, { padding: 2 }), 'argument', /padding 2 and 2 of a window of 2/)
    rejects(() => maxPool1d(tensor([1, 2]), 2), 'shape', /maxPool1d: \[2\], expected 3 axes/)
    rejects(() => maxPool1d(x, 2, { stride: [1, 1] }), 'argument', /stride \[1,1\] needs 1 entries/)
    rejects(() => avgPool1d(x, 2, { stride: 0 }), 'argument', /integers from 1/)
    rejects(() => maxPool1d(x, 3, { dilation: 4, padding: 2 }), 'argument', /fewer than the dilation 4/)
  })
})

describe('padding', () => {
  test('takes widths by axis', () => {
    expect(pad(tensor([[1, 2]]), { '-1': [1, 0] }, { value: 9 }).toArray()).toEqual([[9, 1, 2]])
    expect(
      tensor([1, 2])
        .pad([[0, 2]], { mode: 'wrap' })
        .toArray(),
    ).toEqual([1, 2, 1, 2])
  })

  test('refuses what it can’t do', () => {
    rejects(
      () =>
        pad(tensor([1]), [
          [1, 2],
          [0, 0],
        ]),
      'argument',
      /2 widths for \[1\]/,
    )
    rejects(() => pad(tensor([1]), [[-1, 0]]), 'argument', /widths \[-1,0\]/)
    rejects(() => pad(tensor([1]), { 1: [0, 1] }), 'argument', /axis 1 is out of range/)
    rejects(() => pad(zeros([0]), [[1, 1]], { mode: 'edge' }), 'shape', /no elements for mode 'edge'/)
    rejects(() => pad(tensor([1]), [[1, 1]], { mode: 'mirror' as 'edge' }), 'argument', /mode 'mirror'/)
  })
})

describe('interpolation', () => {
  test('refuses sizes and grids that mean nothing', () => {
    rejects(() => interpolate(tensor([1, 2]), 0), 'argument', /a size of 0/)
    rejects(() => interpolate(zeros([2, 0]), 3), 'shape', /interpolate: \[2, 0\] has no samples/)
    rejects(() => interpolateAt(tensor([1, 2]), tensor([0]), { step: 0 }), 'argument', /a step of 0/)
    rejects(() => interpolateAt(tensor([1, 2]), tensor([[0]])), 'shape', /coordinates \[1, 1\] for \[2\]/)
  })

  test('keeps float64 positions along a float32 row', () => {
    const n = 2 ** 20
    const ramp = Tensor.of(Float32Array.from({ length: n }, (_, i) => i % 2))
    const found = interpolateAt(ramp, Tensor.of(Float64Array.of(n - 3 + 1 / 64)))
    expect(found.dtype).toBe('float32')
    expect(found.item()).toBeCloseTo(1 - 1 / 64, 7)
  })

  test('takes the nearest sample, the outermost beyond them', () => {
    expect(interpolateAt(tensor([1, 2, 4]), tensor([0.4, 0.6, 1.5, 7]), { mode: 'nearest' }).toArray()).toEqual([
      1, 2, 4, 4,
    ])
  })
})
