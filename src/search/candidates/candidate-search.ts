import { createHash } from 'node:crypto'
import { ahead, builtUrl, QuadrupoleError, type WorkerPool, workerTask } from '../../core/index.ts'
import { detectorNamed, type GpsTime, lightTravelTime, type Span } from '../../gw/index.ts'
import type { Spectrum } from '../../signal/index.ts'
import type { Candidate } from '../matched-filter/candidate.ts'
import { createCandidateFinder, measureBetween } from '../matched-filter/candidate-finder.ts'
import type { FilteredPiece } from '../matched-filter/filtered-piece.ts'
import { createFrontEnd, type FrontEnd, type PreparedBank, prepareBank } from '../matched-filter/front-end.ts'
import type { TemplateBank } from '../matched-filter/template-bank.ts'
import { bandReach } from '../matched-filter/whitening-band.ts'
import type { StrainStretch } from '../strain/stretch.ts'
import type { detectorNoise, NoiseRequest } from './detector-noise.ts'
import type { Gate } from './gate-glitches.ts'

const noiseTask = workerTask<NoiseRequest, ReturnType<typeof detectorNoise>>(
  builtUrl(import.meta.url, './detector-noise.js'),
  'detectorNoise',
)

import { widenLines } from './widen-lines.ts'

/** What timing errs beyond the light travel time, seconds. */
const timingError = 0.0005

/** Strain that is filtered at a time, seconds. */
const chunkDuration = 64

/** What shapes candidates beside the bank. */
export interface CandidateSettings {
  /** Least network SNR. */
  readonly threshold: number
  /** A candidate is the loudest within so many seconds to each side. */
  readonly separation: number
  /** Longest stretch that one PSD is estimated for, from all of its strain, seconds. */
  readonly blockDuration: number
  /** Of the PSD's median over segments that overlap by half, seconds; whitening filters are half as long. */
  readonly psdSegment: number
  /** Whitened samples of a larger modulus are taken out as glitches, in standard deviations; 0 for none. */
  readonly gateThreshold: number
  /** Least SNR of a candidate in each detector: a glitch is loud in one alone. */
  readonly detectorThreshold: number
}

export const candidateDefaults: CandidateSettings = {
  threshold: 6,
  separation: 0.25,
  blockDuration: 2048,
  psdSegment: 8,
  gateThreshold: 0,
  detectorThreshold: 0,
}

/** A candidate in time. */
export interface TimedCandidate extends Candidate {
  /** Of time 0 of its waveform in each detector. */
  readonly times: readonly [GpsTime, GpsTime]
}

/** Strain of a stretch through the basis filters, one block at a time. */
export interface FilteredBlock {
  readonly frontEnd: FrontEnd
  /** Of sample 0 of what is filtered. */
  readonly start: GpsTime
  /** The times that candidates of this block have. */
  readonly span: Span
  readonly strain: Float64Array
  /** Hz. */
  readonly sampleRate: number
  readonly psds: readonly Spectrum[]
  /** What was taken out of each detector's strain as a glitch. */
  readonly gates: readonly (readonly Span[])[]
}

export interface CandidateSearch {
  readonly bank: TemplateBank
  readonly settings: CandidateSettings
  /** What of it shapes its candidates, as plain JSON. */
  readonly configuration: Readonly<Record<string, unknown>>
  /** Of strain of a sample rate, what whitening can't see whole at either end, seconds: no candidate lies there. */
  edgeSeconds(sampleRate: number): number
  /** Cuts a stretch into blocks and makes the filters of each. */
  blocks(stretch: StrainStretch, options?: BlockOptions): AsyncIterable<FilteredBlock>
  /** Candidates of a stretch in order of time. */
  candidates(stretch: StrainStretch, options?: BlockOptions): AsyncIterable<TimedCandidate>
  /** What a candidate would be like at each moment around a time of a stretch, loud or not, about 64 a second. */
  measureAround(stretch: StrainStretch, time: GpsTime, seconds: number): Promise<readonly TimedCandidate[]>
}

export interface BlockOptions {
  /** Strain that PSDs are of: that of the stretch by default, or of the same without signals. */
  readonly noise?: StrainStretch
  /** Called with what is taken out of each detector's strain of a block, before it is searched. */
  readonly onGates?: (gates: readonly (readonly Span[])[]) => void
  /** Makes the block of a time alone; none of a time that is not in the stretch. */
  readonly at?: GpsTime
}

export interface CandidateSearchOptions {
  readonly bank: TemplateBank
  readonly pool: WorkerPool
  readonly settings?: Partial<CandidateSettings>
}

