import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomKey } from '../core/index.ts'
import { type Normalization, resNet1d, type Variables } from '../nn/index.ts'
import { goldenCases } from '../nn/testing/golden.ts'
import { writeWeights } from './checkpoint.ts'
import { loadWeights } from './initial-weights.ts'
import { namedTensors } from './named-tensors.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-weights-'))
})
afterAll(() => rm(folder, { recursive: true }))

const networkOf = (blocks: readonly number[], norm: Normalization, taps = 3) =>
  resNet1d({ channels: 2, outputs: 2, blocks, width: 4, taps, norm })
const network = networkOf([1, 2, 1], { kind: 'group', groups: 2 })
const drawn = network.init(randomKey(1))

const expectSame = (ours: Variables, theirs: Variables) => {
  expect(namedTensors(ours)).toEqual(namedTensors(theirs))
}

describe('loadWeights', () => {
  it.each(['torch-resnet.safetensors', 'torch-resnet.onnx'])('reads what PyTorch wrote as %s', async name => {
    const variables = await loadWeights(fixture(name), network, drawn)
    const { tensors, output } = goldenCases('resNet1d: basic, group')[0]!
    network.apply(variables, tensors.x!).output.data.forEach((y, i) => {
      expect(Math.abs(Number(y) - output[i]!)).toBeLessThan(1e-5)
    })
  })

  it('reads running moments, too, and leaves out the count of batches', async () => {
    const own = networkOf([1, 1], { kind: 'batch' }, 5)
    const variables = await loadWeights(fixture('torch-resnet-batch.safetensors'), own, own.init(randomKey(1)))
    const { tensors, output } = goldenCases('resNet1d: basic, batch, inference')[0]!
    own.apply(variables, tensors.x!).output.data.forEach((y, i) => {
      expect(Math.abs(Number(y) - output[i]!)).toBeLessThan(1e-5)
    })
  })

  it('reads what we wrote', async () => {
    const own = networkOf([1], { kind: 'batch' })
    const variables = own.init(randomKey(5))
    await writeWeights(join(folder, 'ours.safetensors'), variables)
    expectSame(await loadWeights(join(folder, 'ours.safetensors'), own, own.init(randomKey(1))), variables)
  })

  it('takes other names', async () => {
    const nameOf = (path: string) => network.torchName!(path)
    const variables = await loadWeights(fixture('torch-resnet.safetensors'), {}, drawn, { nameOf })
    expectSame(variables, await loadWeights(fixture('torch-resnet.safetensors'), network, drawn))
  })

  it('names what does not fit, and refuses other kinds of file', async () => {
    const larger = networkOf([1, 2, 2], { kind: 'group', groups: 2 })
    await expect(
      loadWeights(fixture('torch-resnet.safetensors'), larger, larger.init(randomKey(1))),
    ).rejects.toMatchObject({ code: 'format', message: expect.stringContaining('layer3.1.conv1.weight is missing') })
    const smaller = networkOf([1, 2], { kind: 'group', groups: 2 })
    await expect(loadWeights(fixture('torch-resnet.safetensors'), smaller, smaller.init(randomKey(1)))).rejects.toThrow(
      'layer3.0.bn1.bias has no place',
    )
    await expect(loadWeights('weights.pt', network, drawn)).rejects.toMatchObject({ code: 'argument' })
    await expect(loadWeights(join(folder, 'none.onnx'), network, drawn)).rejects.toMatchObject({ code: 'io' })
  })
})
