import { allocate, isFloat, type NumberStorage, type Storage } from '../dtype.ts'
import { decomposed, simplified } from '../passes.ts'
import { definePrimitive, type GradientContext, type Primitive } from '../primitive.ts'
import { sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { evaluate, type Graph, type Spec, specOf } from '../trace.ts'
import { traceClosed } from '../transform/closed.ts'
import { pullbackOf, zerosLike } from '../transform/grad.ts'

export interface ScanParams {
  /** Takes carries, one element of each sequence, and constants; gives new carries and one element of each result. */
  readonly body: Graph
  readonly carries: number
  readonly sequences: number
  readonly length: number
  readonly isReversed: boolean
  /** Set once the body is ready for its target. */
  readonly isPrepared?: boolean
}

/** The body applied along axis 0 of the sequences, the carries handed from step to step. */
export const scan: Primitive<ScanParams> = definePrimitive<ScanParams>({
  name: 'scan',
  infer: (_inputs, { body, carries, length }) =>
    body.outputs.map(({ shape, dtype }, i) => (i < carries ? { shape, dtype } : { shape: [length, ...shape], dtype })),
  run: runScan,
  gradient: scanGradient,
  decompose: (inputs, params, target) =>
    params.isPrepared
      ? undefined
      : scan.bind(inputs, {
          ...params,
          body: simplified(decomposed(simplified(params.body), target)),
          isPrepared: true,
        }),
  lower: (onnx, inputs, { params: { body, carries, sequences, isReversed } }) => {
    const direction = isReversed ? 1 : 0
    const results = body.outputs.length - carries
    const own = carries + sequences
    body.inputs.slice(own).forEach((value, i) => {
      onnx.bindName(value, inputs[own + i]!)
    })
    const graph = onnx.subgraph({ ...body, inputs: body.inputs.slice(0, own) })
    return onnx.ops('Scan', inputs.slice(0, own), body.outputs.length, {
      attributes: {
        body: { graph },
        num_scan_inputs: sequences,
        scan_input_directions: new Array<number>(sequences).fill(direction),
        scan_output_directions: new Array<number>(results).fill(direction),
      },
    })
  },
})

function runScan(inputs: readonly Tensor[], params: ScanParams, outputs: readonly Spec[]): Storage[] {
  const { body, carries, sequences, length, isReversed } = params
  let carried = inputs.slice(0, carries)
  const sequence = inputs.slice(carries, carries + sequences)
  const constants = inputs.slice(carries + sequences)
  const stacked = outputs.slice(carries).map(({ dtype, shape }) => allocate(dtype, sizeOf(shape)) as NumberStorage)
  for (let step = 0; step < length; step++) {
    const at = isReversed ? length - 1 - step : step
    const results = evaluate(body, [...carried, ...sequence.map(tensor => elementOf(tensor, at)), ...constants])
    carried = results.slice(0, carries)
    results.slice(carries).forEach((tensor, i) => {
      stacked[i]!.set(tensor.data as NumberStorage, at * tensor.size)
    })
  }
  return [...carried.map(tensor => tensor.data), ...stacked]
}

/** Element `at` along axis 0, sharing the storage. */
function elementOf({ data, shape }: Tensor, at: number): Tensor {
  const size = sizeOf(shape.slice(1))
  return Tensor.of(data.subarray(at * size, (at + 1) * size), shape.slice(1))
}

/**
 * Scans again, keeping the carry every step began with; then scans backwards, each step pulling cotangents back through
 * the body. Cotangents of constants add up along the way.
 */
function scanGradient(context: GradientContext<ScanParams>): (Tensor | undefined)[] {
  const { inputs, cotangents, params } = context
  const { body, carries, sequences, length, isReversed } = params
  const own = carries + sequences
  const constants = inputs.slice(own)
  const kept = body.inputs.slice(0, carries)
  const begun = scan
    .bind(inputs, { ...params, body: { ...body, outputs: [...body.outputs.slice(0, carries), ...kept] } })
    .slice(carries)
  const floatCarries = kept.flatMap((value, i) => (isFloat(value.dtype) ? [i] : []))
  const floatConstants = constants.flatMap((tensor, i) => (isFloat(tensor.dtype) ? [i] : []))
  const xs = inputs.slice(carries, own)
  const results = cotangents.slice(carries)
  const backCarries = [...floatCarries.map(i => cotangents[i]!), ...floatConstants.map(i => zerosLike(constants[i]!))]
  const backSequences = [...begun, ...xs, ...results]
  const element = ({ shape, dtype }: Tensor): Spec => ({ shape: shape.slice(1), dtype })
  const step = (...values: Tensor[]): Tensor[] => {
    const carryCotangents = new Map(floatCarries.map((i, k) => [i, values[k]!]))
    const sums = values.slice(floatCarries.length, backCarries.length)
    const rest = values.slice(backCarries.length)
    const { pullback } = pullbackOf(body, [...rest.slice(0, own), ...constants])
    const given = pullback(body.outputs.map((_, i) => (i < carries ? carryCotangents.get(i) : rest[own + i - carries])))
    const orZero = (tensor: Tensor | undefined, like: Spec): Tensor => tensor ?? zerosLike(like)
    return [
      ...floatCarries.map(i => orZero(given[i], body.inputs[i]!)),
      ...floatConstants.map((i, k) => (given[own + i] ? sums[k]!.add(given[own + i]!) : sums[k]!)),
      ...xs.map((x, i) => orZero(given[carries + i], element(x))),
    ]
  }
  const { graph, captured } = traceClosed(step, [...backCarries.map(specOf), ...backSequences.map(element)])
  const found = scan.bind([...backCarries, ...backSequences, ...captured], {
    body: graph,
    carries: backCarries.length,
    sequences: backSequences.length,
    length,
    isReversed: !isReversed,
  })
  const cotangentOf = new Map<number, Tensor>()
  floatCarries.forEach((i, k) => {
    cotangentOf.set(i, found[k]!)
  })
  floatConstants.forEach((i, k) => {
    cotangentOf.set(own + i, found[floatCarries.length + k]!)
  })
  xs.forEach((x, i) => {
    if (isFloat(x.dtype)) cotangentOf.set(carries + i, found[backCarries.length + i]!)
  })
  return inputs.map((_, i) => cotangentOf.get(i))
}
