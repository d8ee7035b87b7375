import { QuadrupoleError } from '../../core/index.ts'
import { isFloat } from '../dtype.ts'
import { showShape, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { matmul } from './linear.ts'
import { diagonal } from './linear-algebra.ts'

/** A tensor whose axes have names: letters, and numbers from the end for those of an ellipsis. */
interface Named {
  readonly tensor: Tensor
  readonly names: readonly string[]
}

const fail = (equation: string, problem: string): QuadrupoleError =>
  new QuadrupoleError('shape', `einsum: '${equation}': ${problem}`)

/**
 * Sums of products in Einstein's notation, as `numpy.einsum`: operands' axes are named by letters, separated by commas;
 * behind '->' stand the axes of the result, and all others are summed. Without '->' the result has the letters that stand
 * once, in alphabetical order. A letter twice in one operand takes its diagonal; '...' stands for leading axes, which
 * broadcast.
 *
 * Operands are joined in pairs, those of the fewest products first, by matrix products.
 *
 * @throws `argument` for a malformed equation, `shape` where a letter has two lengths or an operand other axes.
 * @example
 * einsum('bij,bjk->bik', a, b) // a matrix product for each b
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  const { inputs, output } = parsed(equation, operands)
  let rest = inputs.map(named =>
    summed(named, [...output, ...inputs.flatMap(other => (other === named ? [] : other.names))]),
  )
  while (rest.length > 1) {
    const [i, j] = cheapestPair(rest)
    const others = rest.filter((_, k) => k !== i && k !== j)
    const kept = [...output, ...others.flatMap(({ names }) => names)]
    rest = [...others.slice(0, i), joined(rest[i]!, rest[j]!, kept), ...others.slice(i)]
  }
  const last = summed(rest[0]!, output)
  return last.tensor.transpose(output.map(name => last.names.indexOf(name)))
}

interface Parsed {
  readonly inputs: readonly Named[]
  readonly output: readonly string[]
}

function parsed(equation: string, operands: readonly Tensor[]): Parsed {
  const [left, right, ...more] = equation.replace(/\s/g, '').split('->')
  const terms = left!.split(',')
  const bad = [...terms, right ?? ''].find(term => !/^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term))
  if (more.length > 0 || bad !== undefined)
    throw new QuadrupoleError(
      'argument',
      `einsum: '${equation}' has a term '${bad ?? more[0]}'; terms are letters with at most one '...', one '->' before the result`,
    )
  if (terms.length !== operands.length)
    throw new QuadrupoleError(
      'argument',
      `einsum: '${equation}' is of ${terms.length} operands, got ${operands.length}; separate operands by commas`,
    )
  const named = terms.map((term, i) => namedAxes(equation, term, operands[i]!, i))
  const lengths = lengthsOf(equation, named)
  const inputs = named.map(each => withoutStretched(withoutRepeats(each), lengths))
  const ellipsis = [...lengths.keys()].filter(isEllipsis).sort((a, b) => Number(b) - Number(a))
  const output = outputNames(equation, terms, right, ellipsis)
  const unknown = output.find(name => !lengths.has(name))
  const twice = output.find((name, at) => output.indexOf(name) !== at)
  if (unknown !== undefined || twice !== undefined)
    throw new QuadrupoleError(
      'argument',
      `einsum: '${equation}': '${unknown ?? twice}' stands in the result ${unknown === undefined ? 'twice' : 'and in no operand'}`,
    )
  return { inputs, output }
}

const isEllipsis = (name: string): boolean => /^\d/.test(name)

function outputNames(
  equation: string,
  terms: readonly string[],
  right: string | undefined,
  ellipsis: string[],
): string[] {
  if (right !== undefined) {
    if (ellipsis.length > 0 && !right.includes('...'))
      throw new QuadrupoleError('argument', `einsum: '${equation}': the result lacks the operands' '...'`)
    return [...right.replace('...', '.')].flatMap(letter => (letter === '.' ? ellipsis : [letter]))
  }
  const letters = [...terms.join('').replaceAll('.', '')]
  return [...ellipsis, ...letters.filter(letter => letters.indexOf(letter) === letters.lastIndexOf(letter)).sort()]
}

function namedAxes(equation: string, term: string, tensor: Tensor, operand: number): Named {
  const letters = term.replace('...', '')
  const extra = tensor.rank - letters.length
  if (extra < 0 || (extra > 0 && !term.includes('...')))
    throw fail(
      equation,
      `operand ${operand} has shape ${showShape(tensor.shape)}, '${term}' names ${letters.length} axes`,
    )
  const names = [...term.replace('...', '.')].flatMap(letter =>
    letter === '.' ? Array.from({ length: extra }, (_, at) => `${extra - at}`) : [letter],
  )
  return { tensor, names }
}

/** The length of every name; axes of an ellipsis may have length 1 beside another. */
function lengthsOf(equation: string, operands: readonly Named[]): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>()
  operands.forEach(({ tensor, names }, operand) => {
    names.forEach((name, axis) => {
      const length = tensor.shape[axis]!
      const known = lengths.get(name)
      if (known === undefined || (isEllipsis(name) && known === 1)) lengths.set(name, length)
      else if (known !== length && !(isEllipsis(name) && length === 1))
        throw fail(
          equation,
          `${isEllipsis(name) ? "an axis of '...'" : `'${name}'`} has length ${known} and, in operand ${operand} of shape ${showShape(tensor.shape)}, ${length}; they must be equal`,
        )
    })
  })
  return lengths
}

