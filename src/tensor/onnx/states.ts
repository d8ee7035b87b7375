import { QuadrupoleError } from '../../core/index.ts'
import { allocate, type DType, type Storage } from '../dtype.ts'
import { sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import type { Spec } from '../trace.ts'
import { isBatchLength } from './batch-axis.ts'
import type { ModelNames } from './model.ts'

/** An output that is the next value of an input: who runs the model step by step carries it over. */
export interface StateOptions {
  readonly input: string
  readonly output: string
  /** The value before the first step, with a batch axis of length 1 if the input has one; zeros by default. */
  readonly initial?: Tensor
}

/** A declared state of a model file. */
export type ModelState = Required<StateOptions>

/** The entry of a file's metadata that declares states: a JSON list of { input, output, initial? } (base64). */
const statesKey = 'quadrupole.states'

interface StoredState {
  readonly input: string
  readonly output: string
  /** Little-endian elements in base64; left out for zeros. */
  readonly initial?: string
}

/** A state's shape for one sequence: its batch axis, if any, has length 1. */
const sequenceShape = (shape: readonly number[]): number[] => shape.map(n => (isBatchLength(n) ? 1 : n))

/**
 * The metadata that declares states.
 *
 * @throws `argument` for names that the model does not have or uses twice, `shape` or `dtype` where input, output and
 *   initial value differ.
 */
export function encodeStates(
  states: readonly StateOptions[],
  names: ModelNames,
  inputs: readonly Spec[],
  outputs: readonly Spec[],
): Record<string, string> {
  if (states.length === 0) return {}
  const seen = new Set<string>()
  const find = (kind: 'input' | 'output', name: string): Spec => {
    const index = names[`${kind}s`].indexOf(name)
    if (index < 0)
      throw new QuadrupoleError(
        'argument',
        `toOnnx: a state names the ${kind} '${name}', the model has ${names[`${kind}s`].map(n => `'${n}'`).join(', ')}`,
      )
    if (seen.has(`${kind} ${name}`))
      throw new QuadrupoleError('argument', `toOnnx: ${kind} '${name}' belongs to two states; pair each once`)
    seen.add(`${kind} ${name}`)
    return (kind === 'input' ? inputs : outputs)[index]!
  }
  const stored = states.map(({ input, output, initial }): StoredState => {
    const before = find('input', input)
    const after = find('output', output)
    checkEqual(`state '${input}'`, before, `output '${output}'`, after)
    if (!initial) return { input, output }
    checkEqual(`state '${input}'`, { ...before, shape: sequenceShape(before.shape) }, 'its initial value', initial)
    const { buffer, byteOffset, byteLength } = initial.data
    return { input, output, initial: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64') }
  })
  return { [statesKey]: JSON.stringify(stored) }
}

function checkEqual(what: string, a: Spec, other: string, b: Spec): void {
  const show = ({ dtype, shape }: Spec): string =>
    `${dtype} [${shape.map(n => (isBatchLength(n) ? (n.factor === 1 ? 'batch' : `${n.factor} batch`) : n)).join(', ')}]`
  if (show(a) !== show(b))
    throw new QuadrupoleError(
      a.dtype === b.dtype ? 'shape' : 'dtype',
      `toOnnx: ${what} is ${show(a)}, ${other} is ${show(b)}; both must be equal`,
    )
}

/**
 * Reads what `encodeStates` wrote.
 *
 * @param specOf the shape (batch axis as 1) and dtype of an input, undefined if there is none of that name.
 * @throws `format` where the entry is no such list or does not fit the model.
 */
export function decodeStates(
  metadata: Readonly<Record<string, string>>,
  specOf: (input: string) => Spec | undefined,
): ModelState[] {
  const text = metadata[statesKey]
  if (text === undefined) return []
  const damaged = (cause?: unknown): QuadrupoleError =>
    new QuadrupoleError('format', `fromOnnx: the metadata entry '${statesKey}' is damaged: ${text.slice(0, 100)}`, {
      cause,
    })
  try {
    return (JSON.parse(text) as StoredState[]).map(({ input, output, initial }) => {
      const found = specOf(input)
      if (!found || typeof output !== 'string') throw damaged()
      return { input, output, initial: Tensor.of(elements(found.dtype, sizeOf(found.shape), initial), found.shape) }
    })
  } catch (error) {
    throw error instanceof QuadrupoleError && error.code === 'format' ? error : damaged(error)
  }
}

function elements(dtype: DType, size: number, base64: string | undefined): Storage {
  const storage = allocate(dtype, size)
  if (base64 === undefined) return storage
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== storage.byteLength) throw new RangeError(`${bytes.length} bytes for ${storage.byteLength}`)
  new Uint8Array(storage.buffer).set(bytes)
  return storage
}
