import type * as Ort from 'onnxruntime-node'
import { QuadrupoleError } from '../../core/index.ts'
import { allocate } from '../dtype.ts'
import { modelBytes } from '../onnx/model.ts'
import { Tensor } from '../tensor.ts'
import { specOf, traceFlat } from '../trace.ts'
import { checkModelValues, type ModelValue } from './model-value.ts'
import { fromOrt } from './ort.ts'
import { loadOrtModel, type OrtModel } from './ort-model.ts'
import { checkRun, type Session, type SessionOptions, sessionValues } from './session.ts'
import { sessionDisposed } from './session-errors.ts'

/**
 * A session whose model has states: each run begins with those the last one left. They stay where the engine works: in
 * two sets of buffers that are read and written in turn, or on the device. Its inputs and outputs are the others.
 *
 * What is asked of it is done in the order asked, so runs may be queued; inputs must stay as they are until theirs is
 * done. A run that fails leaves the states as they were.
 */
export interface StatefulSession extends Session {
  /** Copies of the states. */
  read(): Promise<Tensor[]>
  /** Replaces the states. */
  write(states: readonly Tensor[]): Promise<void>
}

/**
 * Loads a model whose first `states.length` inputs and outputs are states, in the same order.
 *
 * @param states what they begin with; copied.
 * @throws like `createSession`; `argument`, `dtype` or `shape` when the model has other states.
 */
export async function createStatefulSession(
  model: Uint8Array | string,
  states: readonly Tensor[],
  options: SessionOptions = {},
): Promise<StatefulSession> {
  const count = states.length
  const isOnDevice = options.provider === 'webgpu'
  const loaded = await loadOrtModel(model, options, isOnDevice ? states.map((_, i) => `output_${i}`) : [])
  const stateValues = loaded.inputs.slice(0, count)
  try {
    checkStates(stateValues, states)
    checkStates(loaded.outputs.slice(0, count), states)
  } catch (error) {
    await loaded.dispose()
    throw error
  }
  const held = isOnDevice ? deviceStates(loaded, states) : pingPongStates(loaded, states)
  const values = sessionValues({ inputs: loaded.inputs.slice(count), outputs: loaded.outputs.slice(count) })

  let last: Promise<unknown> = Promise.resolve()
  let isDisposed = false
  /** After all that was asked before, whether or not that failed. */
  const inTurn = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    if (isDisposed) throw sessionDisposed()
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
  return {
    ...values,
    async run(inputs, into = []) {
      checkRun(values, inputs, into)
      return inTurn(async () => {
        const results = await loaded.run([...held.current(), ...inputs], [...held.next(), ...into])
        held.advance(results.slice(0, count))
        return results.slice(count).map((result, i) => into[i] ?? fromOrt(result))
      })
    },
    read: () => inTurn(held.read),
    async write(next) {
      checkStates(stateValues, next)
      return inTurn(() => held.write(next))
    },
    async dispose() {
      if (isDisposed) return
      isDisposed = true
      await last
      await held.release()
      await loaded.dispose()
    },
  }
}

function checkStates(expected: readonly ModelValue[], states: readonly Tensor[]): void {
  if (states.length !== expected.length)
    throw new QuadrupoleError(
      'argument',
      `tensor.statefulSession: expected ${expected.length} states, got ${states.length}; give one for each that the model has`,
    )
  checkModelValues('tensor.statefulSession', 'state', expected, states)
}

/** Where states are kept between runs. */
interface States {
  /** What a run reads. */
  current(): readonly Ort.Tensor[]
  /** What a run writes to; undefined where the engine makes a new buffer. */
  next(): readonly (Ort.Tensor | undefined)[]
  /** Takes over what a run wrote. */
  advance(results: readonly Ort.Tensor[]): void
  read(): Promise<Tensor[]>
  write(states: readonly Tensor[]): void
  release(): Promise<void>
}

/** Two sets of buffers: one is read while the other is written, then they change places. */
function pingPongStates(model: OrtModel, states: readonly Tensor[]): States {
  const views = (tensors: readonly Tensor[]): readonly Ort.Tensor[] => tensors.map(tensor => model.view(tensor))
  let current = views(states.map(copied))
  let next = views(states.map(({ dtype, size, shape }) => Tensor.of(allocate(dtype, size), shape)))
  return {
    current: () => current,
    next: () => next,
    advance() {
      ;[current, next] = [next, current]
    },
    read: async () => current.map(view => copied(fromOrt(view))),
    write(given) {
      current.forEach((view, i) => {
        ;(view.data as Float32Array).set(given[i]!.data as Float32Array)
      })
    },
    release: async () => {},
  }
}

/** Tensors that stay in the device's memory from run to run. */
function deviceStates(model: OrtModel, states: readonly Tensor[]): States {
  const views = (tensors: readonly Tensor[]): readonly Ort.Tensor[] => tensors.map(tensor => model.view(copied(tensor)))
  let current = views(states)
  let download: Promise<OrtModel> | undefined
  const replaceBy = (tensors: readonly Ort.Tensor[]): void => {
    for (const tensor of current) if (tensor.location === 'gpu-buffer') tensor.dispose()
    current = tensors
  }
  return {
    current: () => current,
    next: () => states.map(() => undefined),
    advance: replaceBy,
    /** Through a model that copies: reading a device tensor directly kills the process (ONNX Runtime 1.30). */
    async read() {
      if (current.every(tensor => tensor.location === 'cpu')) return current.map(view => copied(fromOrt(view)))
      download ??= loadDownload(states)
      return (await (await download).run(current, [])).map(result => copied(fromOrt(result)))
    },
    write: given => replaceBy(views(given)),
    async release() {
      replaceBy([])
      await (await download)?.dispose()
    },
  }
}

/** A model that gives its inputs, which lie on the device, to the host. */
function loadDownload(states: readonly Tensor[]): Promise<OrtModel> {
  const graph = traceFlat((...tensors) => tensors, states.map(specOf))
  return loadOrtModel(modelBytes(graph, { provider: 'webgpu' }), { provider: 'webgpu' })
}

const copied = ({ data, shape }: Tensor): Tensor => Tensor.of(data.slice(), shape)
