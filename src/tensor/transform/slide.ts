import { QuadrupoleError } from '../../core/index.ts'
import { windows } from '../ops/windows.ts'
import { call } from '../primitives/call.ts'
import { matmul } from '../primitives/matmul.ts'
import { showShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { type Graph, type Node, type Spec, traceFlat, type Value } from '../trace.ts'
import { type Entry, localLayers, type Places, refusal, runAlong } from './slide-rules.ts'

export interface SlideOptions {
  /** Samples from one window to the next: a multiple of the function's own stride, which it is by default. */
  readonly stride?: number
}

/** A function of a window that can be given a long series. */
export interface Sliding {
  /** Samples of a window: the length of the last axis. */
  readonly samples: number
  /** The function's total stride, samples: windows any multiple of it apart share their work. */
  readonly stride: number
  /**
   * The function of every window of a series, window m from sample m × stride: `stack` of them, in one pass.
   *
   * @param series as a window, but longer on the last axis; the first axis may have another length, too. Samples behind
   *   the last whole window have no effect.
   * @returns [windows, ...what the function gives for one]
   * @throws `argument` for a series shorter than a window or a stride that is no multiple of the total stride.
   */
  apply(series: Tensor, options?: SlideOptions): Tensor
}

/**
 * Makes a function of a window one of a long series, which computes what neighbouring windows share only once (a fully
 * convolutional network; Sermanet et al. 2014, arXiv:1312.6229, section 3.5). Layers that give a place the same value in
 * whatever window it lies run over the whole series: convolutions and pooling without padding, what works element by
 * element, normalisation with stored moments. The first that looks at a window as a whole (a linear layer after
 * flattening, a mean over all places) is given each window's own places, as are all behind it.
 *
 * @param f takes a tensor like `window` and gives one; its first axis is free, its last the series.
 * @throws `unsupported`, naming the layer, where values are not shared: padding, moments of the window itself (group
 *   normalisation), transforms over the window.
 *
 * @example
 * const energy = slide((x: Tensor) => avgPool1d(x.square(), 2).sum({ axes: [1, 2] }), spec([1, 1, 4]))
 * energy.stride // 2
 * energy.apply(tensor([[[1, 0, 0, 2, 0, 0, 0, 4]]])) // [[2.5], [2], [8]]
 */
export function slide(f: (window: Tensor) => Tensor, window: Spec): Sliding {
  const samples = window.shape.at(-1)
  if (samples === undefined || window.shape.length < 2)
    throw new QuadrupoleError('shape', `tensor.slide: expected a window [batch, …, samples], got [${window.shape}]`)
  const steps: number[] = []
  // in a trace, so that nothing is computed
  traceFlat(
    series => {
      const pass = new Pass(1)
      const output = pass.run(f, series, samples)
      steps.push(...pass.steps)
      return [output]
    },
    [window],
  )
  const stride = steps.reduce(leastCommonMultiple, 1)
  return {
    samples,
    stride,
    apply(series, options = {}) {
      const every = options.stride ?? stride
      if (!Number.isInteger(every) || every < 1 || every % stride !== 0)
        throw new QuadrupoleError(
          'argument',
          `tensor.slide: a stride of ${every} samples is no multiple of ${stride}, the total stride of the function's layers; use one, or series shifted against each other`,
        )
      const length = series.shape.at(-1)!
      const count = Math.floor((length - samples) / every) + 1
      if (count < 1)
        throw new QuadrupoleError(
          'argument',
          `tensor.slide: ${showShape(series.shape)} is shorter than a window of ${samples} samples; give a longer series`,
        )
      const whole = samples + (count - 1) * every
      const cut = whole === length ? series : series.slice({ [series.rank - 1]: [0, whole] })
      return new Pass(count, every).run(f, cut, samples)
    },
  }
}

/** Of steps that mostly divide each other. */
function leastCommonMultiple(a: number, b: number): number {
  let multiple = a
  while (multiple % b !== 0) multiple += a
  return multiple
}

/** One evaluation over a series. Without a stride there is one window only, which finds the steps of all layers. */
class Pass {
  readonly steps: number[] = []
  readonly #count: number
  readonly #stride: number | undefined
  #hasShared = false

  constructor(count: number, stride?: number) {
    this.#count = count
    this.#stride = stride
  }

  run(f: (window: Tensor) => Tensor, series: Tensor, samples: number): Tensor {
    const axis = series.rank - 1
    const graph = traceFlat(x => [f(x)], [{ shape: series.shape.with(axis, samples), dtype: series.dtype }])
    const [output] = this.#evaluate(graph, [{ kind: 'places', tensor: series, axis, places: samples, step: 1 }])
    const tensor = this.#apart(output!)
    return tensor.kind === 'windows'
      ? tensor.tensor
      : tensor.tensor.expandAxis(0).broadcastTo([this.#count, ...tensor.tensor.shape])
  }

  #evaluate(graph: Graph, inputs: readonly Entry[]): Entry[] {
    const entries = new Map<Value, Entry>()
    for (const [value, tensor] of graph.constants) entries.set(value, { kind: 'fixed', tensor })
    graph.inputs.forEach((value, i) => {
      entries.set(value, inputs[i]!)
    })
    for (const node of graph.nodes) {
      const results = this.#apply(
        node,
        node.inputs.map(value => entries.get(value)!),
      )
      node.outputs.forEach((value, i) => {
        entries.set(value, results[i]!)
      })
    }
    return graph.outputs.map(value => entries.get(value)!)
  }

  #apply(node: Node, inputs: readonly Entry[]): Entry[] {
    if (inputs.every(({ kind }) => kind === 'fixed'))
      return node.primitive
        .bind(
          inputs.map(({ tensor }) => tensor),
          node.params,
        )
        .map(tensor => ({ kind: 'fixed', tensor }))
    if (node.primitive === call) return this.#evaluate((node.params as { readonly graph: Graph }).graph, inputs)
    const hasPlaces = inputs.some(({ kind }) => kind === 'places')
    if (hasPlaces && inputs.some(({ kind }) => kind === 'windows'))
      throw refusal(
        node,
        'combines single places with something of the window as a whole, as group normalisation and other moments of the window do',
      )
    if (!hasPlaces) return this.#perWindow(node, inputs)
    const along = runAlong(node, inputs)
    if (!along)
      return this.#perWindow(
        node,
        inputs.map(entry => this.#apart(entry)),
      )
    this.steps.push(along.step)
    if (localLayers.has(node.primitive)) this.#hasShared = true
    // a single place is the whole of its window
    return [along.places === 1 ? this.#apart(along) : along]
  }

  /** Tells windows apart: places [..., all places, ...] to [windows, ..., places of one, ...]. */
  #apart(entry: Entry): Exclude<Entry, Places> {
    if (entry.kind !== 'places') return entry
    if (!this.#hasShared)
      throw new QuadrupoleError(
        'unsupported',
        'tensor.slide: the function looks at the window as a whole before any convolution or pooling, so windows share nothing; evaluate window by window',
      )
    const { tensor, axis, places, step } = entry
    const every = this.#stride === undefined ? 1 : this.#stride / step
    return { kind: 'windows', tensor: windows(tensor, places, { step: every, axis }).moveAxis(axis, 0) }
  }

  #perWindow(node: Node, inputs: readonly Entry[]): Entry[] {
    const { primitive, params } = node
    const tensors = inputs.map(({ tensor }) => tensor)
    const [a, b] = inputs
    const isLinear = primitive === matmul && !(params as { transposeA: boolean }).transposeA && b!.kind === 'fixed'
    if (isLinear && b!.tensor.rank === 2) {
      // one product of all windows' rows, not one a window
      const { shape } = a!.tensor
      const rows = a!.tensor.reshape([shape[0]! * shape[1]!, shape[2]!])
      const product = primitive.bind([rows, b!.tensor], params)[0]!
      return [{ kind: 'windows', tensor: product.reshape([shape[0]!, shape[1]!, product.shape[1]!]) }]
    }
    if (!primitive.batch) throw refusal(node, 'has no rule for many windows at once')
    const batched = inputs.map(({ kind }) => kind === 'windows')
    return primitive
      .batch({ inputs: tensors, batched, size: this.#count, params })
      .map(tensor => ({ kind: 'windows', tensor }))
  }
}
