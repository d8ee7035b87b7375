import { describe, expect, it } from 'vitest'
import type { SearchEvent, SearchOutcome } from '../outcome/search-outcome.ts'
import { julianYearSeconds } from '../rate-units.ts'
import { durationText, frequencyText, numberText } from './rate-text.ts'
import { chanceOf, searchVerdict, standingOf } from './search-verdict.ts'
import { exampleOutcome } from './testing/example-search.ts'

const example = exampleOutcome()
const event = (far: number, change: Partial<SearchEvent> = {}): SearchEvent => ({
  ...example.events[0]!,
  far,
  farInterval: [far / 2, far * 2],
  farKind: 'counted',
  ...change,
})
const outcome = (...events: readonly SearchEvent[]): SearchOutcome => ({ ...example, events, livetime: 86_400 })
const text = (...events: readonly SearchEvent[]) => searchVerdict(outcome(...events)).join(' ')

describe('searchVerdict', () => {
  it('says what was found, how rare noise as loud is and how it is known', () => {
    expect(text(event(0.01))).toMatchInlineSnapshot(
      `"One signal was found, at GPS 1126259462.411 (2015-09-14 09:50:45.411 UTC), network SNR 24.4. Noise makes one at least as loud once in 100 years; the chance that it did so in the 1 d searched is 2.7 × 10⁻⁵."`,
    )
    expect(text(event(0.01, { farKind: 'extrapolated' }), event(0.5))).toMatchInlineSnapshot(
      `"2 signals were found, the loudest at GPS 1126259462.411 (2015-09-14 09:50:45.411 UTC), network SNR 24.4. None of the background, a year long, is as loud. Extrapolated from its loudest events, noise makes one as loud once in 100 years; the chance that it did so in the 1 d searched is 2.7 × 10⁻⁵."`,
    )
    expect(text(event(0.2, { farKind: 'limit' }))).toMatchInlineSnapshot(
      `"One signal was found, at GPS 1126259462.411 (2015-09-14 09:50:45.411 UTC), network SNR 24.4. None of the background, a year long, is as loud: noise makes one at most about once in 5 years, and the chance that it did so in the 1 d searched is at most about 0.00055. A longer background could say more."`,
    )
  })

  it('calls an event undecided that noise makes seldom', () => {
    expect(text(event(0.01), event(20))).toMatchInlineSnapshot(
      `"One signal was found, at GPS 1126259462.411 (2015-09-14 09:50:45.411 UTC), network SNR 24.4. Noise makes one at least as loud once in 100 years; the chance that it did so in the 1 d searched is 2.7 × 10⁻⁵. 1 more event is undecided, at GPS 1126259462.411 (2015-09-14 09:50:45.411 UTC), network SNR 24.4: noise seldom makes one as loud, but often enough that it may be noise."`,
    )
    expect(text(event(20))).toMatchInlineSnapshot(
      `"Nothing was found for certain. 1 event is undecided, at GPS 1126259462.411 (2015-09-14 09:50:45.411 UTC), network SNR 24.4: noise seldom makes one as loud, but often enough that it may be noise. Noise makes one at least as loud 20 times a year; the chance that it did so in the 1 d searched is 0.053."`,
    )
  })

  it('says as plainly that nothing was found, nothing recorded, nothing searched', () => {
    expect(text(event(900))).toMatchInlineSnapshot(
      `"Nothing was found in 1 d of H1 and L1. Its one event, at GPS 1126259462.411 (2015-09-14 09:50:45.411 UTC), network SNR 24.4, is not told from noise. Noise makes one at least as loud 2.46 times a day; the chance that it did so in the 1 d searched is 0.91."`,
    )
    expect(text()).toMatchInlineSnapshot(
      `"Nothing was found in 1 d of H1 and L1: no moment was loud enough to be recorded as an event."`,
    )
    expect(searchVerdict({ ...outcome(), livetime: 0 }).join(' ')).toMatchInlineSnapshot(
      `"Nothing was searched: see below which data were left out, and why."`,
    )
  })

  it('finds nothing of which only a floor of the rate is known, however short the search', () => {
    const short = { ...outcome(event(0.5, { farKind: 'floor' })), livetime: 1 }
    expect(standingOf(short.events[0]!, short)).toBe('noise')
  })

  it('finds nothing rare in a search so long that it is expected', () => {
    const long = { ...outcome(event(0.5)), livetime: 10 * julianYearSeconds }
    expect(chanceOf(long.events[0]!, long)).toBeCloseTo(1 - Math.exp(-5), 12)
    expect(standingOf(long.events[0]!, long)).toBe('noise')
  })
})

describe('numbers as text', () => {
  it('have three digits, and powers of ten where they are long', () => {
    const shown = [0, 1, 1234.5, 0.00078, 3.14159e-10, 2.5e9, -2.5].map(value => numberText(value))
    expect(shown).toEqual(['0', '1', '1,230', '0.00078', '3.14 × 10⁻¹⁰', '2.5 × 10⁹', '-2.5'])
  })

  it('say how often and how long in words', () => {
    expect([1e-6, 0.01, 1, 4.56, 365.25, 730.5].map(frequencyText)).toEqual([
      'once in 1,000,000 years',
      'once in 100 years',
      'once a year',
      '4.56 times a year',
      'once a day',
      '2 times a day',
    ])
    expect([32, 7500, julianYearSeconds, 3.4 * julianYearSeconds].map(durationText)).toEqual([
      '32 s',
      '2 h 5 min',
      'a year',
      '3.4 years',
    ])
  })
})
