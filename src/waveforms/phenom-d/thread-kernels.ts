import { createPhenomDKernel, type PhenomDKernel } from './kernel.ts'

// Kernels of the thread, for grids and for lists: caches, since no result depends on what they hold.
let grids: PhenomDKernel | undefined
let lists: PhenomDKernel | undefined

const roomFor = (frequencies: number) => Math.max(4096, 2 ** Math.ceil(Math.log2(frequencies)))

/** A kernel whose table is 0, 1, 2, ... to before `bins` at least; valid until the next is taken. */
export function gridKernel(bins: number): PhenomDKernel {
  if (grids === undefined || grids.capacity < bins) {
    grids = createPhenomDKernel(roomFor(bins))
    grids.tabulate(Float64Array.from({ length: grids.capacity }, (_, i) => i))
  }
  return grids
}

/** A kernel with room for a list; valid until the next is taken. */
export function listKernel(length: number): PhenomDKernel {
  if (lists === undefined || lists.capacity < length) lists = createPhenomDKernel(roomFor(length))
  return lists
}
