import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Complex, type Tensor, tensor, zeros } from '../tensor/index.ts'
import { namedTensors, treeOfNamed } from './named-tensors.ts'
import { decodeSafetensors, encodeSafetensors, readSafetensors, writeSafetensors } from './safetensors.ts'

const golden = fileURLToPath(new URL('./fixtures/golden.safetensors', import.meta.url))

const numbers = (x: Tensor): (number | bigint)[] => [...x.data]

describe('a file by Python’s safetensors', () => {
  it('is read, every type of it', async () => {
    const { tensors, metadata } = await readSafetensors(golden)
    expect(metadata).toEqual({ format: 'pt', note: 'größer' })
    const weight = tensors['layer1.0.conv1.weight']!
    expect([weight.dtype, weight.shape]).toEqual(['float32', [2, 2, 3]])
    expect(numbers(weight)).toEqual(Array.from({ length: 12 }, (_, i) => Math.fround(i / 3)))
    expect(numbers(tensors.double!)).toEqual([1 / 3, -1e-300])
    const third = 0.333251953125 // 1/3 in half precision
    const half = [0, -0, 1, -2.5, 65504, Math.fround(2 ** -24), 1023 * 2 ** -24, Infinity, -Infinity, third]
    expect(numbers(tensors.half!)).toEqual(half)
    expect(numbers(tensors.brain!).map(Number)).toEqual([
      1,
      -3.140625,
      expect.closeTo(1e38, -36),
      expect.closeTo(1e-38, 39),
    ])
    expect(numbers(tensors.long!)).toEqual([2n ** 62n, -1n])
    expect(numbers(tensors.int!)).toEqual([2 ** 31 - 1, -5])
    expect(numbers(tensors.short!)).toEqual([-32768, 7])
    expect(numbers(tensors.byte!)).toEqual([0, 255])
    expect([tensors.flags!.dtype, numbers(tensors.flags!)]).toEqual(['bool', [1, 0, 1]])
    expect(numbers(tensors['bn1.num_batches_tracked']!)).toEqual([3n])
    expect(tensors.nothing!.shape).toEqual([0, 4])
  })
})

describe('encodeSafetensors', () => {
  it('is undone by decodeSafetensors, whatever the names, shapes and types', () => {
    const anyTensor = fc
      .tuple(fc.constantFrom('float32', 'float64', 'int32', 'int64', 'bool'), fc.array(fc.nat(3), { maxLength: 3 }))
      .map(([dtype, shape]) => tensor(zeros(shape).add(1), { dtype: dtype as 'float32' }))
    const names = fc.string().filter(name => name !== '__metadata__' && name !== '__proto__')
    fc.assert(
      fc.property(fc.dictionary(names, anyTensor), fc.dictionary(names, fc.string()), (tensors, metadata) => {
        const back = decodeSafetensors(encodeSafetensors({ tensors, metadata }))
        expect({ ...back.metadata }).toEqual({ ...metadata })
        expect(Object.keys(back.tensors).toSorted()).toEqual(Object.keys(tensors).toSorted())
        for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
          const read = back.tensors[name]!
          expect([read.dtype, read.shape, [...read.data]]).toEqual([dtype, shape, [...data]])
        }
      }),
    )
  })

  it('keeps NaN, infinities and -0 bit for bit, also of a view of a larger array', () => {
    const whole = Float32Array.of(9, Number.NaN, -0, Infinity, 9)
    const { tensors } = decodeSafetensors(
      encodeSafetensors({ tensors: { x: tensor(whole.subarray(1, 4)) }, metadata: {} }),
    )
    expect(numbers(tensors.x!)).toEqual([Number.NaN, -0, Infinity])
  })

  it('aligns the elements and gives equal contents equal bytes', () => {
    const [a, b] = [tensor([1], { dtype: 'float64' }), tensor([true, false, true])]
    const one = encodeSafetensors({ tensors: { a, b }, metadata: { x: '1', y: '2' } })
    expect(encodeSafetensors({ tensors: { b, a }, metadata: { y: '2', x: '1' } })).toEqual(one)
    expect(Number(new DataView(one.buffer).getBigUint64(0, true)) % 8).toBe(0)
    expect(one.length % 8).toBe(3)
  })
})

describe('decodeSafetensors refuses', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-safetensors-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const withHeader = (header: unknown, data = 0): Uint8Array => {
    const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
    const bytes = new Uint8Array(8 + json.length + data)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
    bytes.set(json, 8)
    return bytes
  }
  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] }

  it.each([
    { what: 'an empty file', bytes: new Uint8Array(0), message: 'is no safetensors file' },
    { what: 'a file of another kind', bytes: new Uint8Array(100).fill(0x50), message: 'is no safetensors file' },
    { what: 'a cut header', bytes: withHeader({ x: entry }).subarray(0, 20), message: 'is truncated' },
    { what: 'a header that is no JSON', bytes: withHeader('{{{'), message: 'its header is no JSON' },
    { what: 'cut elements', bytes: withHeader({ x: entry }, 4), message: 'its tensors take 8 bytes, it has 4' },
    { what: 'bytes behind the end', bytes: withHeader({ x: entry }, 9), message: 'has 1 bytes behind its last tensor' },
    { what: 'a shape that does not fit', bytes: withHeader({ x: { ...entry, shape: [3] } }, 8), message: 'do not fit' },
    { what: 'a gap', bytes: withHeader({ x: { ...entry, data_offsets: [4, 12] } }, 12), message: 'do not fit' },
    {
      what: 'an unknown type',
      bytes: withHeader({ x: { ...entry, dtype: 'F8' } }, 8),
      message: "holds 'x' of type F8",
    },
  ])('$what', ({ bytes, message }) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message)
  })

  it('a file that is not there, and tells one that is truncated by its path', async () => {
    await expect(readSafetensors(join(folder, 'none'))).rejects.toMatchObject({ code: 'io' })
    const path = join(folder, 'cut.safetensors')
    await writeSafetensors(path, { tensors: { x: tensor([1, 2]) }, metadata: {} })
    await writeFile(path, (await readFile(path)).subarray(0, -1))
    await expect(readSafetensors(path)).rejects.toMatchObject({
      code: 'format',
      message: /cut.safetensors is truncated/,
    })
  })
})

describe('treeOfNamed', () => {
  const tree = { a: [tensor([1, 2])], z: new Complex(tensor([3]), tensor([4])), none: null }

  it('undoes namedTensors, with complex pairs and what is null', () => {
    const named = namedTensors(tree)
    expect(Object.keys(named)).toEqual(['a.0', 'z.re', 'z.im'])
    expect(treeOfNamed(tree, named)).toEqual(tree)
  })

  it('takes other names and converts other floats if told', () => {
    const double = tensor([5, 6], { dtype: 'float64' })
    const { a } = treeOfNamed({ a: tree.a }, { x0: double }, { nameOf: () => 'x0', cast: true })
    expect([a[0]!.dtype, a[0]!.toArray()]).toEqual(['float32', [5, 6]])
  })

  it('names everything that does not fit', () => {
    const named = { 'a.0': tensor([1, 2, 3]), 'z.re': tensor([3]), other: tensor([1]) }
    expect(() => treeOfNamed(tree, named, { from: 'cut.safetensors' })).toThrow(
      'train.treeOfNamed: cut.safetensors do not fit: a.0 is float32 [3], expected float32 [2]; z.im is missing; other has no place',
    )
  })
})
