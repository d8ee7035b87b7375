import { readFileSync } from 'node:fs'
import { castStorage, type DType } from '../dtype.ts'
import type { Shape } from '../shape.ts'
import { Tensor } from '../tensor.ts'

interface StoredArray {
  readonly shape: Shape
  readonly dtype: DType
  readonly data: readonly (number | string | boolean)[]
}

type Stored = Readonly<Record<string, StoredArray>>

export type Tensors = Readonly<Record<string, Tensor>>

/** One case of tools/reference/tensor_ops.py or tensor_ops_more.py; all floats are float64. */
export interface Golden {
  readonly op: string
  readonly reference: string
  readonly args: Readonly<Record<string, unknown>>
  readonly inputs: Tensors
  readonly outputs: Tensors
  /** Of the outputs, and what they give for the inputs; only where PyTorch made the case. */
  readonly cotangents?: Tensors
  readonly gradients?: Tensors
}

const fixtures = ['tensor-ops', 'tensor-ops-more'].map(name => new URL(`../fixtures/${name}.json`, import.meta.url))

const tensorsOf = (stored: Stored): Tensors =>
  Object.fromEntries(
    Object.entries(stored).map(([name, { shape, dtype, data }]) => [
      name,
      Tensor.of(castStorage(Float64Array.from(data, Number), dtype), shape),
    ]),
  )

interface StoredCase extends Omit<Golden, 'inputs' | 'outputs' | 'cotangents' | 'gradients'> {
  readonly inputs: Stored
  readonly outputs: Stored
  readonly cotangents?: Stored
  readonly gradients?: Stored
}

/** The golden values of some operations, by SciPy, NumPy and PyTorch. */
export function goldenCases(...ops: readonly string[]): Golden[] {
  const cases = fixtures.flatMap(file => (JSON.parse(readFileSync(file, 'utf8')) as { cases: StoredCase[] }).cases)
  return cases
    .filter(({ op }) => ops.includes(op))
    .map(({ inputs, outputs, cotangents, gradients, ...rest }) => ({
      ...rest,
      inputs: tensorsOf(inputs),
      outputs: tensorsOf(outputs),
      ...(cotangents && { cotangents: tensorsOf(cotangents) }),
      ...(gradients && { gradients: tensorsOf(gradients) }),
    }))
}
