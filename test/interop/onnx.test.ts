import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { pythonOf } from '../../bench/harness/environment.ts'
import { normal, randomKey } from '../../src/core/index.ts'
import {
  conv1d,
  erf,
  type FloatDType,
  logSumExp,
  matmul,
  mean,
  relu,
  type Shape,
  softmax,
  spec,
  square,
  standardDeviation,
  sum,
  type Tensor,
  tanh,
  tensor,
  toOnnx,
} from '../../src/tensor/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'quadrupole-interop-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Answer {
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>
  readonly outputs: Readonly<Record<string, { dtype: string; shape: number[]; data: string }>>
  readonly external: boolean
}

/** Checks a model file with `onnx.checker` and runs it in Python's ONNX Runtime. */
function runInPython(model: Uint8Array, inputs: Readonly<Record<string, Tensor>>): Answer {
  const path = join(folder, 'model.onnx')
  writeFileSync(path, model)
  const encoded = Object.entries(inputs).map(([name, { dtype, shape, data }]) => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    return [name, { dtype, shape, data: bytes.toString('base64') }]
  })
  const { stdout, stderr, status } = spawnSync(pythonOf('torch'), [join(import.meta.dirname, 'onnx_runner.py')], {
    input: JSON.stringify({ model: path, inputs: Object.fromEntries(encoded) }),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout)
}

/** Largest difference between what Python computed and our eager kernels, relative to the largest value. */
function difference(answer: Answer, name: string, expected: Tensor): number {
  const found = answer.outputs[name]
  expect(found).toMatchObject({ dtype: expected.dtype, shape: expected.shape })
  const bytes = Buffer.from(found!.data, 'base64')
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  const values = expected.dtype === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer)
  const scale = Math.max(...Array.from(expected.data, Number).map(Math.abs))
  return Math.max(...Array.from(values, (value, i) => Math.abs(value - Number(expected.data[i])))) / scale
}

const random = (n: number, shape: Shape, dtype: FloatDType): Tensor => {
  const count = shape.reduce((product, size) => product * size, 1)
  return tensor(normal(randomKey(n), count), { dtype, shape })
}

/** Weights of a scale that keeps activations near 1, as in a network: saturated ones would magnify rounding. */
const weights = (n: number, shape: Shape, fanIn: number, dtype: FloatDType): Tensor =>
  random(n, shape, dtype).div(Math.sqrt(fanIn))

const tolerance = { float32: 2e-6, float64: 1e-14 } as const

test.each(['float32', 'float64'] as const)('a %s network with an open batch runs for any batch', dtype => {
  const parameters = {
    first: weights(1, [8, 2, 7], 14, dtype),
    second: weights(2, [6, 4, 3], 12, dtype),
    head: weights(3, [6, 1], 6, dtype),
  }
  const network = ({ strain }: { strain: Tensor }) => {
    const h = relu(conv1d(strain, parameters.first, { stride: 2, padding: 3 }))
    const g = tanh(conv1d(h, parameters.second, { dilation: 2, groups: 2, padding: 'same' }))
    // Squares, since a mean of either sign can be close to zero and then has few digits in any engine.
    return { features: g, power: matmul(mean(square(g), { axes: -1 }), square(parameters.head)) }
  }
  const model = toOnnx(network, { inputs: { strain: spec([1, 2, 64], dtype) }, batch: true, parameters })
  for (const batch of [1, 5]) {
    const strain = random(10 + batch, [batch, 2, 64], dtype)
    const answer = runInPython(model, { strain })
    expect(answer.external).toBe(false)
    expect(answer.inputs.strain).toEqual([expect.any(String), 2, 64])
    const { features, power } = network({ strain })
    expect(difference(answer, 'features', features)).toBeLessThan(tolerance[dtype])
    expect(difference(answer, 'power', power)).toBeLessThan(tolerance[dtype])
  }
})

test.each(['float32', 'float64'] as const)('%s functions give in Python what they give at once', dtype => {
  const functions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    elementwise: x => x.mul(x).add(1).sqrt().log().add(x.sin()).sub(x.cos().exp()),
    erf,
    atan: x => x.atan(),
    sinh: x => x.sinh(),
    pow: x => x.abs().add(0.5).pow(1.7),
    where: x => x.less(0.3).where(x.neg(), x.mul(2)),
    sum: x => sum(x, { axes: [0, 2] }),
    standardDeviation: x => standardDeviation(x, { axes: -1, keepAxes: true }),
    logSumExp: x => logSumExp(x, { axes: 1 }),
    softmax: x => softmax(x, { axis: -1 }),
    max: x => x.max({ axes: 1 }),
    transpose: x => x.transpose([2, 0, 1]),
    flip: x => x.flip(-1),
    roll: x => x.roll(2, { axis: -1 }),
  }
  const all = ({ x }: { x: Tensor }) => Object.fromEntries(Object.entries(functions).map(([name, f]) => [name, f(x)]))
  const x = random(4, [3, 4, 5], dtype)
  const answer = runInPython(toOnnx(all, { inputs: { x: spec(x.shape, dtype) } }), { x })
  const expected = all({ x })
  for (const name of Object.keys(functions))
    expect([name, difference(answer, name, expected[name]!)]).toEqual([
      name,
      expect.toSatisfy(value => value < tolerance[dtype]),
    ])
})
