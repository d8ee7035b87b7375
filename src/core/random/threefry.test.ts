import { describe, expect, it } from 'vitest'
import { threefry2x32 } from './threefry.ts'

const block = (key: [number, number], counter: [number, number]) => {
  const out = new Int32Array(2)
  threefry2x32(out, 1, ...key, ...counter)
  return [...out].map(word => (word >>> 0).toString(16).padStart(8, '0'))
}

describe('threefry2x32', () => {
  // Known-answer vectors of the Random123 library, threefry2x32 with 20 rounds.
  it('gives the published answers', () => {
    expect(block([0, 0], [0, 0])).toEqual(['6b200159', '99ba4efe'])
    expect(block([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff])).toEqual(['1cb996fc', 'bb002be7'])
    expect(block([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toEqual(['c4923a9c', '483df7a0'])
  })

  it('counts on from one block to the next and carries into the high word', () => {
    const together = new Int32Array(8)
    threefry2x32(together, 4, 5, 6, 0xfffffffe, 7)
    const alone = [
      [0xfffffffe, 7],
      [0xffffffff, 7],
      [0, 8],
      [1, 8],
    ].flatMap(([low, high]) => {
      const out = new Int32Array(2)
      threefry2x32(out, 1, 5, 6, low!, high!)
      return [...out]
    })
    expect([...together]).toEqual(alone)
  })
})
