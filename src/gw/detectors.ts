import { readFileSync } from 'node:fs'
import { QuadrupoleError } from '../core/index.ts'
import type { Detector } from './detector.ts'
import { parseDetectors } from './detector-file.ts'

/** The detectors known by name: H1, L1 and V1, from `detectors.json` beside this module, as LAL and bilby have them. */
export const detectors: readonly Detector[] = parseDetectors(
  JSON.parse(readFileSync(new URL('./detectors.json', import.meta.url), 'utf8')),
)

/**
 * The detector of a name, among those known or those given.
 *
 * @throws `argument` for a name that is not among them.
 *
 * @example
 * detectorNamed('V1').site // 'Virgo'
 */
export function detectorNamed(name: string, among: readonly Detector[] = detectors): Detector {
  const detector = among.find(candidate => candidate.name === name)
  if (detector === undefined)
    throw new QuadrupoleError(
      'argument',
      `gw.detectorNamed: no detector '${name}'; known are ${among.map(({ name }) => name).join(', ')}`,
      { details: { name } },
    )
  return detector
}
