import { falseAlarmProbability } from '../background/false-alarm-rate.ts'
import type { SearchEvent, SearchOutcome } from '../outcome/search-outcome.ts'
import { countText, durationText, frequencyText, gpsText, listText, numberText, utcText } from './rate-text.ts'

/** Whether an event is told from noise: `found`, `candidate` where noise is unlikely but not ruled out, or `noise`. */
type Standing = 'found' | 'candidate' | 'noise'

/**
 * What an event needs, at most: false alarms per year, and the probability that noise alone makes one as loud in the time
 * searched. Both, since a short time makes any event improbable and a long one has rare noise in it. One a year is what
 * GWTC-3's populations ask for (arXiv:2111.03634), 0.0027 three standard deviations.
 */
const limits = { found: { far: 1, chance: 0.0027 }, candidate: { far: 365.25, chance: 0.1 } } as const

/** The probability that noise alone makes at least one event as loud in the time that was searched. */
export const chanceOf = ({ far }: SearchEvent, { livetime }: SearchOutcome): number =>
  falseAlarmProbability(far, { livetimeSeconds: livetime })

/** Whether an event is told from noise, by the time that was searched. */
export function standingOf(event: SearchEvent, outcome: SearchOutcome): Standing {
  // Of a floor nothing is known but that the rate is no lower.
  if (event.farKind === 'floor') return 'noise'
  const chance = chanceOf(event, outcome)
  const isWithin = (limit: (typeof limits)[keyof typeof limits]) => event.far <= limit.far && chance <= limit.chance
  return isWithin(limits.found) ? 'found' : isWithin(limits.candidate) ? 'candidate' : 'noise'
}

/** False alarms per year above which a search does not record events: its configuration's `maximumRate`, if it has one. */
export const recordedRate = ({ config }: SearchOutcome): number =>
  typeof config.maximumRate === 'number' ? config.maximumRate : Infinity

/** That there are no events, in words that say which would have been told. */
export function noEventsText(outcome: SearchOutcome): string {
  const rate = recordedRate(outcome)
  return rate < Infinity
    ? `no event is so loud that noise makes one like it ${frequencyText(rate)} or less often`
    : 'no moment was loud enough to be recorded as an event'
}

/** The detectors of a search, in order. */
export const detectorsOf = ({ stretches, events }: SearchOutcome): readonly string[] =>
  [...new Set([...stretches, ...events].flatMap(({ detectors }) => detectors))].sort()

const momentText = ({ gpsTime, utc, snr }: SearchEvent): string =>
  `GPS ${gpsText(gpsTime)} (${utcText(utc)}), network SNR ${snr.toFixed(1)}`

/** How sure an event is, in words that fit how its rate was reached. */
function suretyText(event: SearchEvent, outcome: SearchOutcome): string {
  const [often, chance] = [frequencyText(event.far), numberText(chanceOf(event, outcome), 2)]
  const time = durationText(outcome.livetime)
  const background = durationText(outcome.background.livetime)
  switch (event.farKind) {
    case 'counted':
      return `Noise makes one at least as loud ${often}; the chance that it did so in the ${time} searched is ${chance}.`
    case 'extrapolated':
      return (
        `None of the background, ${background} long, is as loud. Extrapolated from its loudest events, noise makes one ` +
        `as loud ${often}; the chance that it did so in the ${time} searched is ${chance}.`
      )
    case 'limit':
      return (
        `None of the background, ${background} long, is as loud: noise makes one at most about ${often}, and the chance ` +
        `that it did so in the ${time} searched is at most about ${chance}. A longer background could say more.`
      )
    case 'floor':
      return `It is quieter than all background events that were kept, so noise makes one at least ${often}.`
  }
}

function foundText(found: readonly SearchEvent[], outcome: SearchOutcome): string {
  const [loudest] = found
  const which =
    found.length === 1
      ? `One signal was found, at ${momentText(loudest!)}.`
      : `${countText(found.length, 'signal')} were found, the loudest at ${momentText(loudest!)}.`
  return `${which} ${suretyText(loudest!, outcome)}`
}

function candidatesText(candidates: readonly SearchEvent[], isFirst: boolean): string {
  const count = countText(candidates.length, isFirst ? 'event' : 'more event')
  const verb = candidates.length === 1 ? 'is' : 'are'
  const place = candidates.length === 1 ? 'at' : 'the loudest at'
  return (
    `${isFirst ? 'Nothing was found for certain. ' : ''}${count} ${verb} undecided, ${place} ${momentText(candidates[0]!)}: ` +
    'noise seldom makes one as loud, but often enough that it may be noise.'
  )
}

/** One or a few sentences on what was found and how sure that is. */
export function searchVerdict(outcome: SearchOutcome): readonly string[] {
  const { events, livetime } = outcome
  const names = listText(detectorsOf(outcome))
  if (!(livetime > 0)) return ['Nothing was searched: see below which data were left out, and why.']
  const withStanding = (standing: Standing) => events.filter(event => standingOf(event, outcome) === standing)
  const [found, candidates] = [withStanding('found'), withStanding('candidate')]
  const searched = `${durationText(livetime)} of ${names || 'strain'}`
  if (found.length > 0)
    return [foundText(found, outcome), ...(candidates.length > 0 ? [candidatesText(candidates, false)] : [])]
  if (candidates.length > 0) return [candidatesText(candidates, true), suretyText(candidates[0]!, outcome)]
  if (events.length === 0) return [`Nothing was found in ${searched}: ${noEventsText(outcome)}.`]
  const which = events.length === 1 ? 'Its one event' : `The loudest of ${countText(events.length, 'event')}`
  return [
    `Nothing was found in ${searched}. ${which}, at ${momentText(events[0]!)}, is not told from noise.`,
    suretyText(events[0]!, outcome),
  ]
}
