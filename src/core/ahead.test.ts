import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ahead } from './ahead.ts'

/** Whole numbers, and what has become of their source. */
function numbers(count: number, failAt = Number.POSITIVE_INFINITY) {
  const log: string[] = []
  async function* source() {
    try {
      for (let i = 0; i < count; i++) {
        await setImmediate()
        if (i === failAt) throw new Error(`no ${i}`)
        log.push(`made ${i}`)
        yield i
      }
    } finally {
      log.push('closed')
    }
  }
  return { log, source: source() }
}

async function itemsOf<Item>(source: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of source) items.push(item)
  return items
}

/** Long enough for all that goes on by itself. */
const wait = async () => {
  for (let i = 0; i < 20; i++) await setImmediate()
}

describe('items asked for ahead', () => {
  it('are those of the source in its order', async () => {
    for (const depth of [0, 1, 3, 20]) {
      const { source, log } = numbers(7)
      expect(await itemsOf(ahead(source, depth))).toEqual([0, 1, 2, 3, 4, 5, 6])
      expect(log.at(-1)).toBe('closed')
    }
    expect(await itemsOf(ahead(numbers(0).source))).toEqual([])
  })

  it('are made while one is used, no more of them than the depth', async () => {
    for (const depth of [0, 1, 2]) {
      const { source, log } = numbers(9)
      for await (const item of ahead(source, depth)) {
        await wait()
        expect(log).toHaveLength(Math.min(9, item + 1 + depth) + (item + depth >= 9 ? 1 : 0))
      }
    }
  })

  it('end where the source fails, after all before it', async () => {
    const { source } = numbers(9, 3)
    const seen: number[] = []
    await expect(async () => {
      for await (const item of ahead(source, 2)) {
        await wait()
        seen.push(item)
      }
    }).rejects.toThrow('no 3')
    expect(seen).toEqual([0, 1, 2])
  })

  it('close the source when no more are wanted', async () => {
    const { source, log } = numbers(9)
    for await (const item of ahead(source, 2)) if (item === 3) break
    expect(log.at(-1)).toBe('closed')
    expect(log.length).toBeLessThan(9)
  })
})
