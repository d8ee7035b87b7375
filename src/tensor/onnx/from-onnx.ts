import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { QuadrupoleError } from '../../core/index.ts'
import { type DType, isFloat } from '../dtype.ts'
import { checkModelValues, type ModelValue, showModelValues } from '../runtime/model-value.ts'
import type { Tensor } from '../tensor.ts'
import type { GraphProto, ModelProto } from './gen/onnx_pb.ts'
import { type ExternalData, modelValueOf, parseModel } from './import/file.ts'
import { settings } from './import/operators.ts'
import { programOf } from './import/program.ts'
import { decodeStates, type ModelState } from './states.ts'
import { parametersKey } from './to-onnx.ts'

/** Tensors by the names a model has for them. */
export type NamedTensors = Readonly<Record<string, Tensor>>

/** A model file as a function of tensors. */
export interface OnnxModel {
  readonly inputs: readonly ModelValue[]
  readonly outputs: readonly ModelValue[]
  /** The float tensors stored in the file: weights, and statistics of normalisations. */
  readonly parameters: NamedTensors
  /** Pairs of an input and the output that is its next value. */
  readonly states: readonly ModelState[]
  /** The file's free text entries. */
  readonly metadata: Readonly<Record<string, string>>
  /** Which program wrote the file. */
  readonly producer: string
  /** The version of ONNX's operators that the file uses. */
  readonly opset: number
  /**
   * Computes the outputs, at once or in a trace: it can be compiled and differentiated, in its parameters too.
   *
   * @param parameters in place of the stored ones of the same names; those left out keep their stored values.
   * @throws `argument`, `dtype` or `shape` where inputs or parameters are not the model's.
   */
  readonly call: (parameters: NamedTensors, inputs: NamedTensors) => Record<string, Tensor>
}

export interface FromOnnxOptions {
  /** Gives the content of files beside the model in which it keeps tensors, by the location it names. */
  readonly externalData?: ExternalData
}

const oldestOpset = 13

/**
 * Reads an ONNX model as a function of tensors: what `toOnnx` writes, and inference networks that PyTorch and others
 * export (operator sets from 13). Lengths that the file leaves open are those of the inputs it is called with.
 *
 * @throws `format` for damaged files, `unsupported` naming all operators and element types that can't be imported,
 *   `argument` for tensors in other files (see `readOnnx`).
 * @example
 * const model = fromOnnx(bytes)
 * const loss = (weights: NamedTensors) => model.call(weights, { strain }).logit!.mean()
 * const gradient = grad(loss)(model.parameters)
 */
export function fromOnnx(bytes: Uint8Array, options: FromOnnxOptions = {}): OnnxModel {
  const model = parseModel(bytes)
  const graph = model.graph!
  const opset = opsetOf(model)
  const program = programOf(graph, opset, options.externalData)
  // older files list stored tensors among the inputs
  const inputs = graph.input.filter(({ name }) => !program.constants.has(name)).map(modelValueOf)
  const outputs = graph.output.map(modelValueOf)
  const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]))
  const parameters = parametersOf(graph, metadata, program.constants)
  const call = (replaced: NamedTensors, given: NamedTensors): Record<string, Tensor> => {
    checkNames('input', inputs, given)
    checkModelValues(
      'fromOnnx.call',
      'input',
      inputs,
      inputs.map(({ name }) => given[name]!),
    )
    checkParameters(parameters, replaced)
    const results = program.run(new Map([...Object.entries(replaced), ...Object.entries(given)]))
    return Object.fromEntries(outputs.map(({ name }, i) => [name, results[i]!]))
  }
  const states = decodeStates(metadata, name => {
    const found = inputs.find(input => input.name === name)
    return found && { dtype: found.dtype as DType, shape: found.shape.map(n => (typeof n === 'number' ? n : 1)) }
  })
  return { inputs, outputs, parameters, states, metadata, producer: model.producerName, opset, call }
}

/**
 * Reads an ONNX file, and the files beside it in which it keeps tensors.
 *
 * @throws like `fromOnnx`; `io` where a file can't be read.
 */
