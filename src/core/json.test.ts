import { describe, expect, it } from 'vitest'
import { canonicalJson } from './json.ts'

describe('canonicalJson', () => {
  it('gives equal values equal texts, whatever the order of their keys', () => {
    const a = { z: [{ y: 1, x: null }], a: { c: 'c', b: true }, left: undefined }
    const b = { a: { b: true, c: 'c' }, z: [{ x: null, y: 1 }] }
    expect(JSON.stringify(canonicalJson(a))).toBe('{"a":{"b":true,"c":"c"},"z":[{"x":null,"y":1}]}')
    expect(JSON.stringify(canonicalJson(a))).toBe(JSON.stringify(canonicalJson(b)))
  })

  it('takes a value that stands in two places', () => {
    const shared = { rate: 2048 }
    expect(canonicalJson([shared, shared])).toEqual([shared, shared])
  })

  const cycle: Record<string, unknown> = {}
  cycle.inner = { cycle }
  it.each([
    [{ a: { b: [0, NaN] } }, 'core.canonicalJson: expected JSON, but a.b[1] is NaN'],
    [{ rate: -Infinity }, 'rate is -Infinity'],
    [{ seed: 1n }, 'seed is bigint'],
    [[undefined], '[0] is undefined'],
    [() => 1, 'the value is function'],
    [{ asd: new Float64Array(1) }, 'asd is a Float64Array'],
    [{ when: new Date(0) }, 'when is a Date'],
    [cycle, 'inner.cycle is inside itself'],
  ])('refuses what JSON can not hold (%#), saying where', (value, message) => {
    expect(() => canonicalJson(value)).toThrow(message)
  })
})
