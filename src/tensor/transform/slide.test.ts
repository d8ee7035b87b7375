import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import {
  avgPool1d,
  concat,
  conv1d,
  customGradient,
  irfft,
  jit,
  maxPool1d,
  pad,
  rfft,
  slide,
  spec,
  stack,
  type Tensor,
  tensor,
  windows,
} from '../index.ts'

const random = (seed: number, shape: readonly number[], dtype: 'float32' | 'float64' = 'float64'): Tensor =>
  tensor(
    normal(
      randomKey(seed),
      shape.reduce((product, n) => product * n, 1),
    ),
    { shape, dtype },
  )

/** A function of each window alone. */
function windowByWindow(f: (x: Tensor) => Tensor, series: Tensor, samples: number, stride: number): Tensor {
  const axis = series.rank - 1
  const count = Math.floor((series.shape[axis]! - samples) / stride) + 1
  return stack(Array.from({ length: count }, (_, i) => f(series.slice({ [axis]: [i * stride, i * stride + samples] }))))
}

const expectSame = (actual: Tensor, expected: Tensor, tolerance: number): void => {
  expect(actual.shape).toEqual(expected.shape)
  expect(actual.sub(expected).abs().max().item()).toBeLessThan(tolerance)
}

const samples = 40
const kernel = random(1, [3, 2, 5])
const second = random(2, [4, 3, 4])
const bias = random(3, [4])
const features = (x: Tensor): Tensor =>
  conv1d(maxPool1d(conv1d(x, kernel), 2).relu(), second, { bias, stride: 3 }).tanh()
/** [batch, 4, 5]: (40 - 4) / 2 = 18, (18 - 4) / 3 + 1 = 5 places. */
const head = random(4, [20, 2])

/** Functions of windows [batch, 2, 40], and their total strides. */
const cases: Record<string, { f: (x: Tensor) => Tensor; stride: number }> = {
  'convolutions, pooling and linear layers': {
    f: x =>
      features(x)
        .reshape([x.shape[0]!, 20])
        .matmul(head)
        .relu()
        .matmul(random(5, [2, 1])),
    stride: 6,
  },
  'a head that is a convolution over all places': {
    f: x => conv1d(features(x), random(6, [2, 4, 5])).squeeze(2),
    stride: 6,
  },
  'an output at every place': { f: x => features(x).sum({ axes: 1 }), stride: 6 },
  'the mean and maximum over all places': {
    f: x =>
      features(x)
        .mean({ axes: 2 })
        .add(features(x).max({ axes: 2 })),
    stride: 6,
  },
  'dilation, groups and a mean pool': {
    f: x => avgPool1d(conv1d(x, random(7, [4, 1, 3]), { dilation: 4, groups: 2 }), 4, { stride: 2 }).sum({ axes: 2 }),
    stride: 2,
  },
  'normalisation with stored moments': {
    f: x =>
      conv1d(x, kernel)
        .mul(random(8, [3, 1]))
        .add(random(9, [1, 3, 1]))
        .sum({ axes: [1, 2] }),
    stride: 1,
  },
  'a residual whose sides are cropped': {
    f: x =>
      conv1d(x, kernel)
        .add(x.slice({ 1: [0, 1], 2: [2, 38] }))
        .max({ axes: [1, 2] }),
    stride: 1,
  },
  'every second place': {
    f: x =>
      conv1d(x, kernel)
        .slice({ 2: [1, 36, 2] })
        .sum({ axes: 2 }),
    stride: 2,
  },
  'frames, channels last': {
    f: x =>
      windows(x, 8, { step: 4 })
        .transpose([0, 2, 1, 3])
        .reshape([x.shape[0]!, 9, 16])
        .matmul(random(10, [16, 3]))
        .relu()
        .reshape([x.shape[0]!, 27])
        .sum({ axes: 1 }),
    stride: 4,
  },
  'detectors as rows, joined later': {
    f: x => {
      const each = conv1d(x.reshape([x.shape[0]! * 2, 1, samples]), random(11, [3, 1, 6])).reshape([
        x.shape[0]!,
        2,
        3,
        35,
      ])
      const parts = [each.slice({ 1: 0 }), each.slice({ 1: 1 })]
      return random(12, [2, 6])
        .matmul(concat(parts, { axis: 1 }))
        .square()
        .sum({ axes: 2 })
    },
    stride: 1,
  },
  'a function with a gradient of its own': {
    f: customGradient(
      (x: Tensor) => conv1d(x, kernel).sum({ axes: 2 }),
      ({ args: [x] }) => [x],
    ),
    stride: 1,
  },
}

