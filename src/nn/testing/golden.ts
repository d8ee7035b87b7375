import { readFileSync } from 'node:fs'
import { type Shape, type Tensor, tensor } from '../../tensor/index.ts'

interface TensorPlan {
  readonly name: string
  readonly shape: Shape
  readonly seed: number
  readonly gain: number
  readonly offset: number
}

interface StoredCase {
  readonly title: string
  readonly training?: boolean
  readonly stride?: number
  readonly network?: Readonly<Record<string, unknown>>
  readonly tensors: readonly TensorPlan[]
  readonly shape: Shape
  readonly output: string
  readonly gradients: Readonly<Record<string, string>>
  readonly buffers?: Readonly<Record<string, string>>
}

/** A case of tools/reference/nn_golden.py. */
export interface GoldenCase extends Omit<StoredCase, 'tensors' | 'output' | 'gradients' | 'buffers'> {
  readonly tensors: Readonly<Record<string, Tensor>>
  readonly output: Float32Array
  readonly gradients: Readonly<Record<string, Float32Array>>
  readonly buffers: Readonly<Record<string, Float32Array>>
}

const stored: {
  readonly cases: readonly StoredCase[]
  readonly counts: readonly { readonly options: Readonly<Record<string, unknown>>; readonly parameters: number }[]
} = JSON.parse(readFileSync(new URL('../fixtures/nn-golden.json', import.meta.url), 'utf8'))

/** The script's linear congruential generator. */
export function generated({
  shape,
  seed,
  gain = 1,
  offset = 0,
}: Partial<TensorPlan> & Pick<TensorPlan, 'shape' | 'seed'>) {
  let state = (Math.imul(seed, 2654435761) + 12345) >>> 0
  const size = shape.reduce((product, n) => product * n, 1)
  const values = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state / 2 ** 31 - 1) * gain + offset
  })
  return tensor(values, { shape })
}

const decoded = (text: string): Float32Array => {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
  return new Float32Array(bytes.buffer)
}

const decodedAll = (texts: Readonly<Record<string, string>>): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, decoded(text)]))

/** Cases whose title begins so. */
export const goldenCases = (prefix: string): GoldenCase[] =>
  stored.cases
    .filter(({ title }) => title.startsWith(prefix))
    .map(({ tensors, output, gradients, buffers = {}, ...rest }) => ({
      ...rest,
      tensors: Object.fromEntries(tensors.map(plan => [plan.name, generated(plan)])),
      output: decoded(output),
      gradients: decodedAll(gradients),
      buffers: decodedAll(buffers),
    }))

/** Parameters of aframe's networks by PyTorch. */
export const goldenCounts = stored.counts

/** What the script weighs outputs with: the loss is their sum. */
export const cotangentOf = (shape: Shape): Tensor => generated({ shape, seed: 9999 })
