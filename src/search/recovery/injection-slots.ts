import { choice, foldIn, type Key, QuadrupoleError } from '../../core/index.ts'
import { SegmentSet, stepInjectionTimes } from '../../data/index.ts'
import type { GpsTime, Span } from '../../gw/index.ts'

/** Where and when one signal is put: in which stretch, in which pass over it. */
export interface InjectionSlot {
  readonly pass: number
  readonly stretch: number
  /** Of the merger at the Earth's centre. */
  readonly time: GpsTime
}

/** The times of a stretch at which signals may merge. */
export interface InjectionRoom {
  /** What times are laid out over. */
  readonly span: Span
  /** The part of it that counts: where neither data are taken out nor other signals are. */
  readonly open: SegmentSet
}

export interface InjectionSlotsOptions {
  readonly count: number
  /** Least seconds from one merger to the next in a pass; each comes up to a third of it later. */
  readonly spacing: number
}

/** How much later than the spacing a merger comes at most, in units of it: 24 to 32 s for 24 s. */
const window = 1 / 3

/**
 * Times for a number of signals in as many passes over strain as these need. Times of a pass are laid out as MLGWSC-1's
 * (`stepInjectionTimes`), so that every time is as likely; those that are not open are left out. Of the last pass some are
 * chosen at random, so that they too are spread over all strain. Times are functions of key, pass and stretch: of two runs of
 * different counts the longer begins with the same passes, but for the last of the shorter.
 *
 * @throws `data` where no time is open
 */
export function injectionSlots(
  key: Key,
  rooms: readonly InjectionRoom[],
  { count, spacing }: InjectionSlotsOptions,
): readonly InjectionSlot[] {
  if (!rooms.some(({ open }) => open.livetimeNanoseconds > 0n))
    throw new QuadrupoleError(
      'data',
      'search.injectionSlots: there is no time at which a signal could be injected: all strain is at the ends of stretches, ' +
        'taken out as a glitch or near an event; pass more strain',
    )
  const slots: InjectionSlot[] = []
  for (let pass = 0; slots.length < count; pass++) {
    const own = foldIn(key, pass)
    const all = rooms.flatMap(({ span, open }, stretch) =>
      stepInjectionTimes(own, SegmentSet.of([span]), { step: spacing, window: spacing * window, edge: 0 })
        .filter(time => open.has(time))
        .map(time => ({ pass, stretch, time })),
    )
    const left = count - slots.length
    slots.push(...(all.length <= left ? all : chosen(foldIn(own, 'chosen'), all, left)))
  }
  return slots
}

/** Some of the slots, in their order. */
const chosen = (key: Key, slots: readonly InjectionSlot[], count: number): readonly InjectionSlot[] =>
  Array.from(
    choice(key, slots.length, { count, replace: false }).sort((a, b) => a - b),
    i => slots[i]!,
  )

/** About how many passes a number of signals takes, for a plan: one signal in 7 / 6 of the spacing. */
export const passesFor = (livetime: number, { count, spacing }: InjectionSlotsOptions): number =>
  Math.max(1, Math.ceil((count * spacing * (1 + window / 2)) / livetime))
