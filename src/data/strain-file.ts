import type { GpsTime, Span, TimeSeries } from '../gw/index.ts'

/** Bits that say, for each stretch of time, which tests the data pass. */
export interface QualityMask {
  /** One word for each stretch. */
  readonly bits: Uint32Array
  /** What each bit means, lowest first. */
  readonly names: readonly string[]
  readonly t0: GpsTime
  /** Length of a stretch, seconds. */
  readonly spacing: number
}

/** A stretch of one channel without a gap, in an open file: what it is can be asked at once, samples are read on demand. */
export interface StrainPiece {
  /** The file it is in. */
  readonly path: string
  /** Such as `H1:STRAIN`; the name of the dataset where a file does not tell the detector. */
  readonly channel: string
  readonly sampleRate: number
  readonly span: Span
  /** The part of the span whose samples are as measured, not tapered away. */
  readonly usable: Span
  /** Data-quality flags, where the file has them; set bits are tests passed. */
  readonly quality: QualityMask | undefined
  /** Hardware-injection flags, where the file has them; set bits mean no injection. */
  readonly injections: QualityMask | undefined
  /**
   * The samples within a span, all of them by default; values are not checked.
   *
   * @throws `data` (`times`) for a span that the piece does not hold.
   */
  read(span?: Span): TimeSeries
}

/** An open file of strain, of one detector or several. */
export interface StrainFile {
  readonly path: string
  /** Name of its format. */
  readonly format: string
  /** At least one; by channel, then in order of time. */
  readonly pieces: readonly StrainPiece[]
  close(): void
}

/** A file format that strain is read from. */
export interface StrainFormat {
  readonly name: string
  /** Whether a file is of this format, by its first 512 bytes and, where they do not decide, by what is in it. */
  identify(path: string, header: Uint8Array): Promise<boolean>
  open(path: string): Promise<StrainFile>
}
