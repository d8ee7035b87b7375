import { kernels } from './kernels.ts'
import { coincidentPower, type LoudBlock } from './loud-blocks.ts'
import { type BlockRange, leastSteps, type SlideSide, stepColumns } from './slide-side.ts'

/** Blocks of the first detector that are looked at together, and of the second that are at hand: what stays in the cache. */
const tileBlocks = 1024
const heldBlocks = 3 * tileBlocks

/**
 * The loud blocks of each of some slides: block b of the first detector beside block b + slide of the second.
 *
 * @param least the least power.
 */
export function loudPairs(
  first: SlideSide,
  second: SlideSide,
  { slides, least }: { readonly slides: readonly number[]; readonly least: number },
): LoudBlock[][] {
  const [one, two] = [first, second].map(side => ({ powers: side.triggerPowers, templates: side.triggers }))
  const loud = slides.map((): LoudBlock[] => [])
  // Neighbouring slides read the same blocks.
  const order = [...slides.keys()].sort((i, j) => slides[i]! - slides[j]!)
  for (let from = 0; from < first.blocks; from += tileBlocks) {
    const tile = { from, to: Math.min(first.blocks, from + tileBlocks) }
    /** The blocks of the second detector that those of the tile are beside. */
    const beside = (slide: number): BlockRange => ({
      from: Math.max(0, tile.from + slide),
      to: Math.min(second.blocks, tile.to + slide),
    })
    const meeting = order.filter(i => beside(slides[i]!).from < beside(slides[i]!).to)
    for (let next = 0; next < meeting.length; ) {
      const start = beside(slides[meeting[next]!]!).from
      let end = start
      const group: number[] = []
      for (; next < meeting.length && beside(slides[meeting[next]!]!).to <= start + heldBlocks; next++) {
        group.push(meeting[next]!)
        end = beside(slides[meeting[next]!]!).to
      }
      const find = openTile(first, second, { tile, held: { from: start, to: end } })
      for (const i of group) {
        const slide = slides[i]!
        for (const block of find(beside(slide), slide)) {
          // In the tables a row of silence lies before block 0.
          const power = coincidentPower(one!, block + 1, two!, block + slide + 1)
          if (power >= least) loud[i]!.push({ block, power })
        }
      }
    }
  }
  return loud
}

/** Puts blocks of both detectors where the kernel takes them from, for a function that finds those that may be loud. */
function openTile(
  first: SlideSide,
  second: SlideSide,
  { tile, held }: { readonly tile: BlockRange; readonly held: BlockRange },
) {
  const columns = stepColumns(first.triggers)
  const [one, two] = [0, tileBlocks * columns]
  const out = two + heldBlocks * columns
  const { memory, functions } = kernels(out + 4 * (tileBlocks + 1))
  const bytes = new Uint8Array(memory.buffer)
  bytes.set(first.steps.subarray(tile.from * columns, tile.to * columns), one)
  bytes.set(second.steps.subarray(held.from * columns, held.to * columns), two)
  return ({ from, to }: BlockRange, slide: number): Int32Array => {
    const block = from - slide
    const [a, b] = [one + (block - tile.from) * columns, two + (from - held.from) * columns]
    functions.loudRows!(a, b, to - from, columns, leastSteps, out)
    const [count] = new Int32Array(memory.buffer, out, 1)
    return new Int32Array(memory.buffer, out + 4, count).map(row => block + row)
  }
}
