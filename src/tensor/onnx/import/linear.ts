import { matmul } from '../../ops/linear.ts'
import { rotate } from '../../primitives/rotate.ts'
import { noParams } from '../../primitives/rules.ts'
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
  // as `rotate` is written: one head, and positions that follow one another
  'com.microsoft.RotaryEmbedding': ([x, positions, cosines, sines], node) => {
    node.expect('interleaved', 0)
    node.expect('rotary_embedding_dim', 0)
    const first = node.numbers(positions!, 'positions')
    const [rows, columns] = [x!.shape[1]!, cosines!.shape[1]!]
    if (x!.rank !== 3 || x!.shape[2] !== 2 * columns) throw node.unsupported('several heads')
    if (first.length !== 1) throw node.unsupported('a position for every row')
    const [re, im] = [cosines!, sines!].map(table => table.slice({ 0: [first[0]!, first[0]! + rows] }))
    return rotate.bind([x!, re!, im!], noParams)[0]!
  },
}
