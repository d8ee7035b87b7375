import { QuadrupoleError, type WorkerPool } from '../../core/index.ts'
import { type CheckQualityOptions, coincident, dataError, type QualityFault } from '../../data/index.ts'
import { type DetectorStrain, detectorStrain } from './detector-strain.ts'
import { type FilePart, fileParts, requireRate } from './file-parts.ts'
import { samplingDown } from './grid-resampler.ts'
import { leftOutRemarks, spansText } from './left-out.ts'
import { namedPath } from './named-path.ts'
import { createOpenFiles, type OpenFiles } from './open-files.ts'
import { type SearchableStretch, searchableStretches } from './searchable-stretches.ts'
import { coverageOf, type DetectorSeries, joinParts } from './series.ts'

export interface OpenSearchStrainOptions {
  /** Those that a search needs, in its order. */
  readonly detectors: readonly string[]
  /** That the search works at, whole Hz. */
  readonly sampleRate: number
  /** Shorter stretches are left out, seconds. */
  readonly minDuration?: number
  /** How much of half the working rate passes where strain is resampled. */
  readonly passBand?: number
  /** Least attenuation of all that would alias where strain is resampled, dB. */
  readonly attenuation?: number
  /** What counts as a fault; see `checkQuality`. */
  readonly quality?: CheckQualityOptions
  /** Called with the seconds of one detector's strain that have been checked. */
  readonly onCheck?: ((seconds: number) => void) | undefined
  /** Called with the seconds of a stretch that have been read on by in chunks. */
  readonly onProgress?: ((seconds: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Checks what there is much of in these threads, to the same outcome. */
  readonly pool?: WorkerPool | undefined
}

/** Strain of files as stretches that can be searched. Close it after use. */
export interface SearchStrain {
  /** In order of time. */
  readonly stretches: readonly SearchableStretch[]
  /** Data that are left out, and why: a sentence each. */
  readonly remarks: readonly string[]
  /** Every time of the detectors' data that is not good, and why. */
  readonly leftOut: readonly QualityFault[]
  /** The files, without what stands before `=`. */
  readonly paths: readonly string[]
  close(): void
}

type DecidedOptions = OpenSearchStrainOptions & typeof defaults

const defaults = { minDuration: 16, ...samplingDown }

/** Files that stay open. */
const openFiles = 8

/**
 * Opens files of strain, of any formats, in any order, as stretches that can be searched: those in which all detectors have
 * good data (`checkQuality`), on the sample grid of the working rate that has sample 0 at GPS 0. A file that does not say
 * whose data it has is passed as `H1=PATH`.
 *
 * Strain of another rate, or whose samples lie off the grid, is low-passed and taken where the grid's samples lie; of what
 * a stretch holds nothing is made of samples that are not good. Any part of a stretch is read to the same bits.
 *
 * @throws What `openStrain` throws; `argument` without files; `data`: `detectors` for a detector without data or a file that
 * does not say whose data it has, `times` for a sample rate below the working rate, files that contradict each other, and
 * detectors that were never on at the same time.
 *
 * @example
 * const { stretches } = await openSearchStrain(['H1.hdf5', 'L1.hdf5'], { detectors: ['H1', 'L1'], sampleRate: 2048 })
 * for (const { stretch } of stretches) for await (const chunk of stretch.chunks()) use(chunk)
 */
export async function openSearchStrain(
  paths: readonly string[],
  options: OpenSearchStrainOptions,
): Promise<SearchStrain> {
  const decided = { ...defaults, ...options }
  requireOptions(paths, decided)
  const files = createOpenFiles(openFiles)
  try {
    return await openWith(files, paths, decided)
  } catch (error) {
    files.close()
    throw error
  }
}

async function openWith(files: OpenFiles, texts: readonly string[], options: DecidedOptions): Promise<SearchStrain> {
  const { paths, parts, tapered, remarks } = await survey(files, texts, options)
  const isOf = (detector: string) => (each: { readonly detector: string }) => each.detector === detector
  const joined = new Map<string, DetectorSeries>()
  for (const detector of options.detectors) joined.set(detector, await joinParts(parts.filter(isOf(detector)), files))
  requireCommonTime(joined)
  const strainOf = ([detector, series]: readonly [string, DetectorSeries]): Promise<DetectorStrain> =>
    detectorStrain(detector, series, { files, tapered: tapered.filter(isOf(detector)) }, options)
  const strains = await (options.pool ? together : oneByOne)([...joined], strainOf)
  const { stretches, remarks: ofStretches } = searchableStretches(strains, options)
  const leftOut = strains.flatMap(strain => strain.leftOut)
  const ofDetectors = strains.flatMap(strain => [...strain.remarks, ...strain.seams.map(({ remark }) => remark)])
  return {
    stretches,
    remarks: [...remarks, ...ofDetectors, ...leftOutRemarks(leftOut), ...ofStretches],
    leftOut,
    paths,
    close: () => files.close(),
  }
}

async function oneByOne<Item, Result>(
  items: readonly Item[],
  make: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await make(item))
  return results
}

/** Of several failures the first item's is thrown, whichever came first. */
async function together<Item, Result>(
  items: readonly Item[],
  make: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const settled = await Promise.allSettled(items.map(make))
  return settled.map(outcome => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

function requireOptions(
  paths: readonly string[],
  { detectors, sampleRate, minDuration, passBand, attenuation }: DecidedOptions,
): void {
  const refuse = (message: string): never => {
    throw new QuadrupoleError('argument', `search.openSearchStrain: ${message}`)
  }
  if (paths.length === 0) refuse('expected at least one file of strain, got none')
  if (detectors.length === 0 || new Set(detectors).size < detectors.length)
    refuse(`expected detectors that differ, got '${detectors.join()}'`)
  if (!(Number.isSafeInteger(sampleRate) && sampleRate > 0))
    refuse(`sampleRate must be a whole number of Hz, got ${sampleRate}`)
  if (!(minDuration >= 0)) refuse(`minDuration must be at least 0 s, got ${minDuration}`)
  if (!(passBand > 0 && passBand < 1)) refuse(`passBand must be above 0 and below 1, got ${passBand}`)
  if (!(attenuation >= 50)) refuse(`attenuation must be at least 50 dB, got ${attenuation}`)
}

/** Finds out what files hold; throws where a detector has no data in any. */
async function survey(files: OpenFiles, texts: readonly string[], options: OpenSearchStrainOptions) {
  const { detectors, sampleRate, signal } = options
  const named = texts.map(text => namedPath(text, detectors))
  const parts: FilePart[] = []
  const tapered: QualityFault[] = []
  const remarks: string[] = []
  const found = new Map<string, string>()
  for (const each of named) {
    signal?.throwIfAborted()
    const file = await files.use(each.path, file => fileParts(each, file, options))
    parts.push(...file.parts)
    tapered.push(...file.leftOut)
    remarks.push(...file.remarks)
    for (const detector of file.found) if (!found.has(detector)) found.set(detector, each.path)
  }
  const missing = detectors.filter(detector => !parts.some(part => part.detector === detector))
  if (missing.length > 0) {
    const list = Array.from(found, ([detector, path]) => `${detector} (${path})`).join(', ')
    throw dataError(
      'detectors',
      `search.openSearchStrain: the search needs ${detectors.join(' and ')}, but there are only data of ${list}; pass ` +
        `files of ${missing.join(' and ')} too`,
      { details: { found: [...found.keys()], missing } },
    )
  }
  for (const part of parts) requireRate(part, sampleRate)
  return { paths: named.map(({ path }) => path), parts, tapered, remarks }
}

function requireCommonTime(joined: ReadonlyMap<string, DetectorSeries>): void {
  const coverage = Array.from(joined, ([detector, { series }]) => ({ detector, times: coverageOf(series) }))
  if (coincident(coverage.map(({ times }) => times)).size > 0) return
  const list = coverage.map(({ detector, times }) => `${detector} at ${spansText(times.spans)}`).join(', ')
  throw dataError(
    'times',
    `search.openSearchStrain: the detectors have no data of the same time: ${list}; pass files of the same time`,
  )
}
