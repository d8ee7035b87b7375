import { flatten, type MapTree, QuadrupoleError, treePaths, unflatten, writeFileAtomically } from '../../core/index.ts'
import { Complex } from '../complex.ts'
import type { Storage } from '../dtype.ts'
import { showShape } from '../shape.ts'
import { TensorSpec } from '../spec.ts'
import { Tensor } from '../tensor.ts'
import { type Graph, type Spec, traceFlat, type Value } from '../trace.ts'
import { flattenTensors } from '../transform/tree.ts'
import { probeSizes } from './batch-axis.ts'
import type { Provider } from './lowering.ts'
import { type ModelNames, modelBytes, preparedFor } from './model.ts'
import { encodeStates, type StateOptions } from './states.ts'
import { withBatchAxis } from './with-batch-axis.ts'

/** A tree of tensors with specs (or tensors to take them from) at its leaves. */
export type SpecTree<T> = MapTree<T, Tensor, TensorSpec | Tensor>

export interface ToOnnxOptions<Inputs> {
  /** Shapes and dtypes of the function's argument. */
  readonly inputs: SpecTree<Inputs>
  /** Names by tree path, for inputs and outputs that are not to be called by their path. */
  readonly inputNames?: Readonly<Record<string, string>>
  readonly outputNames?: Readonly<Record<string, string>>
  /** Inputs (by name; all with `true`) whose axis 0 is the batch: its size is left open. None by default. */
  readonly batch?: boolean | readonly string[]
  /** Pairs of an input and the output that is its next value. */
  readonly states?: readonly StateOptions[]
  /** A tree of tensors that the function uses: the file names them by their path, and tells them from constants. */
  readonly parameters?: unknown
  /** Free text entries of the file. */
  readonly metadata?: Readonly<Record<string, string>>
  /** What it is made for; 'portable' by default: standard operators only, for any runtime. */
  readonly provider?: Provider
}

/** The entry of a file's metadata that lists its parameters: a JSON list of initializers' names. */
export const parametersKey = 'quadrupole.parameters'

/**
 * Writes a function between trees of tensors as an ONNX model (IR 10, operator set 21). Inputs and outputs are called by
 * their tree paths (`input` and `output` where the tree is a single tensor, `.re` and `.im` for complex pairs); tensors
 * the function uses without being given them are stored in the file.
 *
 * @returns the file's bytes.
 * @throws `unsupported` where the batch can't be left open, `argument` for names that clash or don't exist, `shape` and
 *   `dtype` for states whose output is unlike their input; whatever tracing throws.
 * @example
 * const bytes = toOnnx(({ strain }: { strain: Tensor }) => ({ logit: strain.mean({ axes: [1, 2] }) }), {
 *   inputs: { strain: spec([1, 2, 2048]) },
 *   batch: true,
 * })
 */
export function toOnnx<Inputs>(f: (inputs: Inputs) => unknown, options: ToOnnxOptions<Inputs>): Uint8Array {
  const { inputs, states = [], metadata = {}, provider = 'portable', parameters } = options
  const target = { provider }
  const leaves = inputLeaves(inputs)
  const inputNames = named('input', leaves, options.inputNames)
  const batched = batchInputs(inputNames, leaves, options.batch ?? false)
  let outputNames: readonly string[] = []
  const traceAt = (batch: number): Graph => {
    const specs = leaves.map(({ spec }, i) => (batched[i] ? { ...spec, shape: [batch, ...spec.shape.slice(1)] } : spec))
    const graph = traceFlat((...tensors) => {
      const output = f(rebuilt(inputs, tensors) as Inputs)
      outputNames = named('output', outputLeaves(output), options.outputNames)
      return flattenTensors(output).tensors
    }, specs)
    return preparedFor(graph, target)
  }
  const [first, second] = probeSizes
  const graph = batched.includes(true) ? withBatchAxis(traceAt(first), traceAt(second)) : traceAt(1)
  const names: ModelNames = { inputs: inputNames, outputs: outputNames }
  const constants = parameterNames(graph, parameters)
  checkNames([...inputNames, ...outputNames, ...constants.values()])
  return modelBytes(graph, {
    ...target,
    names: { ...names, constants },
    metadata: {
      ...metadata,
      ...encodeStates(states, names, graph.inputs, graph.outputs),
      ...(parameters !== undefined && { [parametersKey]: JSON.stringify([...constants.values()]) }),
    },
  })
}

