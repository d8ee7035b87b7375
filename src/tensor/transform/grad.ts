import { QuadrupoleError } from '../../core/index.ts'
import { isFloat } from '../dtype.ts'
import { full } from '../ops/create.ts'
import { sameShape, showShape } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { evaluateAll, type Graph, type Node, type Value } from '../trace.ts'
import { trace } from './trace.ts'
import { flattenTensors } from './tree.ts'

/** What reverse mode gives: the function's outputs and the map from their cotangents to the inputs'. */
export interface FlatPullback {
  readonly outputs: readonly Tensor[]
  readonly pullback: (cotangents: readonly (Tensor | undefined)[]) => (Tensor | undefined)[]
}

/** Reverse mode on lists of tensors: runs the graph forward on the inputs and can run it backward from there. */
export function pullbackOf(graph: Graph, inputs: readonly Tensor[]): FlatPullback {
  const tensors = evaluateAll(graph, inputs)
  const isActive = activeValues(graph)
  const outputs = graph.outputs.map(value => tensors.get(value)!)
  const pullback = (cotangents: readonly (Tensor | undefined)[]): (Tensor | undefined)[] => {
    const sums = new Map<Value, Tensor>()
    const accumulate = (value: Value, cotangent: Tensor | undefined): void => {
      if (!cotangent || !isActive.has(value)) return
      const sum = sums.get(value)
      sums.set(value, sum ? sum.add(cotangent) : cotangent)
    }
    graph.outputs.forEach((value, i) => {
      accumulate(value, cotangents[i])
    })
    for (const node of graph.nodes.toReversed()) {
      const given = backward(node, tensors, sums, isActive)
      node.inputs.forEach((value, i) => {
        accumulate(value, given[i])
      })
    }
    return graph.inputs.map(value => sums.get(value))
  }
  return { outputs, pullback }
}

/** The values through which a float input reaches others: only these have cotangents. */
function activeValues(graph: Graph): ReadonlySet<Value> {
  const active = new Set(graph.inputs.filter(value => isFloat(value.dtype)))
  for (const node of graph.nodes)
    if (node.primitive.gradient !== 'none' && node.inputs.some(value => active.has(value)))
      for (const value of node.outputs) if (isFloat(value.dtype)) active.add(value)
  return active
}

function backward(
  node: Node,
  tensors: ReadonlyMap<Value, Tensor>,
  sums: ReadonlyMap<Value, Tensor>,
  isActive: ReadonlySet<Value>,
): readonly (Tensor | undefined)[] {
  const { primitive, params, inputs, outputs } = node
  if (primitive.gradient === 'none' || !outputs.some(value => sums.has(value))) return []
  const needed = inputs.map(value => isActive.has(value))
  if (!needed.includes(true)) return []
  return primitive.gradient({
    inputs: inputs.map(value => tensors.get(value)!),
    outputs: outputs.map(value => tensors.get(value)!),
    cotangents: outputs.map(value => sums.get(value) ?? zerosLike(tensors.get(value)!)),
    params,
    needed,
  })
}

/** Zeros of a tensor's or value's shape; float32 where it holds no floats. */
export function zerosLike(like: Tensor | Value): Tensor {
  if (!isFloat(like.dtype)) return full(like.shape, 0)
  return like instanceof Tensor ? like.like(0).broadcastTo(like.shape) : full(like.shape, 0, { dtype: like.dtype })
}

/** Which arguments to differentiate; the first by default. */
export interface GradOptions {
  readonly argument?: number
}

/**
 * Reverse-mode derivative of a function between trees of tensors.
 *
 * @returns the function's output, and `pullback`, which takes a tree of cotangents like it and gives one cotangent tree
 *   an argument (zeros where the output does not depend on it).
 */
export function vjp<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  ...args: Args
): { readonly output: Out; readonly pullback: (cotangent: Out) => Args } {
  const input = flattenTensors(args)
  const { graph, rebuild } = trace(f, ...args)
  const { outputs, pullback } = pullbackOf(graph, input.tensors)
  return {
    output: rebuild(outputs),
    pullback: cotangent => {
      const { tensors } = flattenTensors(cotangent)
      tensors.forEach((tensor, i) => {
        const output = outputs[i]!
        if (!sameShape(tensor.shape, output.shape) || (isFloat(output.dtype) && tensor.dtype !== output.dtype))
          throw new QuadrupoleError(
            'shape',
            `vjp: cotangent ${i} is ${tensor.dtype} ${showShape(tensor.shape)}, its output ${output.dtype} ${showShape(output.shape)}; they must be equal`,
          )
      })
      const found = pullback(tensors)
      return input.rebuild(found.map((tensor, i) => tensor ?? zerosLike(input.tensors[i]!)))
    },
  }
}

/**
 * A function that gives a scalar function's value and its gradient in one argument (the first by default), a tree like
 * that argument. With `hasAux` semantics built in: the function may return `{ loss, ...rest }` through `aux`.
 *
 * @throws `shape` unless the function's value is a single float.
 * @example
 * const { value, gradient } = valueAndGrad((w: Tensor) => w.mul(w).sum())(tensor([1, 2])) // gradient: [2, 4]
 */
export function valueAndGrad<Args extends readonly unknown[], Out extends Tensor | readonly [Tensor, unknown]>(
  f: (...args: Args) => Out,
  options: GradOptions = {},
): (...args: Args) => { readonly value: Out; readonly gradient: Args[0] } {
  const { argument = 0 } = options
  return (...args) => {
    if (argument < 0 || argument >= args.length)
      throw new QuadrupoleError('argument', `grad: argument ${argument} was asked for, the function got ${args.length}`)
    const { output, pullback } = vjp(
      (x: Args[number]) => f(...(args.with(argument, x) as unknown as Args)),
      args[argument],
    )
    const loss = Array.isArray(output) ? (output[0] as Tensor) : (output as Tensor)
    if (loss.size !== 1 || !isFloat(loss.dtype))
      throw new QuadrupoleError(
        'shape',
        `grad: the function's value is ${loss.dtype} ${showShape(loss.shape)}, expected a single float; sum or mean it first`,
      )
    const seed = loss.like(1)
    const rest = Array.isArray(output) ? [seed, zeroTree(output[1])] : seed
    return { value: output, gradient: pullback(rest as Out)[0] }
  }
}

/** A tree of zeros like a tree of tensors. */
function zeroTree(tree: unknown): unknown {
  const { tensors, rebuild } = flattenTensors(tree)
  return rebuild(tensors.map(zerosLike))
}

/** The gradient of a scalar function in one argument (the first by default). */
export function grad<Args extends readonly unknown[]>(
  f: (...args: Args) => Tensor,
  options: GradOptions = {},
): (...args: Args) => Args[0] {
  const both = valueAndGrad(f, options)
  return (...args) => both(...args).gradient
}
