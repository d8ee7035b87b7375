import { matmul } from '../../ops/linear.ts'
import type { Tensor } from '../../tensor.ts'
import type { Operators } from './operator.ts'

const scaled = (x: Tensor, factor: number): Tensor => (factor === 1 ? x : x.mul(factor))

export const linearOperators: Operators = {
  MatMul: ([a, b]) => matmul(a!, b!),
  Gemm: ([a, b, c], node) => {
    const product = matmul(a!, b!, { transposeA: node.flag('transA'), transposeB: node.flag('transB') })
    const whole = scaled(product, node.float('alpha', 1))
    return c ? whole.add(scaled(c, node.float('beta', 1))) : whole
  },
  'com.microsoft.FusedMatMul': ([a, b], node) => {
    node.expect('transBatchA', 0)
    node.expect('transBatchB', 0)
    const product = matmul(a!, b!, { transposeA: node.flag('transA'), transposeB: node.flag('transB') })
    return scaled(product, node.float('alpha', 1))
  },
}
