import { describe, expect, it } from 'vitest'
import { detectorNamed, detectors } from './detectors.ts'

describe('detectors', () => {
  it('are H1, L1 and V1', () => {
    expect(detectors.map(({ name, site, armLength }) => [name, site, armLength])).toEqual([
      ['H1', 'LIGO Hanford', 4000],
      ['L1', 'LIGO Livingston', 4000],
      ['V1', 'Virgo', 3000],
    ])
  })

  it('of an unknown name are refused with the known ones', () => {
    expect(() => detectorNamed('X9')).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.detectorNamed: no detector 'X9'; known are H1, L1, V1]`,
    )
  })

  it('are found among those of a user', () => {
    const own = { ...detectorNamed('H1'), name: 'X9' }
    expect(detectorNamed('X9', [...detectors, own])).toBe(own)
  })
})
