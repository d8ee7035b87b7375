import type { Background } from '../background/background.ts'
import { countAtLeast } from '../background/false-alarm-rate.ts'
import type { SearchOutcome } from '../outcome/search-outcome.ts'
import { julianYearSeconds } from '../rate-units.ts'
import { countText, durationText, frequencyText } from './rate-text.ts'
import { detectorsOf } from './search-verdict.ts'

/** Fewer background events make every rate uncertain. */
const fewBackgroundEvents = 100

/** A median over segments of 8 s in less than this is known to no better than a quarter at each frequency, seconds. */
const shortSpectrum = 128

/** What of a background limits the rates that it gives: a sentence each. */
export function backgroundWarnings(background: Background): string[] {
  const { livetimeSeconds, tail } = background
  const count = countAtLeast(background, -Infinity)
  const resolved = frequencyText(julianYearSeconds / livetimeSeconds)
  return [
    ...(count < fewBackgroundEvents
      ? [
          `The background holds only ${countText(count, 'event')} in ${durationText(livetimeSeconds)}: false-alarm rates are uncertain, ` +
            'as their intervals say.',
        ]
      : []),
    ...(tail === undefined
      ? [`The background holds too few events to fit its tail: no rate below ${resolved} can be given.`]
      : tail.isExponential
        ? []
        : [
            `The loudest background events do not fall off exponentially, so nothing is extrapolated: no rate below ${resolved} ` +
              'can be given.',
          ]),
  ]
}

/** What of a search is to be taken with care: a sentence each. */
export function searchWarnings(outcome: SearchOutcome, background: Background): string[] {
  const { events, stretches, livetime } = outcome
  const ofKind = (kind: string) => events.filter(({ farKind }) => farKind === kind).length
  const [extrapolated, limits] = [ofKind('extrapolated'), ofKind('limit')]
  const short = stretches.filter(({ start, end }) => end - start < shortSpectrum)
  const shortest = Math.min(...short.map(({ start, end }) => end - start))
  return [
    ...(extrapolated > 0
      ? [
          `False-alarm rates of ${countText(extrapolated, 'event')} are extrapolated beyond the loudest background event: they hold ` +
            'if noise goes on to fall off as it did up to there, and not for a kind of disturbance that the background lacks.',
        ]
      : []),
    ...(limits > 0
      ? [
          `False-alarm rates of ${countText(limits, 'event')} are upper limits: the background is too short to say more.`,
        ]
      : []),
    ...backgroundWarnings(background),
    ...(background.livetimeSeconds < livetime ? ['The background is shorter than the data that were searched.'] : []),
    ...(short.length > 0
      ? [
          `In ${short.length === 1 ? 'one stretch' : `${short.length} stretches`} the noise spectrum is estimated from little data ` +
            `(${shortest.toFixed(0)} s${short.length === 1 ? '' : ' in the shortest'}): it is uncertain by tens of per cent at each ` +
            'frequency, which costs SNRs some per cent.',
        ]
      : []),
    ...(detectorsOf(outcome).length === 1
      ? ['Only one detector was searched: nothing tells a disturbance in it from a signal by a second one.']
      : []),
  ]
}
