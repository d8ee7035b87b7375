import { builtUrl, QuadrupoleError, type WorkerPool, workerTask } from '../../core/index.ts'
import type { ResponseTable } from '../../gw/index.ts'
import type { ComplexArrays } from '../../tensor/fft/index.ts'
import type { BinaryParameters } from '../binary.ts'
import type { SpectrumGrid } from '../phenom-d/spectrum-grid.ts'
import type { SignalOptions } from './signal-options.ts'
import { signalsRequest, spectraRequest } from './signals.ts'
import type { SignalsRequest, SpectraRequest } from './waveforms-worker.ts'

const workerUrl = builtUrl(import.meta.url, './waveforms-worker.js')
const signalsTask = workerTask<SignalsRequest, void>(workerUrl, 'fillSignals')
const spectraTask = workerTask<SpectraRequest, void>(workerUrl, 'fillSpectra')

/** Signals that one task makes at most: long enough to be worth handing over, short enough to share out evenly. */
const taskSignals = 32

/**
 * `signals`, `strains` and `spectra` in the threads of a pool, with the same bits for any number of them. The calling thread
 * stays free. Results are `out` if given, else new arrays, and lie in shared memory either way.
 *
 * What the functions of those names throw, the promises reject with; also `argument` for an `out` that is not in shared
 * memory, `disposed` where the pool is closed and `worker` where a thread dies.
 */
export interface ParallelWaveforms {
  signals(
    binaries: readonly BinaryParameters[],
    options: SignalOptions & { readonly out?: Float64Array },
  ): Promise<Float64Array>
  strains(
    binaries: readonly BinaryParameters[],
    table: ResponseTable,
    options: SignalOptions & { readonly out?: Float64Array },
  ): Promise<Float64Array>
  spectra(
    binaries: readonly BinaryParameters[],
    options: SpectrumGrid & { readonly out?: ComplexArrays<Float64Array> },
  ): Promise<ComplexArrays<Float64Array>>
}

/**
 * Makes waveforms in the threads of a pool, which stays the caller's to close.
 *
 * @example
 * await using pool = createWorkerPool({ size: 2 })
 * const waveforms = createParallelWaveforms(pool)
 * const next = waveforms.strains(binaries, table, { sampleRate: 2048, duration: 8, mergerTime: 7.5 })
 */
export function createParallelWaveforms(pool: WorkerPool): ParallelWaveforms {
  return {
    async signals(binaries, options) {
      requireShared(options.out)
      const request = signalsRequest('signals', binaries, options)
      await pool.map(signalsTask, parts(pool, binaries.length, request))
      return request.output
    },
    async strains(binaries, table, options) {
      requireShared(options.out)
      const request = signalsRequest('strains', binaries, options, table)
      await pool.map(signalsTask, parts(pool, binaries.length, request))
      return request.output
    },
    async spectra(binaries, { out, ...grid }) {
      requireShared(out?.re, out?.im)
      const request = spectraRequest(binaries, grid, out)
      await pool.map(spectraTask, parts(pool, binaries.length, request))
      return { re: request.re, im: request.im }
    },
  }
}

/** A batch's requests for its parts. */
function* parts<Request>(
  pool: WorkerPool,
  count: number,
  request: Request,
): Generator<Request & { readonly from: number; readonly to: number }> {
  const size = Math.min(taskSignals, Math.ceil(count / pool.size))
  for (let from = 0; from < count; from += size) yield { ...request, from, to: Math.min(count, from + size) }
}

/** Threads write to shared memory only. */
function requireShared(...arrays: readonly (Float64Array | undefined)[]): void {
  for (const array of arrays)
    if (array && !(array.buffer instanceof SharedArrayBuffer))
      throw new QuadrupoleError(
        'argument',
        'waveforms.createParallelWaveforms: out must lie in shared memory; make it over a SharedArrayBuffer',
      )
}
