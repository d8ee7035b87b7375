import { expect, test } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { conv1d, inThreadExecutor, jit, spec, Tensor, toOnnx, vjp } from '../index.ts'
import { preparedFor } from '../onnx/model.ts'
import { sizeOf } from '../shape.ts'
import { deviation, numbersOf } from '../testing/compare.ts'
import { trace } from '../transform/trace.ts'

const draw = (name: string, shape: readonly number[]): Tensor =>
  Tensor.of(Float32Array.from(normal(randomKey(name), sizeOf(shape))), shape)

/** y, dx and dw of a convolution of three taps that keeps the length. */
function evaluate(x: Tensor, w: Tensor, cotangent: Tensor): Tensor[] {
  const { output, pullback } = vjp((a: Tensor, b: Tensor) => conv1d(a, b, { padding: 1 }), x, w)
  return [output, ...pullback(cotangent)]
}

const sizes = [
  { batch: 1, inputs: 128, outputs: 128, samples: 1 },
  { batch: 2, inputs: 128, outputs: 130, samples: 4 },
  { batch: 3, inputs: 136, outputs: 128, samples: 7 },
  { batch: 2, inputs: 128, outputs: 160, samples: 18 },
  { batch: 1, inputs: 128, outputs: 128, samples: 61 },
]

const inputsOf = ({ batch, inputs, outputs, samples }: (typeof sizes)[number]) =>
  [
    draw('x', [batch, inputs, samples]),
    draw('w', [outputs, inputs, 3]),
    draw('cotangent', [batch, outputs, samples]),
  ] as const

test.each(sizes)('tiles of %o give the convolution and its gradients to 2e-6 of the largest', async size => {
  const given = inputsOf(size)
  const compiled = jit(evaluate)
  const found = await compiled(...given)
  await compiled.dispose()
  evaluate(...given).forEach((expected, i) => {
    expect(found[i]!.shape).toEqual(expected.shape)
    expect(deviation(numbersOf(found[i]!), numbersOf(expected))).toBeLessThan(2e-6)
  })
})

test('a model of tiles runs with any batch', async () => {
  const w = draw('w', [128, 128, 3])
  const bytes = toOnnx((x: Tensor) => conv1d(x, w, { padding: 1 }), {
    inputs: spec([1, 128, 10]),
    batch: true,
    provider: 'cpu',
  })
  await using executor = inThreadExecutor()
  const session = await executor.load(bytes)
  for (const batch of [1, 3]) {
    const x = draw('x', [batch, 128, 10])
    const [found] = await session.run([x])
    expect(deviation(numbersOf(found!), numbersOf(conv1d(x, w, { padding: 1 })))).toBeLessThan(2e-6)
  }
})

const primitivesFor = (
  provider: 'cpu' | 'portable',
  options: { readonly dilation?: number; readonly taps?: number },
) => {
  const { dilation = 1, taps = 3 } = options
  const padding = (dilation * (taps - 1)) / 2
  const { graph } = trace(
    (x: Tensor, w: Tensor) => conv1d(x, w, { padding, dilation }),
    draw('x', [1, 128, 16]),
    draw('w', [128, 128, taps]),
  )
  return preparedFor(graph, { provider }).nodes.map(({ primitive }) => primitive.name)
}

test('tiles are for processors, and for three taps side by side', () => {
  expect(primitivesFor('cpu', {})).not.toContain('conv')
  expect(primitivesFor('portable', {})).toContain('conv')
  expect(primitivesFor('cpu', { dilation: 2 })).toContain('conv')
  expect(primitivesFor('cpu', { taps: 5 })).toContain('conv')
})