export async function readOnnx(path: string): Promise<OnnxModel> {
  const bytes = await readFile(path).catch(unreadable(path))
  const contents = new Map<string, Uint8Array>()
  for (const { location, file } of externalFiles(parseModel(bytes), dirname(path)))
    contents.set(location, await readFile(file).catch(unreadable(file)))
  return fromOnnx(bytes, { externalData: location => contents.get(location)! })
}

const unreadable = (path: string) => (cause: unknown) => {
  throw new QuadrupoleError('io', `readOnnx: can’t read ${path}: ${(cause as Error).message}`, { cause })
}

/** Files that a model's tensors lie in; only such as are in its folder or below. */
function externalFiles({ graph }: ModelProto, folder: string): { location: string; file: string }[] {
  const tensors = [
    ...graph!.initializer,
    ...graph!.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => t ?? [])),
  ]
  const locations = tensors.flatMap(({ externalData }) =>
    externalData.flatMap(({ key, value }) => (key === 'location' ? [value] : [])),
  )
  return [...new Set(locations)].map(location => {
    const file = join(folder, location)
    if (relative(folder, file).startsWith('..'))
      throw new QuadrupoleError('format', `readOnnx: the model refers to ${location}, which is outside its folder`)
    return { location, file }
  })
}

function opsetOf({ opsetImport, functions }: ModelProto): number {
  if (functions.length > 0)
    throw new QuadrupoleError(
      'unsupported',
      `fromOnnx: the model defines functions (${functions.map(({ name }) => name).join(', ')}); inline them, as onnx.inliner.inline_local_functions does`,
    )
  const opset = Number(opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0)
  if (opset < oldestOpset)
    throw new QuadrupoleError(
      'unsupported',
      `fromOnnx: the model uses operator set ${opset}, known are those from ${oldestOpset}; convert it, as onnx.version_converter does, or export it anew`,
    )
  return opset
}

/** Stored float tensors, but for those that only say how to compute; or those that our own files list. */
function parametersOf(
  { node, initializer }: GraphProto,
  metadata: Readonly<Record<string, string>>,
  constants: ReadonlyMap<string, Tensor>,
): Record<string, Tensor> {
  const listed = metadata[parametersKey]
  const isSetting = new Map<string, boolean>()
  for (const { opType, input } of node)
    input.forEach((name, i) => {
      isSetting.set(name, (isSetting.get(name) ?? true) && (settings[opType]?.includes(i) ?? false))
    })
  const names =
    listed === undefined
      ? initializer.flatMap(({ name }) => (isSetting.get(name) ? [] : [name]))
      : (JSON.parse(listed) as string[])
  return Object.fromEntries(
    names.flatMap(name => {
      const tensor = constants.get(name)
      return tensor && isFloat(tensor.dtype) ? [[name, tensor]] : []
    }),
  )
}

function checkNames(kind: string, values: readonly ModelValue[], given: NamedTensors): void {
  const missing = values.find(({ name }) => !Object.hasOwn(given, name))
  const unknown = Object.keys(given).find(name => !values.some(value => value.name === name))
  if (missing || unknown !== undefined)
    throw new QuadrupoleError(
      'argument',
      `fromOnnx.call: ${missing ? `${kind} '${missing.name}' is missing` : `there is no ${kind} '${unknown}'`}; the model takes ${showModelValues(values)}`,
    )
}

function checkParameters(stored: NamedTensors, replaced: NamedTensors): void {
  const names = Object.keys(replaced)
  const unknown = names.find(name => !Object.hasOwn(stored, name))
  if (unknown !== undefined)
    throw new QuadrupoleError(
      'argument',
      `fromOnnx.call: there is no parameter '${unknown}'; the model has ${Object.keys(stored).join(', ') || 'none'}`,
    )
  const values = names.map((name): ModelValue => ({ name, dtype: stored[name]!.dtype, shape: stored[name]!.shape }))
  checkModelValues(
    'fromOnnx.call',
    'parameter',
    values,
    names.map(name => replaced[name]),
  )
}
