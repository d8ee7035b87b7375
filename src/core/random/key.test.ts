import { describe, expect, it } from 'vitest'
import golden from './fixtures/random.json' with { type: 'json' }
import { foldIn, type Key, randomKey, split } from './key.ts'

const words = (key: Key) => [key.k0, key.k1]
const key = randomKey(golden.seed)

describe('randomKey', () => {
  it('takes a number, a bigint and decimal digits for the same seed', () => {
    expect(words(randomKey(42))).toEqual([42, 0])
    expect(randomKey(42n)).toEqual(randomKey(42))
    expect(randomKey('42')).toEqual(randomKey(42))
    expect(words(randomKey(2n ** 64n - 1n))).toEqual([0xffffffff, 0xffffffff])
    expect(words(randomKey(2 ** 53 - 1))).toEqual([0xffffffff, 2 ** 21 - 1])
  })

  it('hashes any other text as the independent implementation does', () => {
    const [text, expected] = golden.seedText
    expect(words(randomKey(text as string))).toEqual(expected)
    expect(randomKey('042')).not.toEqual(randomKey(42))
  })

  it.each([-1, 0.5, NaN, Infinity, 2 ** 53, -1n, 2n ** 64n, '18446744073709551616'])('refuses the seed %s', seed => {
    expect(() => randomKey(seed)).toThrow(expect.objectContaining({ code: 'argument' }))
  })

  it('gives a value that nothing can change and that survives a structured clone', () => {
    expect(Object.isFrozen(key)).toBe(true)
    expect(structuredClone(key)).toEqual(key)
  })
})

describe('split and foldIn', () => {
  it('agree with the independent implementation', () => {
    expect(split(key, 4).map(words)).toEqual(golden.split)
    for (const [n, expected] of golden.foldNumber) expect(words(foldIn(key, n as number))).toEqual(expected)
    for (const [text, expected] of golden.foldText) expect(words(foldIn(key, text as string))).toEqual(expected)
  })

  it('give the same first keys whatever the number of keys', () => {
    expect(split(key, 7).slice(0, 2)).toEqual(split(key))
  })

  it('give keys that all differ', () => {
    const numbers = Array.from({ length: 20_000 }, (_, i) => foldIn(key, i))
    const texts = Array.from({ length: 2_000 }, (_, i) => foldIn(key, `segment ${i}`))
    const padded = ['a', 'a\0', '\0a', '', '\0', '\0\0\0\0\0\0\0\0'].map(text => foldIn(key, text))
    const all = [...split(key, 20_000), ...numbers, ...texts, ...padded]
    expect(new Set(all.map(each => words(each).join())).size).toBe(all.length)
  })

  it('refuse what is no count or no index', () => {
    expect(() => split(key, 0)).toThrow(/core.split: expected n from 1/)
    expect(() => split(key, 1.5)).toThrow(/core.split/)
    expect(() => foldIn(key, -1)).toThrow(/core.foldIn: expected an integer/)
    expect(() => foldIn(key, 0.1)).toThrow(/core.foldIn/)
  })
})