/** Writes what `toOnnx` gives to a file, which never shows a part of it. */
export async function writeOnnx<Inputs>(
  path: string,
  f: (inputs: Inputs) => unknown,
  options: ToOnnxOptions<Inputs>,
): Promise<void> {
  await writeFileAtomically(path, toOnnx(f, options))
}

interface Leaf {
  readonly path: string
  readonly spec: Spec
}

/** The leaves that stand for tensors, in order; complex pairs count as two. */
function inputLeaves(tree: unknown): Leaf[] {
  const paths = treePaths(tree)
  return flatten(tree).leaves.flatMap((leaf, i): Leaf[] => {
    const path = paths[i]!
    if (leaf instanceof TensorSpec || leaf instanceof Tensor) return [{ path, spec: leaf }]
    if (leaf instanceof Complex) return pairLeaves(path, leaf)
    if (typeof leaf !== 'object' || leaf === null) return []
    throw new QuadrupoleError(
      'argument',
      `toOnnx: the input at '${path}' is ${(leaf as object).constructor.name}, expected spec([…]) or a tensor`,
    )
  })
}

const outputLeaves = (tree: unknown): Leaf[] => {
  const paths = treePaths(tree)
  return flatten(tree).leaves.flatMap((leaf, i): Leaf[] =>
    leaf instanceof Tensor
      ? [{ path: paths[i]!, spec: leaf }]
      : leaf instanceof Complex
        ? pairLeaves(paths[i]!, leaf)
        : [],
  )
}

const pairLeaves = (path: string, { re, im }: Complex): Leaf[] => {
  const stem = path === '' ? '' : `${path}.`
  return [
    { path: `${stem}re`, spec: re },
    { path: `${stem}im`, spec: im },
  ]
}

/** The tree with traced tensors where specs stood. */
function rebuilt(tree: unknown, tensors: readonly Tensor[]): unknown {
  let next = 0
  const { leaves, shape } = flatten(tree)
  return unflatten(
    shape,
    leaves.map(leaf => {
      if (leaf instanceof TensorSpec || leaf instanceof Tensor) return tensors[next++]
      return leaf instanceof Complex ? new Complex(tensors[next++]!, tensors[next++]!) : leaf
    }),
  )
}

function named(
  kind: 'input' | 'output',
  leaves: readonly Leaf[],
  given: Readonly<Record<string, string>> = {},
): string[] {
  const paths = leaves.map(({ path }) => (path === '' ? kind : path))
  const unknown = Object.keys(given).find(path => !paths.includes(path))
  if (unknown !== undefined)
    throw new QuadrupoleError(
      'argument',
      `toOnnx: ${kind}Names has '${unknown}', the function's ${kind}s are ${paths.map(path => `'${path}'`).join(', ')}`,
    )
  return paths.map(path => given[path] ?? path)
}

function checkNames(names: readonly string[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    if (name === '' || seen.has(name))
      throw new QuadrupoleError(
        'argument',
        `toOnnx: two inputs, outputs or parameters would be called '${name}'; tell them apart with inputNames or outputNames`,
      )
    seen.add(name)
  }
}

function batchInputs(names: readonly string[], leaves: readonly Leaf[], batch: boolean | readonly string[]): boolean[] {
  if (typeof batch !== 'boolean') {
    const unknown = batch.find(name => !names.includes(name))
    if (unknown !== undefined)
      throw new QuadrupoleError(
        'argument',
        `toOnnx: batch names '${unknown}', the inputs are ${names.map(name => `'${name}'`).join(', ')}`,
      )
  }
  return names.map((name, i) => {
    const isBatched = typeof batch === 'boolean' ? batch : batch.includes(name)
    const { shape } = leaves[i]!.spec
    if (isBatched && shape.length === 0)
      throw new QuadrupoleError(
        'shape',
        `toOnnx: input '${name}' has shape ${showShape(shape)} and no axis 0 for the batch; name the inputs that have one in batch`,
      )
    return isBatched
  })
}

/** Names for those constants of a graph that are a parameter's elements. */
function parameterNames(graph: Graph, parameters: unknown): Map<Value, string> {
  const paths = new Map<Storage, string>(
    outputLeaves(parameters).flatMap(({ path, spec }) => [[(spec as Tensor).data, path === '' ? 'parameter' : path]]),
  )
  return new Map(
    [...graph.constants].flatMap(([value, tensor]) => {
      const path = paths.get(tensor.data)
      // reshaped, a parameter stands in the graph once more
      paths.delete(tensor.data)
      return path === undefined ? [] : [[value, path]]
    }),
  )
}
