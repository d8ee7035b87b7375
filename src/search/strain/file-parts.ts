import { dataError, type QualityFault, type StrainFile, type StrainPiece } from '../../data/index.ts'
import { firstSampleFrom, type GpsTime, type Span } from '../../gw/index.ts'
import type { NamedPath } from './named-path.ts'
import type { OpenFiles } from './open-files.ts'

/** Samples of a detector that follow each other in a file. */
export interface FilePart {
  readonly detector: string
  readonly path: string
  readonly channel: string
  /** Which of the file's pieces they are of. */
  readonly piece: number
  /** Hz. */
  readonly sampleRate: number
  /** Time of the piece's first sample. */
  readonly t0: GpsTime
  /** The first of the piece's samples and one past the last: those that are as measured and not in another file too. */
  readonly from: number
  readonly to: number
}

/** The time of a sample of the piece that a part is of. */
export const partTime = ({ t0, sampleRate }: FilePart, sample: number): GpsTime => t0.plus(sample / sampleRate)

export const partSpan = (part: FilePart): Span => ({ start: partTime(part, part.from), end: partTime(part, part.to) })

/** Refuses a part of a sample rate that can't be brought to that of the search. */
export function requireRate({ detector, path, sampleRate }: FilePart, least: number): void {
  const refuse = (what: string): never => {
    throw dataError(
      'times',
      `search.openSearchStrain: ${detector} in ${path} is sampled at ${sampleRate} Hz, ${what}`,
      { details: { path, sampleRate } },
    )
  }
  if (!Number.isInteger(sampleRate)) refuse('expected a whole number of Hz')
  if (sampleRate < least)
    refuse(`but the search works at ${least} Hz; pass data of ${least} Hz or more, or use a model of a lower rate`)
}

/** Samples `from` to `to` (not included) of the piece that a part is of. */
export function readPart(files: OpenFiles, part: FilePart, from: number, to: number): Promise<Float64Array> {
  const span = { start: partTime(part, from), end: partTime(part, to) }
  return files.use(part.path, file => file.pieces[part.piece]!.read(span).values)
}

/** What of a file is to be searched. */
export interface FileParts {
  readonly parts: readonly FilePart[]
  /** Detectors there are data of, searched or not. */
  readonly found: readonly string[]
  /** What is tapered. */
  readonly leftOut: readonly QualityFault[]
  readonly remarks: readonly string[]
}

/**
 * Finds where a file has data of the detectors that are searched.
 *
 * @throws What `openStrain` throws; `data`: `detectors` where a file does not say whose data it has, says something else
 * than is said of it, or has two channels of one detector.
 */
export function fileParts(
  { path, detector }: NamedPath,
  file: StrainFile,
  { detectors }: { readonly detectors: readonly string[] },
): FileParts {
  const { owned, remarks } = detector ? piecesSaidToBe(detector, file, detectors) : piecesByDetector(file, detectors)
  const parts: FilePart[] = []
  const leftOut: QualityFault[] = []
  const channels = new Map<string, string>()
  for (const [index, piece] of file.pieces.entries()) {
    const owner = owned.get(piece)
    if (owner === undefined || !detectors.includes(owner)) continue
    const other = channels.get(owner) ?? piece.channel
    if (other !== piece.channel)
      throw dataError(
        'detectors',
        `search.openSearchStrain: ${path} has two channels of ${owner}: ${other} and ${piece.channel}; pass a file with one`,
      )
    channels.set(owner, piece.channel)
    const part = partOf(piece, owner, index)
    if (part.to > part.from) parts.push(part)
    for (const span of tapers(piece)) leftOut.push({ detector: owner, kind: 'tapered', span, path })
  }
  const aside = [...new Set(owned.values())].filter(name => !detectors.includes(name))
  return {
    parts,
    found: [...new Set(owned.values())],
    leftOut,
    remarks: [
      ...remarks,
      ...aside.map(name => `${path}: the data of ${name} are left aside; searched are ${detectors.join(' and ')}`),
    ],
  }
}

interface OwnedPieces {
  /** Which detector each piece is of. */
  readonly owned: ReadonlyMap<StrainPiece, string>
  readonly remarks: readonly string[]
}

/** The detector that a channel's name begins with, if it does. */
function detectorOf(channel: string, detectors: readonly string[]): string | undefined {
  const prefix = channel.split(':', 1)[0]!
  return /^[A-Z]\d$/.test(prefix) || detectors.includes(prefix) ? prefix : undefined
}

/** Pieces as a file names them; channels that tell no detector are left aside if there are others that do. */
function piecesByDetector({ path, pieces }: StrainFile, detectors: readonly string[]): OwnedPieces {
  const owned = new Map<StrainPiece, string>()
  const unnamed = new Set<string>()
  for (const piece of pieces) {
    const owner = detectorOf(piece.channel, detectors)
    if (owner === undefined) unnamed.add(piece.channel)
    else owned.set(piece, owner)
  }
  const names = [...unnamed].join(', ')
  if (owned.size === 0)
    throw dataError(
      'detectors',
      `search.openSearchStrain: ${path} does not say which detector its data (${names}) are of; pass it as ` +
        detectors.map(name => `${name}=${path}`).join(' or '),
    )
  return { owned, remarks: unnamed.size > 0 ? [`${path}: ${names} is of no detector and left aside`] : [] }
}

/** Those pieces of a file that are of one detector: by the file's own names, or its only channel if that tells none. */
function piecesSaidToBe(detector: string, { path, pieces }: StrainFile, detectors: readonly string[]): OwnedPieces {
  const ownerOf = ({ channel }: StrainPiece) => detectorOf(channel, [...detectors, detector])
  const own = pieces.filter(piece => ownerOf(piece) === detector)
  const unnamed = pieces.filter(piece => ownerOf(piece) === undefined)
  const meant = own.length > 0 ? own : unnamed
  const channels = [...new Set(pieces.map(({ channel }) => channel))]
  if (meant.length === 0)
    throw dataError(
      'detectors',
      `search.openSearchStrain: ${path} was passed as data of ${detector}, but says that it holds ` +
        `${channels.join(', ')}; pass it as it is, or another file`,
    )
  return { owned: new Map(meant.map(piece => [piece, detector])), remarks: [] }
}

function partOf(piece: StrainPiece, detector: string, index: number): FilePart {
  const { path, channel, sampleRate, span, usable } = piece
  const grid = { t0: span.start, sampleRate }
  return {
    detector,
    path,
    channel,
    piece: index,
    sampleRate,
    t0: span.start,
    from: firstSampleFrom(usable.start, grid),
    to: firstSampleFrom(usable.end, grid),
  }
}

/** What a file was tapered over before and after what can be used. */
function tapers({ span, usable }: StrainPiece): readonly Span[] {
  return [
    { start: span.start, end: usable.start },
    { start: usable.end, end: span.end },
  ].filter(({ start, end }) => end.minus(start) > 0)
}
