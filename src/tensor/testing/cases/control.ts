import type { FloatDType } from '../../dtype.ts'
import '../../methods.ts'
import type { CallParams } from '../../primitives/call.ts'
import type { ScanParams } from '../../primitives/scan.ts'
import type { Tensor } from '../../tensor.ts'
import { traceFlat } from '../../trace.ts'
import { pullbackOf } from '../../transform/grad.ts'
import type { Case, Cases } from '../case.ts'
import { evenly } from '../inputs.ts'

const floats = ['float32', 'float64'] as const

/** A call of x sin(y) with the rule that reverse mode would have. */
function callOf(dtype: FloatDType): Case<CallParams> {
  const graph = traceFlat(
    (x, y) => [x!.mul(y!.sin())],
    [
      { shape: [4], dtype },
      { shape: [4], dtype },
    ],
  )
  const rule: CallParams['rule'] = (inputs, _outputs, cotangents) => pullbackOf(graph, inputs).pullback(cotangents)
  return { inputs: [evenly([4]), evenly([4])], params: { graph, rule }, dtypes: [dtype] }
}

/** The recursion c' = tanh(w c) + x with results c' x, w being a constant of the loop. */
function scanOf(dtype: FloatDType, isReversed: boolean): Case<ScanParams> {
  const step = (carry: Tensor, x: Tensor, w: Tensor): Tensor[] => {
    const next = carry.mul(w).tanh().add(x)
    return [next, next.mul(x)]
  }
  const body = traceFlat((carry, x, w) => step(carry!, x!, w!), new Array(3).fill({ shape: [2], dtype }))
  const params = { body, carries: 1, sequences: 1, length: 5, isReversed }
  return { inputs: [evenly([2]), evenly([5, 2]), evenly([2])], params, dtypes: [dtype] }
}

export const controlCases = {
  call: floats.map(callOf),
  scan: floats.flatMap(dtype => [scanOf(dtype, false), scanOf(dtype, true)]),
} satisfies Partial<Cases>
