import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flatten, mapTree, treePaths, unflatten, zipTrees } from './tree.ts'

const leaf = new Float32Array([1, 2])
const model = { layers: [{ weight: leaf, bias: 2 }, { weight: 3 }], scale: 4, none: [], rest: {} }

const trees = fc.letrec(tie => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.integer(),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie('tree'), { maxKeys: 3 }),
  ),
})).tree

describe('flatten', () => {
  it('gives the leaves in the order of their keys; typed arrays, dates and null are leaves', () => {
    expect(flatten(model).leaves).toEqual([leaf, 2, 3, 4])
    const date = new Date(0)
    expect(flatten([null, date, 'text', undefined]).leaves).toEqual([null, date, 'text', undefined])
    expect(flatten(7)).toEqual({ leaves: [7], shape: 'leaf' })
  })

  it('is undone by unflatten, empty branches and all', () => {
    const { leaves, shape } = flatten(model)
    const copy = unflatten(shape, leaves) as typeof model
    expect(copy).toEqual(model)
    expect(copy.layers[0]!.weight).toBe(leaf)
    fc.assert(
      fc.property(trees, tree => {
        const flat = flatten(tree)
        expect(unflatten(flat.shape, flat.leaves)).toEqual(tree)
      }),
    )
  })

  it('takes objects without a prototype', () => {
    const bare = Object.assign(Object.create(null), { a: 1 })
    expect(flatten({ bare }).leaves).toEqual([1])
  })
})

describe('unflatten', () => {
  it('refuses too few and too many leaves', () => {
    const { shape } = flatten(model)
    expect(() => unflatten(shape, [1, 2, 3])).toThrow('core.unflatten: the nest has 4 leaves, 3 were given')
    expect(() => unflatten(shape, [1, 2, 3, 4, 5])).toThrow('core.unflatten: the nest has 4 leaves, 5 were given')
  })
})

describe('treePaths', () => {
  it('names each leaf by its place, in the order of flatten', () => {
    expect(treePaths(model)).toEqual(['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'scale'])
    expect(treePaths(5)).toEqual([''])
    fc.assert(
      fc.property(trees, tree => {
        expect(treePaths(tree).length).toBe(flatten(tree).leaves.length)
      }),
    )
  })
})

describe('mapTree', () => {
  it('keeps the nest and passes each leaf with its path', () => {
    const doubled = mapTree({ a: [1, 2] as [number, number], b: { c: 3 } }, (x: number, path) => `${path}=${2 * x}`)
    const c: string = doubled.b.c
    expect(c).toBe('b.c=6')
    expect(doubled).toEqual({ a: ['a.0=2', 'a.1=4'], b: { c: 'b.c=6' } })
  })

  it('leaves the tree it is given alone', () => {
    const frozen = Object.freeze({ a: Object.freeze([1, 2]) })
    expect(mapTree(frozen, (x: number) => x + 1)).toEqual({ a: [2, 3] })
  })
})

describe('zipTrees', () => {
  it('joins the leaves that stand at the same place', () => {
    const sum = zipTrees([{ a: [1, 2] }, { a: [10, 20] }, { a: [100, 200] }], (leaves: readonly number[], path) => [
      path,
      leaves.reduce((x, y) => x + y),
    ])
    expect(sum).toEqual({
      a: [
        ['a.0', 111],
        ['a.1', 222],
      ],
    })
  })

  it.each([
    [{ a: 1, b: 2 }, { a: 1 }, "core.zipTrees: tree 1 has 'nothing' where tree 0 has 'b'"],
    [{ a: 1 }, { a: 1, b: 2 }, "core.zipTrees: tree 1 has 'b' where tree 0 has 'nothing'"],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, "core.zipTrees: tree 1 has 'b' where tree 0 has 'a'"],
    [{ a: [1] }, { a: { 0: 1 } }, 'core.zipTrees: tree 1 has lists, objects or empty branches'],
    [{ a: 1, b: [] }, { a: 1 }, 'core.zipTrees: tree 1 has lists, objects or empty branches'],
    [{ a: { b: 1 } }, { 'a.b': 1 }, 'core.zipTrees: tree 1 has lists, objects or empty branches'],
  ])('refuses trees of different nests (%#), saying where', (first: unknown, second: unknown, message) => {
    expect(() => zipTrees([first, second], leaves => leaves)).toThrow(message)
  })
})
