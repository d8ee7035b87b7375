import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonOf } from '../../bench/harness/environment.ts'
import { type DType, spec, Tensor, toOnnx } from '../../src/tensor/index.ts'
import { tolerances } from '../../src/tensor/testing/case.ts'
import { deviation, numbersOf } from '../../src/tensor/testing/compare.ts'
import { gradientsOf } from '../../src/tensor/testing/experiment.ts'
import { everyCase, modelOf } from '../../src/tensor/testing/exported.ts'

interface Encoded {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data: string
}
interface Answer {
  readonly error?: string
  readonly metadata: Readonly<Record<string, string>>
  readonly runs: readonly Readonly<Record<string, Encoded>>[]
}
/** A model, what it is run on, and what must come out. */
interface Question {
  readonly name: string
  readonly model: Uint8Array
  readonly runs: readonly Readonly<Record<string, Tensor>>[]
  readonly expected: readonly (readonly Tensor[])[]
}

const folder = mkdtempSync(join(tmpdir(), 'quadrupole-interop-'))
afterAll(() => rmSync(folder, { recursive: true }))

const encode = ({ dtype, shape, data }: Tensor): Encoded => ({
  dtype,
  shape,
  data: Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength).toString('base64'),
})

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
}

function decode({ dtype, shape, data }: Encoded): Tensor {
  const bytes = Buffer.from(data, 'base64')
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  return Tensor.of(new arrays[dtype as DType](buffer as ArrayBuffer), shape)
}

/** Checks all models with onnx.checker (with shape inference) and runs them in Python's ONNX Runtime. */
function ask(questions: readonly Question[]): ReadonlyMap<string, Answer> {
  const cases = questions.map(({ name, model, runs }, i) => {
    const path = join(folder, `${i}.onnx`)
    writeFileSync(path, model)
    const encoded = runs.map(run =>
      Object.fromEntries(Object.entries(run).map(([key, tensor]) => [key, encode(tensor)])),
    )
    return { name, model: path, runs: encoded }
  })
  const file = join(folder, 'cases.json')
  writeFileSync(file, JSON.stringify(cases))
  const script = join(import.meta.dirname, 'onnx_cases.py')
  const { stdout, stderr, status } = spawnSync(pythonOf('torch'), [script, file], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  expect(status, stderr).toBe(0)
  return new Map(Object.entries(JSON.parse(stdout)))
}

/** The battery's tolerances: Python's kernels are those the compiled graphs are tested with. */
const toleranceOf = (dtype: DType): number => (dtype === 'float64' ? tolerances.float64 : tolerances.float32)

function check({ name, expected }: Question, answers: ReadonlyMap<string, Answer>): void {
  const { error, runs } = answers.get(name)!
  expect(error, name).toBeUndefined()
  expected.forEach((tensors, run) => {
    const found = Object.values(runs[run]!).map(decode)
    expect(found.map(String)).toEqual(tensors.map(String))
    tensors.forEach((tensor, i) => {
      const difference = deviation(numbersOf(found[i]!), numbersOf(tensor))
      expect(difference, `${name}, output ${i}`).toBeLessThanOrEqual(toleranceOf(tensor.dtype))
    })
  })
}

const named = (tensors: readonly Tensor[]): Record<string, Tensor> =>
  Object.fromEntries(tensors.map((tensor, i) => [`input_${i}`, tensor]))

const values = everyCase().map(
  ({ title, experiment: { inputs, apply } }): Question => ({
    name: title,
    model: modelOf(apply, inputs, 'portable'),
    runs: [named(inputs)],
    expected: [apply(inputs)],
  }),
)

const gradients = everyCase().flatMap(({ title, experiment }): Question[] => {
  const { inputs, cotangents, differentiable } = experiment
  if (differentiable.length === 0) return []
  const f = (tensors: readonly Tensor[]) =>
    gradientsOf(experiment, tensors.slice(0, inputs.length), tensors.slice(inputs.length))
  const all = [...inputs, ...cotangents]
  return [{ name: `${title}, gradient`, model: modelOf(f, all, 'portable'), runs: [named(all)], expected: [f(all)] }]
})

describe.each([
  ['values', values],
  ['gradients', gradients],
] as const)('%s of all primitives in portable form', (_kind, questions) => {
  let answers: ReadonlyMap<string, Answer>
  beforeAll(() => {
    answers = ask(questions)
  })
  it.each(questions.map(question => [question.name, question] as const))('%s', (_name, question) => {
    check(question, answers)
  })
})

describe('a model with states and an open batch', () => {
  it('is run step by step by what its metadata says', () => {
    const filter = ({ x, memory }: { x: Tensor; memory: Tensor }) => {
      const y = memory.mul(0.9).add(x.mul(0.1))
      return { y, next: y }
    }
    const states = [{ input: 'memory', output: 'next' }]
    const inputs = { x: spec([1, 3]), memory: spec([1, 3]) }
    const x = Tensor.of(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])
    const memory = x.mul(-1)
    const expected = Object.values(filter({ x, memory }))
    const question: Question = {
      name: 'filter',
      model: toOnnx(filter, { inputs, batch: true, states, metadata: { sampleRate: '2048' } }),
      runs: [{ x, memory }],
      expected: [expected],
    }
    const answers = ask([question])
    check(question, answers)
    expect(answers.get('filter')!.metadata).toEqual({
      sampleRate: '2048',
      'quadrupole.states': JSON.stringify(states),
    })
  })
})
