import type { Step } from '../../run/index.ts'
import type { SearchStrain } from '../strain/search-strain.ts'
import { type ChallengeSearch, stretchSteps } from './stretch-steps.ts'

/**
 * The search of data files, such as the challenge's own, two resumable steps a stretch (`stretchSteps`). A step's address has
 * the contents of all files, the stretch and the search. The strain must stay open while steps run.
 *
 * @example
 * const strain = await openSearchStrain(['foreground.hdf'], { detectors: challengeDetectors, sampleRate: challengeSampleRate })
 * await runSteps(challengeFileSteps(strain, { search }), { cache, concurrency: 1 })
 */
export function challengeFileSteps(
  { stretches, paths }: Pick<SearchStrain, 'stretches' | 'paths'>,
  { search }: { readonly search: ChallengeSearch },
): readonly Step[] {
  return stretches.map(({ stretch }) => {
    const { span, detectors, sampleRate } = stretch
    const name = `data-${span.start.toString().replace('.', '-')}`
    const configuration = { detectors, sampleRate }
    return stretchSteps({ name, span, configuration, inputs: paths, strain: () => stretch }, search)
  })
}
