import type * as Ort from 'onnxruntime-node'
import { QuadrupoleError } from '../../core/index.ts'
import { allocate } from '../dtype.ts'
import { modelBytes } from '../onnx/model.ts'
import { Tensor } from '../tensor.ts'
import { specOf, traceFlat } from '../trace.ts'
import { fromOrt, loadOrt, loadOrtSession, modelValues, type OrtModule, runError, toOrt } from './ort.ts'
import { checkRun, type SessionOptions, sessionDisposed } from './session.ts'

/**
 * A session whose first inputs and outputs are states: each run begins with those the last one left. They stay where
 * the engine works: in two sets of buffers that are read and written in turn, or on the device.
 */
export interface StatefulSession {
  /** Runs on the inputs that are no states and gives the outputs that are none. */
  run(inputs: readonly Tensor[]): Promise<Tensor[]>
  /** Copies of the states as they are now. */
  read(): Promise<Tensor[]>
  /** Replaces the states. */
  write(states: readonly Tensor[]): Promise<void>
  dispose(): Promise<void>
}

/**
 * Loads a model whose first `states.length` inputs and outputs are states, in the same order.
 *
 * @param states what they begin with; copied.
 * @throws like `createSession`; `argument` when the model has fewer outputs than states.
 */
export async function createStatefulSession(
  model: Uint8Array | string,
  states: readonly Tensor[],
  options: SessionOptions = {},
): Promise<StatefulSession> {
  const ort = await loadOrt()
  const { provider = 'cpu' } = options
  const names = states.map((_, i) => `output_${i}`)
  const session = await loadOrtSession(ort, model, options, provider === 'webgpu' ? names : [])
  if (session.outputNames.length < states.length || session.inputNames.length < states.length)
    throw new QuadrupoleError(
      'argument',
      `tensor.statefulSession: the model has ${session.inputNames.length} inputs and ${session.outputNames.length} outputs, too few for ${states.length} states`,
    )
  const held = provider === 'webgpu' ? new DeviceStates(ort, states) : new PingPongStates(ort, states)
  return new OrtStatefulSession(ort, session, held)
}

/** Where states are kept between runs. */
interface States {
  /** What a run reads. */
  readonly feeds: readonly Ort.Tensor[]
  /** What a run writes to; null where the engine makes a new buffer. */
  readonly fetches: readonly (Ort.Tensor | null)[]
  /** Takes over what a run wrote. */
  advance(results: readonly Ort.Tensor[]): void
  read(): Promise<Tensor[]>
  write(states: readonly Tensor[]): void
}

/** Two sets of buffers: one is read while the other is written, then they change places. */
class PingPongStates implements States {
  #current: readonly { readonly tensor: Tensor; readonly view: Ort.Tensor }[]
  #next: readonly { readonly tensor: Tensor; readonly view: Ort.Tensor }[]

  constructor(ort: OrtModule, states: readonly Tensor[]) {
    const buffers = (isCopy: boolean) =>
      states.map(({ data, dtype, shape }) => {
        const tensor = Tensor.of(isCopy ? data.slice() : allocate(dtype, data.length), shape)
        return { tensor, view: toOrt(ort, tensor) }
      })
    this.#current = buffers(true)
    this.#next = buffers(false)
  }

  get feeds(): readonly Ort.Tensor[] {
    return this.#current.map(({ view }) => view)
  }

  get fetches(): readonly Ort.Tensor[] {
    return this.#next.map(({ view }) => view)
  }

  advance(): void {
    ;[this.#current, this.#next] = [this.#next, this.#current]
  }

  async read(): Promise<Tensor[]> {
    return this.#current.map(({ tensor }) => Tensor.of(tensor.data.slice(), tensor.shape))
  }

  write(states: readonly Tensor[]): void {
    this.#current.forEach(({ tensor }, i) => {
      tensor.data.set(states[i]!.data as never)
    })
  }
}

/** Tensors that stay in the device's memory from run to run. */
class DeviceStates implements States {
  readonly #ort: OrtModule
  #tensors: readonly Ort.Tensor[]
  #download: Promise<Ort.InferenceSession> | undefined

  constructor(ort: OrtModule, states: readonly Tensor[]) {
    this.#ort = ort
    this.#tensors = states.map(tensor => toOrt(ort, tensor))
  }

  get feeds(): readonly Ort.Tensor[] {
    return this.#tensors
  }

  get fetches(): readonly null[] {
    return this.#tensors.map(() => null)
  }

  advance(results: readonly Ort.Tensor[]): void {
    const last = this.#tensors
    this.#tensors = results
    for (const tensor of last) if (tensor.location === 'gpu-buffer') tensor.dispose()
  }

  /** Through a session that copies: reading a device tensor directly kills the process (ONNX Runtime 1.30). */
  async read(): Promise<Tensor[]> {
    if (this.#tensors.every(tensor => tensor.location === 'cpu')) return this.#tensors.map(copied)
    this.#download ??= this.#loadDownload()
    const session = await this.#download
    const feeds = Object.fromEntries(session.inputNames.map((name, i) => [name, this.#tensors[i]!]))
    const results = await session.run(feeds)
    return session.outputNames.map(name => copied(results[name]!))
  }

  write(states: readonly Tensor[]): void {
    this.advance(states.map(tensor => toOrt(this.#ort, Tensor.of(tensor.data.slice(), tensor.shape))))
  }

  #loadDownload(): Promise<Ort.InferenceSession> {
    const specs = this.#tensors.map(tensor => specOf({ shape: tensor.dims, dtype: tensor.type as 'float32' }))
    const graph = traceFlat((...tensors) => tensors, specs)
    return loadOrtSession(this.#ort, modelBytes(graph, { provider: 'webgpu' }), { provider: 'webgpu' })
  }
}

function copied(result: Ort.Tensor): Tensor {
  const { data, shape } = fromOrt(result)
  return Tensor.of(data.slice(), shape)
}

class OrtStatefulSession implements StatefulSession {
  readonly #ort: OrtModule
  readonly #states: States
  #session: Ort.InferenceSession | undefined

  constructor(ort: OrtModule, session: Ort.InferenceSession, states: States) {
    this.#ort = ort
    this.#session = session
    this.#states = states
  }

  async run(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const session = this.#session
    if (!session) throw sessionDisposed()
    const { feeds, fetches } = this.#states
    const count = feeds.length
    checkRun({ inputs: modelValues(session.inputMetadata).slice(count), outputs: [] }, inputs)
    const given = [...feeds, ...inputs.map(tensor => toOrt(this.#ort, tensor))]
    const results = await session
      .run(
        Object.fromEntries(session.inputNames.map((name, i) => [name, given[i]!])),
        Object.fromEntries(session.outputNames.map((name, i) => [name, fetches[i] ?? null])),
      )
      .catch((cause: unknown) => {
        throw runError(cause)
      })
    const outputs = session.outputNames.map(name => results[name]!)
    this.#states.advance(outputs.slice(0, count))
    return outputs.slice(count).map(fromOrt)
  }

  read(): Promise<Tensor[]> {
    return this.#states.read()
  }

  async write(states: readonly Tensor[]): Promise<void> {
    this.#states.write(states)
  }

  async dispose(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    if (!session) return
    await new Promise(resolve => setImmediate(resolve))
    await session.release()
  }
}