describe('slide gives what each window alone gives', () => {
  for (const [name, { f, stride }] of Object.entries(cases))
    it(`for ${name}, at any multiple of its stride`, () => {
      const sliding = slide(f, spec([1, 2, samples], 'float64'))
      expect(sliding.stride).toBe(stride)
      const series = random(20, [2, 2, 97])
      expectSame(sliding.apply(series), windowByWindow(f, series, samples, stride), 1e-12)
      const every = 3 * stride
      expectSame(sliding.apply(series, { stride: every }), windowByWindow(f, series, samples, every), 1e-12)
    })

  it('for a single window, and however many samples hang over', () => {
    const { f, stride } = cases['convolutions, pooling and linear layers']!
    const sliding = slide(f, spec([1, 2, samples], 'float64'))
    fc.assert(
      fc.property(fc.integer({ min: samples, max: samples + 30 }), length => {
        const series = random(length, [1, 2, length])
        expectSame(sliding.apply(series), windowByWindow(f, series, samples, stride), 1e-12)
      }),
    )
  })

  it('compiled, in float32 to 1e-5', async () => {
    const narrow = (x: Tensor): Tensor => x.cast('float32')
    const f = (x: Tensor): Tensor => {
      const h = conv1d(maxPool1d(conv1d(x, narrow(kernel)), 2).relu(), narrow(second), { stride: 3 }).tanh()
      return h.reshape([x.shape[0]!, 20]).matmul(narrow(head))
    }
    const sliding = slide(f, spec([1, 2, samples]))
    const series = random(30, [3, 2, 301], 'float32')
    const compiled = jit((x: Tensor) => sliding.apply(x))
    expectSame(await compiled(series), windowByWindow(f, series, samples, 6), 1e-5)
    await compiled.dispose()
  })
})

describe('slide refuses', () => {
  const refused = (f: (x: Tensor) => Tensor): string => {
    try {
      slide(f, spec([1, 2, samples], 'float64'))
    } catch (error) {
      return `${(error as { code: string }).code} ${(error as Error).message}`
    }
    return 'nothing'
  }

  it('what windows do not share, and says which operation it is', () => {
    expect(refused(x => conv1d(x, kernel, { padding: 2 }))).toMatchInlineSnapshot(
      `"unsupported tensor.slide: conv of [1, 2, 40] and [3, 2, 5] pads the window by 2 and 2 places, so that windows don't share it; evaluate window by window"`,
    )
    expect(refused(x => conv1d(pad(x, { 2: [4, 0] }), kernel))).toMatchInlineSnapshot(
      `"unsupported tensor.slide: pad of [1, 2, 40] pads the window by 4 and 0 places, so that windows don't share it; evaluate window by window"`,
    )
    const normed = (x: Tensor): Tensor => conv1d(x, kernel).sub(conv1d(x, kernel).mean({ axes: 2, keepAxes: true }))
    expect(refused(x => conv1d(normed(x), second))).toMatchInlineSnapshot(
      `"unsupported tensor.slide: sub of [1, 3, 36] and [1, 3, 1] combines single places with something of the window as a whole, as group normalisation and other moments of the window do, so that windows don't share it; evaluate window by window"`,
    )
    expect(refused(x => conv1d(x.mul(random(1, [samples])), kernel))).toMatchInlineSnapshot(
      `"unsupported tensor.slide: mul of [1, 2, 40] and [1, 1, 40] treats the places of a window differently, so that windows don't share it; evaluate window by window"`,
    )
    expect(refused(x => conv1d(irfft(rfft(conv1d(x, kernel)), { n: 36 }), second))).toMatchInlineSnapshot(
      `"unsupported tensor.slide: rfft of [1, 3, 36] is none of the operations that act alike at all places of a window, so that windows don't share it; evaluate window by window"`,
    )
    expect(refused(x => conv1d(x, kernel).reshape([1, 3, 4, 9]))).toMatchInlineSnapshot(
      `"unsupported tensor.slide: reshape of [1, 3, 36] cuts the window in parts, so that windows don't share it; evaluate window by window"`,
    )
    expect(refused(x => conv1d(x, kernel).cumsum())).toMatchInlineSnapshot(
      `"unsupported tensor.slide: cumsum of [1, 3, 36] is none of the operations that act alike at all places of a window, so that windows don't share it; evaluate window by window"`,
    )
    expect(refused(x => x.reshape([1, 80]).matmul(random(2, [80, 1])))).toMatchInlineSnapshot(
      `"unsupported tensor.slide: the function looks at the window as a whole before any convolution or pooling, so windows share nothing; evaluate window by window"`,
    )
    const shifted = (x: Tensor): Tensor => x.slice({ 2: [0, 39] }).add(x.slice({ 2: [1, 40] }))
    expect(refused(x => conv1d(concat([shifted(x), x], { axis: 2 }), kernel))).toMatchInlineSnapshot(
      `"unsupported tensor.slide: concat of [1, 2, 39] and [1, 2, 40] joins values whose places are not the same, so that windows don't share it; evaluate window by window"`,
    )
  })

  it('series that are too short and strides between the layers’', () => {
    const sliding = slide(cases['an output at every place']!.f, spec([1, 2, samples], 'float64'))
    expect(() => sliding.apply(random(1, [1, 2, 39]))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: tensor.slide: [1, 2, 39] is shorter than a window of 40 samples; give a longer series]`,
    )
    expect(() => sliding.apply(random(1, [1, 2, 90]), { stride: 4 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: tensor.slide: a stride of 4 samples is no multiple of 6, the total stride of the function's layers; use one, or series shifted against each other]`,
    )
  })
})
