import { describe, expect, it } from 'vitest'
import { parseNpy } from './npy.ts'
import { npy, npyText } from './testing/npz-file.ts'

describe('parseNpy', () => {
  it('decodes every type of number', () => {
    const types = [
      ['<f8', Float64Array.of(1.5, -2)],
      ['<f4', Float32Array.of(1.5, -2)],
      ['<i8', BigInt64Array.of(15n, -2n)],
      ['<u8', BigUint64Array.of(15n, 2n)],
      ['<i4', Int32Array.of(15, -2)],
      ['<u4', Uint32Array.of(15, 2)],
      ['<i2', Int16Array.of(15, -2)],
      ['<u2', Uint16Array.of(15, 2)],
      ['|i1', Int8Array.of(15, -2)],
      ['|u1', Uint8Array.of(15, 2)],
      ['|b1', Uint8Array.of(1, 0)],
    ] as const
    for (const [descriptor, values] of types) {
      const { data, shape } = parseNpy(npy(descriptor, [2], values), descriptor)
      expect(shape).toEqual([2])
      expect(data).toEqual({ kind: 'real', values: Float64Array.from(values as ArrayLike<number | bigint>, Number) })
    }
  })

  it('decodes complex numbers, texts, single values and Fortran order', () => {
    expect(parseNpy(npy('<c16', [2], Float64Array.of(1, 2, 3, 4)), 'x').data).toEqual({
      kind: 'complex',
      re: Float64Array.of(1, 3),
      im: Float64Array.of(2, 4),
    })
    expect(parseNpy(npy('<c8', [], Float32Array.of(1, 2)), 'x')).toMatchObject({ shape: [], data: { kind: 'complex' } })
    expect(parseNpy(npyText('HLV'), 'x').data).toEqual({ kind: 'text', values: ['HLV'] })
    const rows = parseNpy(npy('<f8', [2, 3], Float64Array.of(0, 10, 1, 11, 2, 12), true), 'x')
    expect(rows.data).toEqual({ kind: 'real', values: Float64Array.of(0, 1, 2, 10, 11, 12) })
  })

  it('refuses objects, truncated files and what is no array', () => {
    const parse = (bytes: Uint8Array) => () => parseNpy(bytes, 'a.npy')
    expect(parse(npy('|O', [1], Uint8Array.of(0)))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.parseNpy: a.npy holds |O; expected little-endian numbers or texts]`,
    )
    expect(parse(npy('<f8', [9], Float64Array.of(0)))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.parseNpy: a.npy is truncated: it has 136 of 200 bytes; fetch it again]`,
    )
    expect(parse(Buffer.from('no array at all'))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.parseNpy: a.npy is no .npy file]`,
    )
    expect(parse(npy('<f8', [1], Float64Array.of(0)).subarray(0, 30))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.parseNpy: a.npy ends within its header; fetch it again]`,
    )
  })
})
