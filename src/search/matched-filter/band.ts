/**
 * The representation that a matched-filter search works in: whitened strain as a complex series of `bandwidth` Hz that
 * holds the positive frequencies to there (`analyticBand`), and templates as spectra on the bins of a window of it.
 */
export interface SearchBand {
  /** Sample rate of the complex series, Hz. */
  readonly bandwidth: number
  /** Length of a template, seconds; with `bandwidth` a number of samples that is a power of two. */
  readonly templateDuration: number
  /** How much of a template lies after its merger, seconds. */
  readonly afterMerger: number
  /** Templates begin here, or where they fit their duration if that is higher; Hz. */
  readonly minimumFrequency: number
  /**
   * Templates and whitened strain end here, Hz: below the roll-off of data that were sampled down, or a noisy top end.
   * Unless given, the bandwidth.
   */
  readonly maximumFrequency?: number
}

/** Samples of a template. */
export const templateLength = ({ bandwidth, templateDuration }: SearchBand): number =>
  Math.round(bandwidth * templateDuration)

/** Bins of a template that can have something: from the first to before the last. */
export function templateBins(band: SearchBand): readonly [from: number, to: number] {
  const { bandwidth, templateDuration, minimumFrequency, maximumFrequency = bandwidth } = band
  const to = Math.min(templateLength(band), Math.ceil(maximumFrequency * templateDuration) + 1)
  return [Math.floor(minimumFrequency * templateDuration), to]
}
