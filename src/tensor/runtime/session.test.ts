import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSession, full, jit, type Session, spec, Tensor, tensor, toOnnx, zeros } from '../index.ts'
import { type Failure, failure } from '../testing/failure.ts'

const sum = toOnnx(({ x, y, scale }: { x: Tensor; y: Tensor; scale: Tensor }) => x.add(y).mul(scale), {
  inputs: { x: spec([1, 3]), y: spec([1, 3]), scale: spec([1, 3]) },
  batch: ['x', 'y'],
})

describe('a session', () => {
  let session: Session
  beforeAll(async () => {
    session = await createSession(sum)
  })
  afterAll(() => session.dispose())
  const row = tensor([[1, 2, 3]])

  it('says what it takes and gives', () => {
    expect(session.inputs).toEqual([
      { name: 'x', dtype: 'float32', shape: ['batch', 3] },
      { name: 'y', dtype: 'float32', shape: ['batch', 3] },
      { name: 'scale', dtype: 'float32', shape: [1, 3] },
    ])
    expect(session.outputs).toEqual([{ name: 'output', dtype: 'float32', shape: ['batch', 3] }])
  })

  it('writes outputs where it is told to', async () => {
    const target = zeros([1, 3])
    const [result] = await session.run([row, row, row], [target])
    expect(result).toBe(target)
    expect(target.toArray()).toEqual([[2, 8, 18]])
  })

  it('reads and writes shared memory', async () => {
    const shared = (values: number[]) => {
      const data = new Float32Array(new SharedArrayBuffer(4 * values.length))
      data.set(values)
      return Tensor.of(data, [1, 3])
    }
    const target = shared([0, 0, 0])
    await session.run([shared([1, 2, 3]), row, row], [target])
    expect(target.toArray()).toEqual([[2, 8, 18]])
  })

  it('refuses inputs that are too few, of another dtype or of another shape, and says what it takes', async () => {
    const wrong = async (...inputs: Tensor[]) => {
      const { code, message } = await failure(session.run(inputs))
      return `${code} ${message}`
    }
    expect(await wrong(row)).toMatchInlineSnapshot(
      `"argument tensor.session.run: the model takes 3 inputs (x float32 [batch, 3], y float32 [batch, 3], scale float32 [1, 3]), got 1"`,
    )
    expect(await wrong(row, row.cast('float64'), row)).toMatchInlineSnapshot(
      `"dtype tensor.session.run: input 'y' is float64 [1, 3], the model has y float32 [batch, 3]; cast it to float32"`,
    )
    expect(await wrong(row, tensor([1, 2, 3]), row)).toMatchInlineSnapshot(
      `"shape tensor.session.run: input 'y' is float32 [3], the model has y float32 [batch, 3]; give it 2 axes"`,
    )
    expect(await wrong(row, row, zeros([1, 4]))).toMatchInlineSnapshot(
      `"shape tensor.session.run: input 'scale' is float32 [1, 4], the model has scale float32 [1, 3]; axis 1 must have length 3"`,
    )
    expect(await wrong(row, zeros([2, 3]), row)).toMatchInlineSnapshot(
      `"shape tensor.session.run: input 'y' is float32 [2, 3], but its 'batch' axis must have length 1, as in 'x'"`,
    )
    const into = await failure(session.run([row, row, row], [zeros([2, 3])]))
    expect(into.message).toMatchInlineSnapshot(
      `"tensor.session.run: output 'output' is float32 [2, 3], but its 'batch' axis must have length 1, as in 'x'"`,
    )
  })

  it('finishes what it began when it is disposed, and then refuses', async () => {
    const own = await createSession(sum)
    const running = own.run([row, row, row])
    await own.dispose()
    await own.dispose()
    expect((await running)[0]!.toArray()).toEqual([[2, 8, 18]])
    expect(await failure(own.run([row, row, row]))).toMatchObject({
      code: 'disposed',
      message: 'tensor.session.run: the session was disposed; create another',
    })
  })

  it('runs on as many threads as it is told', async () => {
    const own = await createSession(sum, { threads: 1 })
    expect((await own.run([row, row, row]))[0]!.toArray()).toEqual([[2, 8, 18]])
    await own.dispose()
  })
})

