import { GpsTime, type Span } from '../../gw/index.ts'
import type { Spectrum } from '../../signal/index.ts'
import { Tensor } from '../../tensor/index.ts'
import { readSafetensors, writeSafetensors } from '../../train/index.ts'
import type { CandidateSearch } from '../candidates/candidate-search.ts'
import { detectorNoise } from '../candidates/detector-noise.ts'
import type { StrainStretch } from '../strain/stretch.ts'

/** The noise of a part of a stretch. */
export interface NoiseBlock {
  readonly span: Span
  /** One-sided PSD of each detector. */
  readonly psds: readonly Spectrum[]
}

/** The PSDs of a stretch, of parts of at most `blockDuration`, as the search estimates them (`detectorNoise`). */
export async function stretchNoise(
  { detectors, sampleRate, span, read }: StrainStretch,
  { settings, bank }: Pick<CandidateSearch, 'settings' | 'bank'>,
): Promise<readonly NoiseBlock[]> {
  const { blockDuration, psdSegment, gateThreshold } = settings
  const duration = span.end.minus(span.start)
  const count = Math.max(1, Math.ceil(duration / blockDuration))
  const edges = Array.from({ length: count + 1 }, (_, i) =>
    i === count ? span.end : span.start.plus(Math.floor((i * duration) / count)),
  )
  const { minimumFrequency } = bank.band
  const blocks: NoiseBlock[] = []
  for (let i = 0; i < count; i++) {
    const part = { start: edges[i]!, end: edges[i + 1]! }
    const rows = await read(part)
    const samples = rows.length / detectors.length
    const psds = detectors.map((_, row) => {
      const strain = rows.subarray(row * samples, (row + 1) * samples)
      return detectorNoise({ strain, sampleRate, psdSegment, gateThreshold, minimumFrequency }).psd
    })
    blocks.push({ span: part, psds })
  }
  return blocks
}

/** Writes what `stretchNoise` found to a file of tensors (safetensors), whole or not at all; throws `io`. */
export async function writeStretchNoise(path: string, blocks: readonly NoiseBlock[]): Promise<void> {
  const { psds } = blocks[0]!
  const bins = psds[0]!.values.length
  const values = new Float64Array(blocks.length * psds.length * bins)
  for (const [i, block] of blocks.entries())
    for (const [row, each] of block.psds.entries()) values.set(each.values, (i * psds.length + row) * bins)
  const edges = [...blocks.map(({ span }) => span.start), blocks.at(-1)!.span.end]
  await writeSafetensors(path, {
    tensors: {
      psds: Tensor.of(values, [blocks.length, psds.length, bins]),
      edges: Tensor.of(BigInt64Array.from(edges, ({ nanoseconds }) => nanoseconds)),
    },
    metadata: { resolution: String(psds[0]!.resolution) },
  })
}

/** Reads what `writeStretchNoise` wrote. */
export async function readStretchNoise(path: string): Promise<readonly NoiseBlock[]> {
  const { tensors, metadata } = await readSafetensors(path)
  const [count, detectors, bins] = tensors.psds!.shape as readonly [number, number, number]
  const values = tensors.psds!.dataAs('float64')
  const edges = Array.from(tensors.edges!.dataAs('int64'), time => GpsTime.fromNanoseconds(time))
  const resolution = Number(metadata.resolution)
  return Array.from({ length: count }, (_, i) => ({
    span: { start: edges[i]!, end: edges[i + 1]! },
    psds: Array.from({ length: detectors }, (_, row) => {
      const at = (i * detectors + row) * bins
      return { values: values.slice(at, at + bins), resolution }
    }),
  }))
}
