import { QuadrupoleError } from '../../core/index.ts'
import { dtypes } from '../dtype.ts'
import type { Tensor } from '../tensor.ts'

/** What a model says of one of its inputs or outputs; a length that is only known when it runs has a name, or ''. */
export interface ModelValue {
  readonly name: string
  /** An element type as ONNX Runtime calls it: our dtypes and others, such as uint8 or float16. */
  readonly dtype: string
  readonly shape: readonly (number | string)[]
}

/** `strain float32 [batch, 2, 2048]`. */
const showModelValue = ({ name, dtype, shape }: ModelValue): string =>
  `${name} ${dtype} [${shape.map(n => (n === '' ? '?' : n)).join(', ')}]`

export const showModelValues = (values: readonly ModelValue[]): string =>
  values.length === 0 ? 'nothing' : values.map(showModelValue).join(', ')

/** Lengths that a model only names, as found so far, and in which value. */
export type NamedLengths = Map<string, { readonly length: number; readonly of: string }>

/** Checks tensors against the values that a model declares, in their order; a named length must be the same everywhere. */
export function checkModelValues(
  where: string,
  kind: 'input' | 'output' | 'parameter' | 'state',
  values: readonly ModelValue[],
  tensors: readonly (Pick<Tensor, 'dtype' | 'shape'> | undefined)[],
  named: NamedLengths = new Map(),
): void {
  values.forEach((value, i) => {
    const tensor = tensors[i]
    if (!tensor) return
    const { name, dtype, shape } = value
    const fail = (code: 'dtype' | 'shape', what: string): never => {
      const given = `${tensor.dtype} [${tensor.shape.join(', ')}]`
      throw new QuadrupoleError(code, `${where}: ${kind} '${name}' is ${given}, ${what}`, {
        details: { name, given: tensor.shape, expected: shape },
      })
    }
    if (tensor.dtype !== dtype)
      fail(
        'dtype',
        `the model has ${showModelValue(value)}; ${isOurs(dtype) ? `cast it to ${dtype}` : 'cast it in the model, since no tensor has that dtype'}`,
      )
    if (tensor.shape.length !== shape.length)
      fail('shape', `the model has ${showModelValue(value)}; give it ${shape.length} axes`)
    shape.forEach((expected, axis) => {
      const length = tensor.shape[axis]!
      if (typeof expected === 'number') {
        if (expected !== length)
          fail('shape', `the model has ${showModelValue(value)}; axis ${axis} must have length ${expected}`)
        return
      }
      const other = named.get(expected)
      if (other && other.length !== length)
        fail('shape', `but its '${expected}' axis must have length ${other.length}, as in '${other.of}'`)
      if (expected !== '' && !other) named.set(expected, { length, of: name })
    })
  })
}

const isOurs = (dtype: string): boolean => (dtypes as readonly string[]).includes(dtype)
