import type { GpsTime } from '../../gw/index.ts'
import type { LookResult } from '../look/look.ts'
import type { Standout } from '../look/standout.ts'

/** Seconds to the microsecond, far finer than any of these times is known. */
const seconds = (time: GpsTime): number => Number(time.toFixed(6))
const round = (value: number, decimals: number): number => Number(value.toFixed(decimals))

const standing = ({ value, next, sigmas, median, prominence }: Standout) => ({
  value: round(value, 6),
  next: round(next, 6),
  median: round(median, 6),
  prominence: round(prominence, 3),
  sigmas: round(sigmas, 2),
})

/**
 * A look's numbers as plain JSON: what `quad look --json` prints and `look.json` beside the report holds. Times are GPS
 * seconds, `delay` is the arrival in the first detector less that in the second, in seconds.
 */
export function lookSummary(result: LookResult) {
  const { event, network, crossCheck, detectors, analysed, span } = result
  const names = detectors.map(({ detector }) => detector)
  return {
    event: {
      gpsTime: seconds(event.time),
      utc: event.utc,
      delay: round(event.delay, 6),
      arrivals: Object.fromEntries(names.map((name, i) => [name, seconds(event.arrivals[i]!)])),
      sign: event.sign,
      correlation: round(event.coefficient, 4),
    },
    ...(network && {
      network: {
        name: network.network,
        gpsTime: seconds(network.time),
        nextGpsTime: seconds(span.start.plus(network.times[network.strength.nextIndex]!)),
        ...standing(network.strength),
      },
    }),
    crossCheck: {
      gpsTime: seconds(crossCheck.time),
      delay: round(crossCheck.delay, 6),
      sign: crossCheck.sign,
      correlation: round(crossCheck.coefficient, 4),
      nextGpsTime: seconds(analysed.start.plus(crossCheck.times[crossCheck.strength.nextIndex]!)),
      ...standing(crossCheck.strength),
    },
    ...(result.agree !== undefined && { agree: result.agree }),
    span: [seconds(span.start), seconds(span.end)],
    analysed: [seconds(analysed.start), seconds(analysed.end)],
    conditioning: result.conditioning,
    sampleRate: result.sampleRate,
    lightTravelTime: round(result.lightTravelTime, 9),
    detectors: detectors.map(({ detector, channel, path, failedTests }) => ({
      detector,
      channel,
      ...(path !== undefined && { file: path }),
      ...(failedTests !== undefined && { failedTests }),
    })),
  }
}

export type LookSummary = ReturnType<typeof lookSummary>