/** Letters that stand twice in one operand: the diagonal along their axes. */
function withoutRepeats({ tensor, names }: Named): Named {
  const again = names.findIndex((name, axis) => names.indexOf(name) !== axis)
  if (again < 0) return { tensor, names }
  const first = names.indexOf(names[again]!)
  const others = names.map((_, axis) => axis).filter(axis => axis !== first && axis !== again)
  return withoutRepeats({
    tensor: diagonal(tensor.transpose([...others, first, again])),
    names: [...others.map(axis => names[axis]!), names[first]!],
  })
}

/** Drops axes of length 1 that others stretch. */
function withoutStretched({ tensor, names }: Named, lengths: ReadonlyMap<string, number>): Named {
  const axes = names.flatMap((name, axis) => (tensor.shape[axis] !== lengths.get(name) ? [axis] : []))
  return { tensor: tensor.squeeze(axes), names: names.filter((_, axis) => !axes.includes(axis)) }
}

/** Sums the axes that nothing needs. */
function summed({ tensor, names }: Named, kept: readonly string[]): Named {
  const axes = names.flatMap((name, axis) => (kept.includes(name) ? [] : [axis]))
  return axes.length === 0
    ? { tensor, names }
    : { tensor: tensor.sum({ axes }), names: names.filter((_, axis) => !axes.includes(axis)) }
}

/** The two operands whose joining takes the fewest products, the first of them in order. */
function cheapestPair(operands: readonly Named[]): [number, number] {
  let best: [number, number] = [0, 1]
  let least = Number.POSITIVE_INFINITY
  for (let j = 1; j < operands.length; j++)
    for (let i = 0; i < j; i++) {
      const lengths = new Map<string, number>()
      for (const { tensor, names } of [operands[i]!, operands[j]!])
        names.forEach((name, axis) => {
          lengths.set(name, tensor.shape[axis]!)
        })
      const cost = sizeOf([...lengths.values()])
      if (cost < least) [best, least] = [[i, j], cost]
    }
  return best
}

/** The product of two operands, summed over names that neither the result nor another operand needs. */
function joined(a: Named, b: Named, kept: readonly string[]): Named {
  const shared = a.names.filter(name => b.names.includes(name))
  const batch = shared.filter(name => kept.includes(name))
  const inner = shared.filter(name => !kept.includes(name))
  const [left, right] = [a, b].map(each => summed(each, [...kept, ...shared])) as [Named, Named]
  const rows = left.names.filter(name => !shared.includes(name))
  const columns = right.names.filter(name => !shared.includes(name))
  const lengthOf = (names: readonly string[], { tensor, names: all }: Named): number[] =>
    names.map(name => tensor.shape[all.indexOf(name)]!)
  const groups = lengthOf(batch, left)
  const [m, k, n] = [lengthOf(rows, left), lengthOf(inner, left), lengthOf(columns, right)] as const
  const arranged = (each: Named, order: readonly string[], shape: readonly number[]): Tensor =>
    each.tensor.transpose(order.map(name => each.names.indexOf(name))).reshape(shape)
  // axes that already stand the other way round need no transpose, only a flag
  const flipA = [...batch, ...inner, ...rows].join() === left.names.join() && rows.length > 0
  const flipB = [...batch, ...columns, ...inner].join() === right.names.join() && columns.length > 0
  const [size, depth] = [groups.length > 0 ? [sizeOf(groups)] : [], sizeOf(k)]
  const x = flipA
    ? left.tensor.reshape([...size, depth, sizeOf(m)])
    : arranged(left, [...batch, ...rows, ...inner], [...size, sizeOf(m), depth])
  const y = flipB
    ? right.tensor.reshape([...size, sizeOf(n), depth])
    : arranged(right, [...batch, ...inner, ...columns], [...size, depth, sizeOf(n)])
  const product = productOf(x, y, { transposeA: flipA, transposeB: flipB })
  return { tensor: product.reshape([...groups, ...m, ...n]), names: [...batch, ...rows, ...columns] }
}

function productOf(
  x: Tensor,
  y: Tensor,
  flags: { readonly transposeA: boolean; readonly transposeB: boolean },
): Tensor {
  const swapped = (z: Tensor, isSwapped: boolean): Tensor => (isSwapped ? z.moveAxis(-1, -2) : z)
  const depth = x.shape.at(flags.transposeA ? -2 : -1)!
  if (isFloat(x.dtype) && depth > 1) return matmul(x, y, flags)
  const [a, b] = [swapped(x, flags.transposeA), swapped(y, flags.transposeB)]
  if (depth === 1) return a.mul(b)
  return a.expandAxis(-1).mul(b.expandAxis(-3)).sum({ axes: -2 })
}
