import { QuadrupoleError } from '../../core/index.ts'
import { stack } from '../ops/shape.ts'
import { scan as scanPrimitive } from '../primitives/scan.ts'
import { sameShape, showShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import type { Spec } from '../trace.ts'
import { traceClosed } from './closed.ts'
import { flattenTensors } from './tree.ts'

export interface ScanOptions {
  /** Steps, where no sequence says how many. */
  readonly length?: number
  /** Goes from the last element to the first; results keep the sequences' order. */
  readonly reverse?: boolean
  /** Writes every step out into the graph instead of a loop: faster for short sequences, larger for long ones. */
  readonly unroll?: boolean
}

/**
 * Applies a function along axis 0 of sequences, handing a carry from step to step.
 *
 * Eagerly it is a loop; in a graph it is ONNX's Scan, or the steps written out with `unroll`.
 *
 * @param f takes the carry and one element of every sequence, gives the next carry (of the same shapes and dtypes) and
 *   one element of every result.
 * @returns the last carry and the results, stacked along axis 0.
 * @throws `shape` or `dtype` where the carry changes shape or dtype, or sequences differ in length.
 * @example
 * const [total, sums] = scan((sum, x) => [sum.add(x), sum.add(x)], scalar(0), tensor([1, 2, 3])) // sums: [1, 3, 6]
 */
export function scan<Carry, X, Y>(
  f: (carry: Carry, x: X) => readonly [Carry, Y],
  init: Carry,
  xs: X,
  options: ScanOptions = {},
): [Carry, Y] {
  const { reverse = false, unroll = false } = options
  const carry = flattenTensors(init)
  const sequence = flattenTensors(xs)
  const length = scanLength(sequence.tensors, options.length)
  let rebuildResult: ((tensors: readonly Tensor[]) => Y) | undefined
  const step = (...tensors: Tensor[]): Tensor[] => {
    const count = carry.tensors.length
    const [next, y] = f(carry.rebuild(tensors.slice(0, count)), sequence.rebuild(tensors.slice(count)))
    const result = flattenTensors(y)
    rebuildResult = result.rebuild
    return [...checkCarry(carry.tensors, flattenTensors(next).tensors), ...result.tensors]
  }
  const stepped = unroll ? unrolled(step, carry.tensors, sequence.tensors, length, reverse) : undefined
  const outputs = stepped ?? looped(step, carry.tensors, sequence.tensors, length, reverse)
  const count = carry.tensors.length
  return [carry.rebuild(outputs.slice(0, count)), rebuildResult!(outputs.slice(count))]
}

function looped(
  step: (...tensors: Tensor[]) => Tensor[],
  carry: readonly Tensor[],
  sequence: readonly Tensor[],
  length: number,
  isReversed: boolean,
): Tensor[] {
  const element = ({ shape, dtype }: Tensor): Spec => ({ shape: shape.slice(1), dtype })
  const { graph, captured } = traceClosed(step, [...carry, ...sequence.map(element)])
  return scanPrimitive.bind([...carry, ...sequence, ...captured], {
    body: graph,
    carries: carry.length,
    sequences: sequence.length,
    length,
    isReversed,
  })
}

function unrolled(
  step: (...tensors: Tensor[]) => Tensor[],
  carry: readonly Tensor[],
  sequence: readonly Tensor[],
  length: number,
  isReversed: boolean,
): Tensor[] {
  let carried = carry
  const results: Tensor[][] = []
  for (let i = 0; i < length; i++) {
    const at = isReversed ? length - 1 - i : i
    const outputs = step(...carried, ...sequence.map(tensor => tensor.slice({ 0: at })))
    carried = outputs.slice(0, carry.length)
    results[at] = outputs.slice(carry.length)
  }
  return [...carried, ...results[0]!.map((_, i) => stack(results.map(all => all[i]!)))]
}

function scanLength(sequence: readonly Tensor[], given: number | undefined): number {
  const length = sequence[0]?.shape[0] ?? given
  const odd = sequence.find(tensor => tensor.shape[0] !== length)
  if (odd || length === undefined || (given !== undefined && given !== length))
    throw new QuadrupoleError(
      'shape',
      `scan: sequences must have one length along axis 0, got ${sequence.map(tensor => showShape(tensor.shape)).join(', ') || 'none'}${given === undefined ? '' : ` and length ${given}`}`,
    )
  if (length < 1) throw new QuadrupoleError('shape', 'scan: there are no steps; give sequences of at least one element')
  return length
}

function checkCarry(before: readonly Tensor[], after: readonly Tensor[]): readonly Tensor[] {
  before.forEach((tensor, i) => {
    const next = after[i]
    if (!next || !sameShape(next.shape, tensor.shape) || next.dtype !== tensor.dtype)
      throw new QuadrupoleError(
        'shape',
        `scan: carry ${i} goes in as ${tensor.dtype} ${showShape(tensor.shape)} and comes out as ${next ? `${next.dtype} ${showShape(next.shape)}` : 'nothing'}; both must be equal`,
      )
  })
  return after
}
