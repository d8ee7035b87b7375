/**
 * The items of a source in its order, of which up to `depth` are asked for before they are needed: what makes an item goes
 * on while the last is used. What the source throws comes at its place among the items.
 *
 * @example
 * for await (const strain of ahead(stretch.chunks())) await search(strain)
 */
export async function* ahead<Item>(source: AsyncIterable<Item>, depth = 1): AsyncGenerator<Item, void, undefined> {
  const iterator = source[Symbol.asyncIterator]()
  const asked: Promise<IteratorResult<Item>>[] = []
  const ask = (): void => {
    const next = iterator.next()
    // Whoever waits for it hears of a failure; until then nobody does.
    next.catch(() => {})
    asked.push(next)
  }
  try {
    for (;;) {
      if (asked.length === 0) ask()
      const { done, value } = await asked.shift()!
      if (done) return
      while (asked.length < depth) ask()
      yield value
    }
  } finally {
    await iterator.return?.()
  }
}
