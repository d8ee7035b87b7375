import { openStrain } from '../../data/index.ts'
import type { Span } from '../../gw/index.ts'

/**
 * The times of which data files of the challenge have data, of each file those of its first detector, as the official
 * program reads them.
 *
 * @throws what `openStrain` throws.
 */
export async function challengeDataSpans(paths: readonly string[]): Promise<readonly Span[]> {
  const spans: Span[] = []
  for (const path of paths) {
    const { pieces, close } = await openStrain(path)
    const [first] = pieces
    spans.push(...pieces.filter(({ channel }) => channel === first!.channel).map(({ span }) => span))
    close()
  }
  return spans
}
