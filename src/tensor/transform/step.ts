import { QuadrupoleError } from '../../core/index.ts'
import { modelBytes, preparedFor } from '../onnx/model.ts'
import type { ExecutionOptions } from '../runtime/executor.ts'
import { createStatefulSession } from '../runtime/stateful-session.ts'
import type { Tensor } from '../tensor.ts'
import { trace } from './trace.ts'
import { type FlatTensors, flattenTensors, showTensors } from './tree.ts'

/**
 * A compiled step with a state of its own: each call begins with the state the last one left.
 *
 * What is asked is done in the order asked, so calls may be queued; inputs must stay as they are until theirs is done. A
 * call that fails leaves the state as it was, and those behind it go on from there.
 */
export interface Step<State, Inputs extends readonly unknown[], Out> {
  /** Runs one step; inputs must have the shapes and dtypes the step was compiled for. */
  run(...inputs: Inputs): Promise<Out>
  /** A copy of the state, as the calls before left it. */
  state(): Promise<State>
  /** Replaces the state by one of the same nest, shapes and dtypes. */
  setState(state: State): Promise<void>
  dispose(): Promise<void>
}

/**
 * Compiles `(state, ...inputs) => [nextState, output]` to one graph whose state stays inside the engine, in buffers
 * that are read and written in turn: a training step (forward, backward, optimiser) with its parameters, or a filter
 * with its memory.
 *
 * On a `workerExecutor` the state lives in its thread, and the calling one stays free. Inputs are copied when they are
 * given; those in shared memory are read where they are.
 *
 * @param state what the first step begins with; copied.
 * @param inputs examples of what `run` will be given: shapes and dtypes count, contents do not.
 * @throws `shape` when the step changes the state's nest, shapes or dtypes; `trace`, `unsupported` or `runtime` from
 *   tracing, lowering and the engine. `run`, `state` and `setState` throw `worker` once the state's thread has died,
 *   and `disposed` after `dispose`.
 * @example
 * const step = await compileStep((sum: Tensor, x: Tensor) => [sum.add(x), sum.add(x)], scalar(0), [scalar(1)])
 * await step.run(scalar(2)) // 2
 */
export async function compileStep<State, Inputs extends readonly unknown[], Out>(
  f: (state: State, ...inputs: Inputs) => readonly [State, Out],
  state: State,
  inputs: Inputs,
  options: ExecutionOptions = {},
): Promise<Step<State, Inputs, Out>> {
  const { executor, ...sessionOptions } = options
  const target = { provider: options.provider ?? 'cpu' }
  const before = flattenTensors(state)
  let after: FlatTensors | undefined
  let output: ((tensors: readonly Tensor[]) => Out) | undefined
  const { graph } = trace(
    (now: State, ...given: Inputs) => {
      const [next, out] = f(now, ...given)
      const flat = flattenTensors(next)
      after = flat
      const result = flattenTensors(out)
      output = result.rebuild
      return [flat.tensors, result.tensors]
    },
    state,
    ...inputs,
  )
  if (after!.key() !== before.key())
    throw new QuadrupoleError(
      'shape',
      `compileStep: the state goes in as ${showTensors(before)} and comes out as ${showTensors(after!)}; a step must keep its nest, shapes and dtypes`,
    )
  const names = {
    inputs: [
      ...before.names().map(name => (name ? `state.${name}` : 'state')),
      ...flattenTensors(inputs)
        .names()
        .map(name => `input.${name}`),
    ],
    outputs: graph.outputs.map((_, i) => `output_${i}`),
  }
  const bytes = modelBytes(preparedFor(graph, target), { ...target, names })
  const load = executor?.loadStateful ?? createStatefulSession
  const session = await load(bytes, before.tensors, sessionOptions)
  return {
    run: async (...given) => output!(await session.run(flattenTensors(given).tensors)),
    state: async () => before.rebuild(await session.read()),
    setState: async next => {
      const flat = flattenTensors(next)
      if (flat.key() !== before.key())
        throw new QuadrupoleError(
          'shape',
          `step.setState: the state is ${showTensors(before)}, got ${showTensors(flat)}; give one of the same nest, shapes and dtypes`,
        )
      await session.write(flat.tensors)
    },
    dispose: () => session.dispose(),
  }
}
