import { QuadrupoleError, randomKey, type WorkerPool } from '../../core/index.ts'
import { detectorNamed, lightTravelTime } from '../../gw/index.ts'
import { readPriorSet, rowOf } from '../../priors/index.ts'
import { psd, type Spectrum } from '../../signal/index.ts'
import { binaryFromRow } from '../../waveforms/index.ts'
import type { SearchBand } from '../matched-filter/band.ts'
import type { Candidate } from '../matched-filter/candidate.ts'
import { createCandidateFinder } from '../matched-filter/candidate-finder.ts'
import { createFrontEnd } from '../matched-filter/front-end.ts'
import { buildBank, type TemplateBank } from '../matched-filter/template-bank.ts'
import { whiteningBand } from '../matched-filter/whitening-band.ts'
import type { StrainStretch } from '../strain/stretch.ts'
import { mergerLag } from './merger-lag.ts'
import type { FoundEvent, StretchSearch } from './piece-search.ts'

/** Seconds at the beginning of a stretch that its PSD is of, and of a segment. */
const psdDuration = 1024
const psdSegment = 8

/** What timing errs beyond the light travel time, seconds. */
const timingError = 0.0005

export interface MatchedFilterSearchOptions {
  /** Whose population the bank is for. */
  readonly set: 1 | 2
  /** The stretch whose noise the bank is placed by, such as the first of the data set without signals. */
  readonly placedOn: StrainStretch
  readonly pool: WorkerPool
  /** Least network SNR of an event. */
  readonly threshold?: number
  /** Draws of the population that templates are chosen among. */
  readonly draws?: number
  /** How well each draw must match a template. */
  readonly minimumMatch?: number
  readonly basisSize?: number
  readonly timeTolerance?: number
  readonly threads?: number
}

const band: SearchBand = { bandwidth: 512, templateDuration: 4, afterMerger: 0.25, minimumFrequency: 25 }

/**
 * Plain matched filtering: a bank of IMRPhenomD templates over the challenge's population, in two detectors, whose statistic is the
 * root of the sum of the two squared SNRs of one template within the light travel time; no consistency test.
 *
 * The PSD is estimated from the data alone: the median over segments of 8 s that overlap by half, of the first 1,024 s of
 * the stretch or of as much as there is. The bank is placed once, by PSDs that are estimated on `placedOn`, the same way. An event's time is the mean of the merger's times in the two detectors.
 *
 * @example
 * await searchPiece(strain, plan.pieces[0]!, matchedFilterSearch({ set: 1, placedOn, pool }))
 */
export function matchedFilterSearch(options: MatchedFilterSearchOptions): StretchSearch {
  const decided = { ...defaults, ...options }
  const { set, placedOn, pool, threshold, timeTolerance, threads, ...placing } = decided
  let placed: Promise<TemplateBank> | undefined
  return {
    configuration: {
      kind: 'matched filter',
      set,
      threshold,
      timeTolerance,
      psdDuration,
      psdSegment,
      band,
      placedOn: placedOn.span.start.toString(),
      ...placing,
    },
    timeTolerance,
    async *search(stretch) {
      const { detectors, sampleRate, span } = stretch
      if (detectors.length !== 2)
        throw new QuadrupoleError(
          'argument',
          `search.matchedFilterSearch: expected two detectors, got ${detectors.join()}`,
        )
      placed ??= challengeBank(decided)
      const bank = await placed
      const [first, second] = detectors.map(name => detectorNamed(name))
      const frontEnd = createFrontEnd({ bank, psds: await stretchPsds(stretch), sampleRate, pool })
      const maximumLag = lightTravelTime(first!, second!) + timingError
      const finder = createCandidateFinder(frontEnd, { threshold, maximumLag, threads })
      const stream = frontEnd.stream()
      const eventOf = ({ sample, lag, template, snr }: Candidate): FoundEvent => {
        const seconds = (sample + lag / 2) / bank.band.bandwidth
        return { time: span.start.plus(seconds - mergerLag(bank.templates[template]!)), statistic: snr }
      }
      try {
        for await (const chunk of stretch.chunks(64)) {
          const piece = await stream.push(chunk)
          for (const candidate of await finder.push(piece)) yield eventOf(candidate)
          frontEnd.recycle(piece)
        }
        const rest = [...(await finder.push(await stream.flush())), ...(await finder.flush())]
        for (const candidate of rest) yield eventOf(candidate)
      } finally {
        await finder.dispose()
      }
    },
  }
}

const defaults = {
  threshold: 6,
  draws: 2000,
  minimumMatch: 0.97,
  basisSize: 96,
  timeTolerance: 0.2,
  threads: 2,
}

/** The median PSD of each detector over the beginning of a stretch. */
async function stretchPsds({ detectors, sampleRate, span, read }: StrainStretch): Promise<readonly Spectrum[]> {
  const seconds = Math.min(psdDuration, span.end.minus(span.start))
  const strain = await read({ start: span.start, end: span.start.plus(seconds) })
  const samples = strain.length / detectors.length
  return detectors.map((_, i) =>
    psd(strain.subarray(i * samples, (i + 1) * samples), {
      sampleRate,
      segmentLength: psdSegment * sampleRate,
      average: 'median',
    }),
  )
}

/** Templates for the population of a data set, placed and held by a basis for the noise of a stretch of it. */
async function challengeBank({
  set,
  placedOn,
  draws,
  minimumMatch,
  basisSize,
}: Required<MatchedFilterSearchOptions>): Promise<TemplateBank> {
  const psds = await stretchPsds(placedOn)
  const { columns } = (await readPriorSet(`mlgwsc1-set${set}`)).sample(randomKey(`mlgwsc1 set ${set} templates`), draws)
  const binaries = Array.from({ length: draws }, (_, i) => binaryFromRow(rowOf(columns, i)))
  const responses = psds.map(each => whiteningBand({ psd: each, sampleRate: placedOn.sampleRate, band }).response)
  return buildBank(binaries, { band, responses, minimumMatch, basisSize })
}
