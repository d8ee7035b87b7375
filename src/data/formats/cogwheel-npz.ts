import { GpsTime } from '../../gw/index.ts'
import { irfft } from '../../tensor/fft/index.ts'
import { dataError } from '../data-error.ts'
import { parseNpy } from '../npy.ts'
import { orderedPieces, seriesPiece } from '../series-piece.ts'
import type { StrainFile, StrainFormat } from '../strain-file.ts'
import { hasZipSignature, openZip, type ZipFile } from '../zip-file.ts'

const formatName = 'cogwheel NPZ'
const members = ['detector_names', 'tgps', 'tcoarse', 'frequencies', 'strain'] as const

/** Fraction of a segment that its taper takes at each end at most. */
const taperFraction = 1 / 8

/** Start times were rounded down to the grid of the strain they were cut from, Hz. */
const sourceRate = 4096

/**
 * The strain around an event as cogwheel keeps it (Roulet et al. 2022, arXiv:2207.03508), an archive of NumPy arrays:
 * `strain` is the Fourier transform of each detector's, 1/Hz, at `frequencies`; `tgps` is the event's time and `tcoarse`
 * where it is in the segment; `detector_names` has a letter a detector. The segment was tapered over up to an eighth of
 * its length at each end: `usable` is what lies between.
 */
export const cogwheelNpz: StrainFormat = {
  name: formatName,

  async identify(path, header) {
    if (!hasZipSignature(header)) return false
    const zip = openZip(path)
    try {
      return members.every(name => zip.names.includes(`${name}.npy`))
    } finally {
      zip.close()
    }
  },

  async open(path) {
    const zip = openZip(path)
    try {
      return openCogwheel(path, zip)
    } catch (error) {
      zip.close()
      throw error
    }
  },
}

function openCogwheel(path: string, zip: ZipFile): StrainFile {
  const refuse = (message: string): never => {
    throw dataError('layout', `data.openStrain: ${path}: ${message}`)
  }
  const array = (name: (typeof members)[number]) => parseNpy(zip.read(`${name}.npy`), `${name} of ${path}`)
  const reals = (name: (typeof members)[number]): Float64Array => {
    const { data } = array(name)
    return data.kind === 'real' ? data.values : refuse(`${name} holds no real numbers`)
  }
  const { data: names } = array('detector_names')
  const letters = names.kind === 'text' ? [...(names.values[0] ?? '')] : refuse('detector_names holds no text')
  const frequencies = reals('frequencies')
  const bins = frequencies.length
  const sampleRate = 2 * frequencies[bins - 1]!
  const length = 2 * (bins - 1)
  if (!(bins > 1 && frequencies[0] === 0 && sampleRate > 0)) refuse('frequencies do not run from 0 Hz upwards')
  const offset = reals('tgps')[0]! - reals('tcoarse')[0]!
  const t0 = GpsTime.fromSeconds(Math.floor(offset * sourceRate) / sourceRate)
  const duration = length / sampleRate
  const usable = { start: t0.plus(taperFraction * duration), end: t0.plus((1 - taperFraction) * duration) }

  // Spectra have no hyperslabs in time: a detector's is transformed at the first read and kept until the file is closed.
  let series: readonly Float64Array[] | undefined
  const transform = (): readonly Float64Array[] => {
    const { shape, data } = array('strain')
    if (data.kind !== 'complex' || shape.length !== 2 || shape[0] !== letters.length || shape[1] !== bins)
      return refuse(`strain has shape (${shape}), expected ${letters.length} complex rows of ${bins}`)
    const values = irfft(data.re, data.im, length)
    for (let n = 0; n < values.length; n++) values[n]! *= sampleRate
    return letters.map((_, row) => values.subarray(row * length, (row + 1) * length))
  }
  const pieces = letters.map((letter, row) =>
    seriesPiece({
      path,
      channel: `${letter}1:STRAIN`,
      sampleRate,
      t0,
      length,
      usable,
      readSamples: (from, to) => (series ??= transform())[row]!.slice(from, to),
    }),
  )
  return {
    path,
    format: formatName,
    pieces: orderedPieces(path, pieces),
    close: () => {
      series = undefined
      zip.close()
    },
  }
}