/**
 * Finds the moments at which a template of a bank is loud in both of two detectors within the light travel time.
 *
 * A stretch is taken in blocks of at most `blockDuration`, each whitened by the PSD of its own strain; blocks are filtered with
 * as much strain around them as templates reach, so that a candidate is found in one of them, as if there were no blocks.
 *
 * @throws `argument` for a stretch that is not of two detectors, `data` for one too short for a PSD.
 *
 * @example
 * for await (const { snr, times } of createCandidateSearch({ bank, pool }).candidates(stretch)) console.log(times[0], snr)
 */
export function createCandidateSearch({ bank, pool, settings: given }: CandidateSearchOptions): CandidateSearch {
  const settings = { ...candidateDefaults, ...given }
  const { blockDuration } = settings
  // As long as the PSD resolves.
  const filterDuration = settings.psdSegment / 2
  let made: PreparedBank | undefined
  const blocks = async function* (stretch: StrainStretch, { noise = stretch, onGates, at }: BlockOptions = {}) {
    const { detectors, sampleRate, span } = stretch
    if (detectors.length !== 2)
      throw new QuadrupoleError(
        'argument',
        `search.createCandidateSearch: expected strain of two detectors, got ${detectors.join() || 'none'}`,
      )
    const duration = span.end.minus(span.start)
    const count = Math.max(1, Math.ceil(duration / blockDuration))
    // On whole seconds, so that blocks begin on samples.
    const edges = Array.from({ length: count + 1 }, (_, i) =>
      i === count ? duration : Math.floor((i * duration) / count),
    )
    const [before, after] = reaches(bank)
    made ??= prepareBank(bank, { pool, detectors: detectors.length })
    const prepared = made
    for (let i = 0; i < count; i++) {
      const own = {
        start: span.start.plus(edges[i]!),
        end: i === count - 1 ? span.end : span.start.plus(edges[i + 1]!),
      }
      if (at && !(own.start.nanoseconds <= at.nanoseconds && at.nanoseconds < own.end.nanoseconds)) continue
      const [from, to] = [Math.max(0, edges[i]! - before), Math.min(duration, edges[i + 1]! + after)]
      const around = { start: span.start.plus(from), end: span.start.plus(to) }
      const strain = shared(await stretch.read(around))
      const noiseOf = noise === stretch ? undefined : shared(await noise.read(around))
      const found = await pool.map(
        noiseTask,
        detectors.map((_, row) => ({
          strain: rowOf(strain, row),
          ...(noiseOf && { noise: rowOf(noiseOf, row) }),
          sampleRate,
          psdSegment: settings.psdSegment,
          gateThreshold: settings.gateThreshold,
          minimumFrequency: bank.band.minimumFrequency,
        })),
      )
      const psds = found.map(each => each.psd)
      const gates = found.map(each => gateSpans(each.gates, { sampleRate, start: around.start, own }))
      onGates?.(gates)
      yield {
        frontEnd: await createFrontEnd({
          bank,
          psds: psds.map(each => widenLines(each, filterDuration)),
          sampleRate,
          pool,
          filterDuration,
          prepared,
        }),
        start: around.start,
        span: own,
        strain,
        sampleRate,
        psds,
        gates,
      }
    }
  }
  return {
    bank,
    settings,
    configuration: { bank: bankIdentity(bank), ...settings },
    edgeSeconds: sampleRate => bandReach({ sampleRate, band: bank.band, filterDuration }),
    blocks,
    async *candidates(stretch, options) {
      const maximumLag = pairLag(stretch.detectors)
      // While one block is searched, strain and filters of the next are made.
      for await (const block of ahead(blocks(stretch, options))) {
        const { frontEnd, span } = block
        const finder = createCandidateFinder(frontEnd, { ...settings, maximumLag })
        const isInside = ({ times: [time] }: TimedCandidate): boolean =>
          span.start.nanoseconds <= time.nanoseconds && time.nanoseconds < span.end.nanoseconds
        const timed = (candidates: readonly Candidate[]): TimedCandidate[] =>
          candidates
            .map(candidate => timedCandidate(candidate, block))
            .filter(each => isInside(each) && isLoudInEach(each, settings))
        for await (const piece of ahead(filteredPieces(block))) {
          yield* timed(await finder.push(piece))
          frontEnd.recycle(piece)
        }
        yield* timed(await finder.flush())
      }
    },
    async measureAround(stretch, time, seconds) {
      const [before, after] = reaches(bank)
      for await (const block of blocks(stretch, { at: time })) {
        const { frontEnd, strain, sampleRate, start } = block
        const samples = strain.length / 2
        const at = time.minus(start)
        const from = Math.max(0, Math.floor(at - seconds - before))
        const to = Math.min(samples, Math.ceil(at + seconds + after) * sampleRate)
        const near = { ...block, start: start.plus(from), strain: rowsBetween(strain, from * sampleRate, to) }
        const pieces: FilteredPiece[] = []
        for await (const piece of filteredPieces(near)) pieces.push(piece)
        const { bandwidth } = bank.band
        const candidates = await measureBetween(frontEnd, pieces, {
          maximumLag: pairLag(stretch.detectors),
          from: Math.round((at - from - seconds) * bandwidth),
          to: Math.round((at - from + seconds) * bandwidth),
        })
        return candidates.map(candidate => timedCandidate(candidate, near))
      }
      return []
    },
  }
}

