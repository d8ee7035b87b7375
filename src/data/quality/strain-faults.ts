import type { GpsTime, Span, TimeSeries } from '../../gw/index.ts'

/** Why samples can't be what a detector measured. */
export type SampleFault =
  | 'not-finite' // NaN or infinite
  | 'flat' // the same value over and over
  | 'clipped' // at the largest or smallest value there is, several times in a row
  | 'quiet' // far below the level of the rest

/** A stretch of samples that no detector measured. */
export interface StrainFault {
  readonly kind: SampleFault
  readonly span: Span
  readonly samples: number
}

export interface FindFaultsOptions {
  /** Shortest run of equal values that counts as flat, seconds. */
  readonly flatDuration?: number
  /** Shortest run of equal values, all the largest or the smallest of the series, that counts as clipped, samples. */
  readonly clippedSamples?: number
  /** A second is quiet whose differences from sample to sample are below this fraction of the loudest quarter's. */
  readonly quietRatio?: number
}

/** Finds faults in a series that is given in chunks. */
export interface FaultScanner {
  push(values: Float64Array): void
  /** All faults, in order of time; nothing can be pushed afterwards. */
  finish(): StrainFault[]
}

/** Steps from sample to sample within a second, but for those between equal values. */
interface Block {
  /** Sum of their squares. */
  power: number
  /** How many. */
  steps: number
}

interface Run {
  readonly kind: SampleFault
  readonly from: number
  readonly to: number
}

/** Fewer blocks have no level that one of them could be far below. */
const leastBlocks = 8

/** Makes a scanner of a series that begins at `t0`. */
export function createFaultScanner(
  { t0, sampleRate }: { readonly t0: GpsTime; readonly sampleRate: number },
  { flatDuration = 1 / 64, clippedSamples = 3, quietRatio = 0.1 }: FindFaultsOptions = {},
): FaultScanner {
  const flatSamples = Math.max(2, Math.round(flatDuration * sampleRate))
  const blockLength = Math.max(1, Math.round(sampleRate))
  const runs: Run[] = []
  const extreme = { low: [] as Run[], high: [] as Run[] }
  const blocks: Block[] = []
  let block: Block = { power: 0, steps: 0 }
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let length = 0
  let from = 0
  let last = Number.NaN

  const closeRun = (): void => {
    const samples = length - from
    if (samples === 0) return
    if (!Number.isFinite(last)) runs.push({ kind: 'not-finite', from, to: length })
    else if (samples >= flatSamples) runs.push({ kind: 'flat', from, to: length })
    else if (samples >= clippedSamples) {
      // Whether this is the extreme of all is known at the end; what is not that of all so far never will be.
      if (last === highest) extreme.high.push({ kind: 'clipped', from, to: length })
      else if (last === lowest) extreme.low.push({ kind: 'clipped', from, to: length })
    }
  }
  return {
    push(values) {
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!
        const isFinite = Number.isFinite(value)
        const continues = isFinite ? value === last : !Number.isFinite(last) && length > 0
        if (!continues) {
          closeRun()
          from = length
        }
        if (isFinite) {
          if (value > highest) {
            highest = value
            extreme.high = []
          }
          if (value < lowest) {
            lowest = value
            extreme.low = []
          }
        }
        if (length === blocks.length * blockLength) blocks.push((block = { power: 0, steps: 0 }))
        const step = value - last
        // Equal values say nothing of the level of what was measured: they are flat, or coarse.
        if (Number.isFinite(step) && step !== 0) {
          block.power += step * step
          block.steps++
        }
        last = value
        length++
      }
    },
    finish() {
      closeRun()
      from = length
      const quiet = quietBlocks(blocks, { ratio: quietRatio, blockLength }).map(
        ([first, end]): Run => ({ kind: 'quiet', from: first * blockLength, to: Math.min(end * blockLength, length) }),
      )
      return [...runs, ...extreme.low, ...extreme.high, ...quiet]
        .sort((a, b) => a.from - b.from || a.to - b.to)
        .map(run => ({
          kind: run.kind,
          span: { start: t0.plus(run.from / sampleRate), end: t0.plus(run.to / sampleRate) },
          samples: run.to - run.from,
        }))
    },
  }
}

/** Stretches of blocks, first and one past the last, whose level is too low; one with few steps tells nothing. */
function quietBlocks(
  blocks: readonly Block[],
  { ratio, blockLength }: { readonly ratio: number; readonly blockLength: number },
): [number, number][] {
  if (blocks.length < leastBlocks) return []
  const powers = blocks.map(({ power, steps }) => (2 * steps >= blockLength ? power / steps : Number.NaN))
  const known = powers.filter(power => !Number.isNaN(power)).sort((a, b) => a - b)
  // Unlike the median, the upper quartile holds out where most of the series is dead.
  const level = known[Math.floor(known.length * 0.75)] ?? 0
  const stretches: [number, number][] = []
  for (const [index, power] of powers.entries()) {
    if (!(power < ratio * ratio * level)) continue
    const current = stretches.at(-1)
    if (current?.[1] === index) current[1] = index + 1
    else stretches.push([index, index + 1])
  }
  return stretches
}

/**
 * Stretches of NaN or infinite, flat (the same value over and over, zero included), clipped and quiet values, in order of
 * time.
 *
 * @example
 * findFaults(strain).map(({ kind, span }) => `${kind} from GPS ${span.start}`)
 */
export function findFaults(series: TimeSeries, options: FindFaultsOptions = {}): StrainFault[] {
  const scanner = createFaultScanner(series, options)
  scanner.push(series.values)
  return scanner.finish()
}
