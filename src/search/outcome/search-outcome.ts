import type { Json } from '../../core/index.ts'
import type { FalseAlarmRate } from '../background/false-alarm-rate.ts'
import type { Interval } from '../statistics/intervals.ts'

/** Something that a search found in strain, as plain JSON. */
export interface SearchEvent {
  /** Of the merger: GPS seconds, the mean over detectors. */
  readonly gpsTime: number
  readonly utc: string
  /** Larger is more like a signal. */
  readonly statistic: number
  /** False alarms per year of 365.25 days at least as loud. */
  readonly far: number
  /** One standard deviation's interval of it. */
  readonly farInterval: Interval
  readonly farKind: FalseAlarmRate['kind']
  readonly detectors: readonly string[]
  /** GPS seconds of the merger in each detector. */
  readonly times: Readonly<Record<string, number>>
  /** Matched-filter SNR in each detector, and of the network: the root of the sum of their squares. */
  readonly snrs: Readonly<Record<string, number>>
  readonly snr: number
  /** Power that the template leaves over in each detector, for each degree of freedom: about 1 for noise and signals. */
  readonly consistency: Readonly<Record<string, number>>
  /** Of the best template, detector frame. */
  readonly template: {
    readonly mass1Solar: number
    readonly mass2Solar: number
    readonly spin1z: number
    readonly spin2z: number
  }
}

/** A stretch of strain that was searched, or why one was not: GPS seconds. */
export interface SearchedStretch {
  readonly start: number
  readonly end: number
  readonly detectors: readonly string[]
  /** Seconds in which a merger would have been found. */
  readonly livetime: number
  /** What was wrong with data in or around it, a sentence each. */
  readonly remarks: readonly string[]
}

/** What a search of strain came to, as plain JSON: what `quad search --json` prints. */
export interface SearchOutcome {
  /** In order of statistic, loudest first. */
  readonly events: readonly SearchEvent[]
  /** Seconds. */
  readonly livetime: number
  readonly stretches: readonly SearchedStretch[]
  /** Data that were left out, and why: a sentence each. */
  readonly remarks: readonly string[]
  readonly background: {
    /** Seconds. */
    readonly livetime: number
    /** What it is of: the model's own, or slides of the data searched. */
    readonly source: Readonly<Record<string, Json>>
  }
  readonly model: { readonly name: string; readonly folder: string; readonly hash: string }
  readonly config: Readonly<Record<string, Json>>
}

/** What an event looks like: of each detector, whitened strain around the merger, and the network's output. */
export interface EventView {
  /** Seconds from the event's time to the first sample of `whitened`. */
  readonly start: number
  /** Hz. */
  readonly sampleRate: number
  /** In units of the noise. */
  readonly whitened: Readonly<Record<string, Float64Array>>
  /** The statistic as it would be of a merger at each time: seconds from the event's time. */
  readonly output: { readonly times: Float64Array; readonly values: Float64Array }
}
