import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldIn, normal, randomKey } from '../../core/index.ts'
import { einsum, jit, type Tensor, tensor, vjp } from '../index.ts'
import { expectClose, numbersOf } from '../testing/compare.ts'
import { type Golden, goldenCases } from '../testing/golden.ts'

const draw = (seed: number, shape: readonly number[]): Tensor =>
  tensor(
    normal(
      foldIn(randomKey(17), seed),
      shape.reduce((a, b) => a * b, 1),
    ),
    { shape },
  )

const goldens = goldenCases('einsum')
const namesOf = ({ inputs }: Golden): string[] => Object.keys(inputs).sort()

function evaluate({ args, cotangents }: Golden, operands: readonly Tensor[]): Tensor[] {
  const { output, pullback } = vjp((...at: Tensor[]) => einsum(args.equation as string, ...at), ...operands)
  return [output, ...pullback(cotangents!.y!.cast(output.dtype))]
}

/** The sum over all letters, one product after another; letters are their lengths' names. */
function byDefinition(terms: readonly string[], output: string, operands: readonly Tensor[]): Float64Array {
  const lengths = new Map(
    terms.flatMap((term, i) => [...term].map((letter, k) => [letter, operands[i]!.shape[k]!] as const)),
  )
  const order = [...output, ...[...lengths.keys()].filter(letter => !output.includes(letter))]
  const result = new Float64Array([...output].reduce((size, letter) => size * lengths.get(letter)!, 1))
  const index = new Map<string, number>()
  const offset = (term: string): number =>
    [...term].reduce((at, letter) => at * lengths.get(letter)! + index.get(letter)!, 0)
  const visit = (depth: number): void => {
    if (depth === order.length) {
      result[offset(output)]! += terms.reduce(
        (product, term, i) => product * Number(operands[i]!.data[offset(term)]),
        1,
      )
      return
    }
    for (let i = 0; i < lengths.get(order[depth]!)!; i++) {
      index.set(order[depth]!, i)
      visit(depth + 1)
    }
  }
  visit(0)
  return result
}

describe('einsum', () => {
  test('has PyTorch’s values and gradients', () => {
    expect(goldens.length).toBe(14)
    for (const golden of goldens) {
      const names = namesOf(golden)
      const expected = [golden.outputs.y!, ...names.map(name => golden.gradients![name]!)]
      evaluate(
        golden,
        names.map(name => golden.inputs[name]!),
      ).forEach((found, i) => {
        expectClose(`${golden.args.equation} ${i}`, found, { tensor: expected[i]!, tolerance: 1e-15 })
      })
    }
  })

  test.each([
    ['float64', 1e-15],
    ['float32', 1e-6],
  ] as const)('is the same compiled in %s', async (dtype, tolerance) => {
    const all = (each: readonly (readonly Tensor[])[]) => each.map((operands, i) => evaluate(goldens[i]!, operands))
    const operands = goldens.map(golden => namesOf(golden).map(name => golden.inputs[name]!.cast(dtype)))
    const compiled = jit(all)
    const found = (await compiled(operands)).flat()
    await compiled.dispose()
    all(operands)
      .flat()
      .forEach((expected, i) => {
        expectClose(`output ${i}`, found[i]!, { tensor: expected, tolerance })
      })
  })

  test('is the sum it stands for, for any letters', () => {
    const lengths: Readonly<Record<string, number>> = { a: 2, b: 3, c: 1, d: 4, e: 2 }
    const term = fc.array(fc.constantFrom(...Object.keys(lengths)), { maxLength: 4 }).map(letters => letters.join(''))
    const equation = fc.array(term, { minLength: 1, maxLength: 4 }).chain(terms =>
      fc.tuple(
        fc.constant(terms),
        fc.shuffledSubarray([...new Set(terms.join(''))]).map(letters => letters.join('')),
      ),
    )
    fc.assert(
      fc.property(equation, ([terms, output]) => {
        const operands = terms.map((letters, i) =>
          draw(
            i,
            [...letters].map(letter => lengths[letter]!),
          ),
        )
        const found = einsum(`${terms.join(', ')} -> ${output}`, ...operands)
        const expected = tensor(byDefinition(terms, output, operands), { shape: found.shape })
        expect(found.shape).toEqual([...output].map(letter => lengths[letter]!))
        expectClose(`${terms} -> ${output}`, found, { tensor: expected, tolerance: 1e-13 })
      }),
      { numRuns: 300, seed: 4 },
    )
  })

  test('broadcasts the axes of an ellipsis, and takes integers', () => {
    const [a, b] = [draw(1, [5, 1, 2, 3]), draw(2, [4, 3])]
    expectClose('ellipsis', einsum('...ij,...j', a, b), {
      tensor: a.mul(b.reshape([4, 1, 3])).sum({ axes: -1 }),
      tolerance: 1e-15,
    })
    const n = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: 'int32' },
    )
    expect(numbersOf(einsum('ij,jk', n, n))).toEqual(Float64Array.of(7, 10, 15, 22))
    expect(einsum('ij,jk', n, n).dtype).toBe('int32')
  })

  test('names the letter or term that does not fit', () => {
    const [a, b] = [draw(1, [2, 3]), draw(2, [4, 5])]
    expect(() => einsum('ij,jk', a, b)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: einsum: 'ij,jk': 'j' has length 3 and, in operand 1 of shape [4, 5], 4; they must be equal]`,
    )
    expect(() => einsum('ijk', a)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: einsum: 'ijk': operand 0 has shape [2, 3], 'ijk' names 3 axes]`,
    )
    expect(() => einsum('ij,jk', a)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: einsum: 'ij,jk' is of 2 operands, got 1; separate operands by commas]`,
    )
    expect(() => einsum('ij->ijk', a)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: einsum: 'ij->ijk': 'k' stands in the result and in no operand]`,
    )
    expect(() => einsum('ij->ii', a)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: einsum: 'ij->ii': 'i' stands in the result twice]`,
    )
    expect(() => einsum('i1', a)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: einsum: 'i1' has a term 'i1'; terms are letters with at most one '...', one '->' before the result]`,
    )
    expect(() => einsum('...j->j', a)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: einsum: '...j->j': the result lacks the operands' '...']`,
    )
    expect(() => einsum('...,...', a, b)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: einsum: '...,...': an axis of '...' has length 2 and, in operand 1 of shape [4, 5], 4; they must be equal]`,
    )
  })
})