/** A block's strain through the basis filters, piece by piece. */
export async function* filteredPieces({ frontEnd, strain, sampleRate }: FilteredBlock): AsyncGenerator<FilteredPiece> {
  const stream = frontEnd.stream()
  const samples = strain.length / 2
  const chunk = chunkDuration * sampleRate
  for (let at = 0; at < samples; at += chunk) {
    const end = Math.min(samples, at + chunk)
    yield await stream.push(rowsBetween(strain, at, end))
  }
  yield await stream.flush()
}

/** Whether a candidate is loud enough in each detector. */
export const isLoudInEach = (
  { snrs }: Pick<Candidate, 'snrs'>,
  { detectorThreshold }: Pick<CandidateSettings, 'detectorThreshold'>,
): boolean => Math.min(...snrs) >= detectorThreshold

/** Samples of both detectors from one on to before another. */
function rowsBetween(strain: Float64Array, from: number, to: number): Float64Array {
  const samples = strain.length / 2
  const rows = new Float64Array(2 * (to - from))
  rows.set(strain.subarray(from, to))
  rows.set(strain.subarray(samples + from, samples + to), to - from)
  return rows
}

function timedCandidate(candidate: Candidate, { frontEnd, start }: FilteredBlock): TimedCandidate {
  const { bandwidth } = frontEnd.bank.band
  const timeOf = (sample: number): GpsTime => start.plus(sample / bandwidth)
  return { ...candidate, times: [timeOf(candidate.sample), timeOf(candidate.sample + candidate.lag)] }
}

/** Light travel time between two detectors and what timing errs, seconds. */
export function pairLag(detectors: readonly string[]): number {
  const [first, second] = detectors.map(name => detectorNamed(name))
  return lightTravelTime(first!, second!) + timingError
}

const later = (a: GpsTime, b: GpsTime): GpsTime => (a.nanoseconds > b.nanoseconds ? a : b)
const earlier = (a: GpsTime, b: GpsTime): GpsTime => (a.nanoseconds < b.nanoseconds ? a : b)

/** Whole seconds of strain before and after a merger that its candidate depends on. */
function reaches(bank: TemplateBank): readonly [before: number, after: number] {
  const { templateDuration, afterMerger } = bank.band
  // Half the whitening filter, and neighbours that a candidate may have to give way to.
  const around = 4
  return [Math.ceil(templateDuration - afterMerger + around), Math.ceil(afterMerger + around)]
}

/** Strain of both detectors in memory that threads share. */
function shared(strain: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(strain.byteLength))
  copy.set(strain)
  return copy
}

/** One of the two detectors' samples. */
const rowOf = (strain: Float64Array, row: number): Float64Array =>
  strain.subarray((row * strain.length) / 2, ((row + 1) * strain.length) / 2)

/** Gates as times, as far as they lie in a block's own. */
function gateSpans(
  gates: readonly Gate[],
  { sampleRate, start, own }: { readonly sampleRate: number; readonly start: GpsTime; readonly own: Span },
): readonly Span[] {
  return gates
    .map(([from, to]) => ({
      start: later(start.plus(from / sampleRate), own.start),
      end: earlier(start.plus(to / sampleRate), own.end),
    }))
    .filter(({ start: from, end: to }) => to.nanoseconds > from.nanoseconds)
}

/** Bands, templates and basis in a few letters: banks with the same have the same candidates. */
export function bankIdentity(bank: TemplateBank): string {
  const hash = createHash('sha256').update(JSON.stringify([bank.band, bank.templates, bank.triggers]))
  for (const values of [bank.basis.re, bank.basis.im])
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return hash.digest('hex').slice(0, 16)
}