describe('a model that asks for more memory than there is', () => {
  it('throws an error that says how much, and the session goes on', async () => {
    const expand = jit((x: Tensor, length: number) => x.broadcastTo([length]).sum())
    const error = await failure(expand(full([1], 1), 2 ** 40))
    expect(error).toMatchObject({ code: 'runtime', details: { bytes: 2 ** 42, outOfMemory: true } })
    expect(error.message).toMatchInlineSnapshot(
      `"tensor.session.run: out of memory at Expand 'Expand_1': 4,096 GiB were asked for in one piece; use a smaller batch or shorter inputs"`,
    )
    const beyond = await failure(expand(full([1], 1), 2 ** 62))
    expect(beyond).toMatchObject({ code: 'runtime', details: { outOfMemory: true } })
    expect(beyond.message).toMatchInlineSnapshot(
      `"tensor.session.run: out of memory at Expand 'Expand_1': more bytes than can be counted were asked for in one piece; use a smaller batch or shorter inputs"`,
    )
    expect((await expand(full([1], 1), 1000)).item()).toBe(1000)
    await expand.dispose()
  })
})

describe('a model that cannot be loaded', () => {
  const load = async (model: Uint8Array | string, provider: 'cpu' | 'cuda' = 'cpu') => {
    const { code, message } = await failure(createSession(model, { provider }))
    return `${code} ${message}`
  }

  it('says so when it is empty, cut off or no ONNX', async () => {
    expect(await load(new Uint8Array(0))).toMatchInlineSnapshot(
      `"format tensor.session: the model is no ONNX file, or a damaged one (Model data pointer is null.); read or download it again"`,
    )
    expect(await load(sum.subarray(0, sum.length - 20))).toMatchInlineSnapshot(
      `"format tensor.session: the model is no ONNX file, or a damaged one (Failed to load model because protobuf parsing failed.); read or download it again"`,
    )
    expect(await load(new TextEncoder().encode('<html>not found</html>'))).toMatchInlineSnapshot(
      `"format tensor.session: the model is no ONNX file, or a damaged one (Failed to load model because protobuf parsing failed.); read or download it again"`,
    )
  })

  it('says so when its file is missing or damaged', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quadrupole-'))
    const path = join(folder, 'model.onnx')
    expect((await load(path)).replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(
      `"io tensor.session: the model can’t be read: Load model from FOLDER/model.onnx failed:Load model FOLDER/model.onnx failed. File doesn't exist"`,
    )
    await writeFile(path, sum.subarray(0, 100))
    expect((await load(path)).replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(
      `"format tensor.session: the model is no ONNX file, or a damaged one (Load model from FOLDER/model.onnx failed:Protobuf parsing failed.); read or download it again"`,
    )
    await rm(folder, { recursive: true })
  })

  it('says what an invalid graph has wrong', async () => {
    const text = Buffer.from(sum)
    text.write('Mux', text.indexOf('Mul'))
    expect(await load(text)).toMatchInlineSnapshot(
      `"runtime tensor.session: the cpu provider refused the model: Invalid model. Node input 'Mul_1' is not a graph input, initializer, or output of a previous node."`,
    )
  })

  it('says what is missing where a provider is', async () => {
    const loaded = await createSession(sum, { provider: 'cuda' }).catch((error: Failure) => error)
    // a machine with CUDA's libraries has nothing missing
    if (!(loaded instanceof Error)) return loaded.dispose()
    expect(loaded).toMatchObject({ code: 'runtime', details: { provider: 'cuda' } })
    expect(loaded.message).toMatch(
      /^tensor.session: (the cuda provider’s library is missing \(.*\); install onnxruntime-node without|ONNX Runtime has no cuda provider on )/,
    )
  })
})
