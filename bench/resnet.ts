import { foldIn, type Key } from 'quadrupole/core'
import { groupNorm, heNormal } from 'quadrupole/nn'
import { conv1d, maxPool1d, ones, type Tensor, zeros } from 'quadrupole/tensor'

/** The rival's ResNet of 242,369 parameters (`bench/rivals/engine.py`), in our terms. */

interface Norm {
  readonly scale: Tensor
  readonly offset: Tensor
}

interface NormedConv extends Norm {
  readonly weight: Tensor
}

interface Block {
  readonly first: NormedConv
  readonly second: NormedConv
  readonly skip?: NormedConv
}

export interface ResNet {
  readonly stem: NormedConv
  readonly blocks: readonly Block[]
  readonly head: { readonly weight: Tensor; readonly bias: Tensor }
}

const groups = 8
const stages = [16, 32, 64, 128] as const
/** The stride of each block's first convolution: stages 2 to 4 begin with 2. */
const strides = stages.flatMap((_, stage) => [stage === 0 ? 1 : 2, 1])

const normedConv = (key: Key, outputs: number, inputs: number, taps: number): NormedConv => ({
  weight: heNormal(key, [outputs, inputs, taps]),
  scale: ones([outputs]),
  offset: zeros([outputs]),
})

export function initialResNet(key: Key): ResNet {
  let inputs: number = stages[0]
  const blocks = stages.flatMap((width, stage) =>
    [0, 1].map((block): Block => {
      const own = foldIn(key, 2 * stage + block)
      const isReshaped = inputs !== width
      const made = {
        first: normedConv(foldIn(own, 'first'), width, inputs, 3),
        second: normedConv(foldIn(own, 'second'), width, width, 3),
        ...(isReshaped && { skip: normedConv(foldIn(own, 'skip'), width, inputs, 1) }),
      }
      inputs = width
      return made
    }),
  )
  return {
    stem: normedConv(foldIn(key, 'stem'), stages[0], 2, 7),
    blocks,
    head: { weight: heNormal(foldIn(key, 'head'), [1, inputs]), bias: zeros([1]) },
  }
}

const apply = (x: Tensor, { weight, scale, offset }: NormedConv, stride: number): Tensor =>
  groupNorm(conv1d(x, weight, { stride, padding: Math.floor(weight.shape[2]! / 2) }), { groups, scale, offset })

/** [batch, 2, samples] to [batch, 1] */
export function resNet({ stem, blocks, head }: ResNet, x: Tensor): Tensor {
  const first = maxPool1d(apply(x, stem, 2).relu(), 3, { stride: 2, padding: 1 })
  const features = blocks.reduce((h, block, i) => {
    const stride = strides[i]!
    const inner = apply(apply(h, block.first, stride).relu(), block.second, 1)
    return inner.add(block.skip ? apply(h, block.skip, stride) : h).relu()
  }, first)
  return features.mean({ axes: -1 }).matmul(head.weight, { transposeB: true }).add(head.bias)
}
