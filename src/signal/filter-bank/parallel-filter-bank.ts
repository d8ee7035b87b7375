import { builtUrl, type WorkerPool, workerTask } from '../../core/index.ts'
import { type ComplexArrays, createSharedScratch, type FloatArray } from '../../tensor/fft/index.ts'
import type { BankOutput } from './filter-bank.ts'
import { type BlocksRequest, filterBlocks } from './filter-blocks-worker.ts'
import { type BankLayout, countOutputs, type FilterBankOptions, type FirFilters, planBank } from './layout.ts'
import { allocate } from './memory.ts'
import { filterSpectra } from './spectra.ts'
import { createStreamBuffer, type ReadyBlocks, type Samples } from './stream-buffer.ts'

const filterTask = workerTask<BlocksRequest, void>(
  builtUrl(import.meta.url, './filter-blocks-worker.js'),
  'filterBlocks',
)

/** Work in bins (of all blocks and filters) that costs more to hand over than to do. */
const smallWork = 2 ** 18
/** Bins that one task handles at least, and tasks a thread gets at most. */
const taskWork = 2 ** 20
const tasksPerThread = 8
/** Memory given back that is kept for the next outputs. */
const spareBytes = 256 * 2 ** 20

/** `FilterStream` in the threads of a pool. Pieces may be pushed without waiting for the outputs of the last. */
export interface ParallelFilterStream {
  push(samples: Samples): Promise<BankOutput>
  flush(): Promise<BankOutput>
}

/** `FilterBank` in the threads of a pool, with the same bits. */
export interface ParallelFilterBank {
  readonly layout: BankLayout
  filter(samples: Samples): Promise<BankOutput>
  stream(): ParallelFilterStream
  countOutputs(samples: number): number
  /** Gives outputs back that nobody reads any more: their memory is used for the next, which saves its allocation. */
  recycle(output: BankOutput): void
}

/**
 * `createFilterBank` whose work the threads of a pool share, with the same bits for any number of them. Samples are
 * copied before a call returns; outputs lie in shared memory. The calling thread stays free, but for jobs too small to be
 * worth handing over. The pool stays the caller's to close.
 *
 * @throws As `createFilterBank` and `FilterBank`, the promises also `disposed` where the pool is closed and `worker` where
 * a thread dies.
 *
 * @example
 * await using pool = createWorkerPool({ size: 2 })
 * const bank = createParallelFilterBank(pool, { re: Float64Array.of(1, 1, 1, -1) }, { taps: 2 })
 * ;(await bank.filter(Float64Array.of(1, 2, 4))).re // [3, 6, 1, 2]
 */
export function createParallelFilterBank(
  pool: WorkerPool,
  filters: FirFilters,
  options: FilterBankOptions,
): ParallelFilterBank {
  const layout = planBank(filters, options)
  const spectra = filterSpectra(filters, layout, true)
  const scratch = createSharedScratch(spareBytes)
  const like = allocate(layout.dtype, 0, false)
  const allocateOutput = (outputs: number): ComplexArrays<FloatArray> => {
    const length = layout.channels * layout.filters * outputs
    return { re: scratch.take(like, length), im: layout.isComplexOutput ? scratch.take(like, length) : like }
  }
  const run = async ({ input, blocks, outputs, start }: ReadyBlocks): Promise<BankOutput> => {
    const output = allocateOutput(outputs)
    const items = layout.channels * blocks * layout.filters
    const work = items * layout.bins
    const request = { layout, input, spectra, output, blocks, outputs }
    if (work < smallWork) filterBlocks({ ...request, from: 0, to: items })
    else {
      const parts = Math.min(items, Math.max(pool.size, Math.min(pool.size * tasksPerThread, work / taskWork)))
      await pool.map(
        filterTask,
        shares(items, Math.floor(parts)).map(share => ({ ...request, ...share })),
      )
    }
    return { ...output, length: outputs, start }
  }
  return {
    layout,
    async filter(samples) {
      return run(createStreamBuffer(layout, true).take(samples, { isLast: true }))
    },
    stream() {
      const buffer = createStreamBuffer(layout, true)
      return {
        push: async samples => run(buffer.take(samples, { isLast: false })),
        flush: async () => run(buffer.take(undefined, { isLast: true })),
      }
    },
    countOutputs: samples => countOutputs(layout, samples),
    recycle({ re, im }) {
      scratch.giveBack(re)
      if (layout.isComplexOutput) scratch.giveBack(im)
    },
  }
}

/** Cuts a number of items into contiguous shares of nearly one size. */
const shares = (items: number, parts: number): { readonly from: number; readonly to: number }[] =>
  Array.from({ length: parts }, (_, i) => ({
    from: Math.floor((i * items) / parts),
    to: Math.floor(((i + 1) * items) / parts),
  }))
