import { QuadrupoleError } from '../core/index.ts'
import { type AntennaPattern, contract, sourceDirection, type Wave } from './antenna-pattern.ts'
import { speedOfLight } from './constants.ts'
import type { Detector } from './detector.ts'
import { dot, position, responseTensor } from './detector-geometry.ts'
import { greenwichMeanSiderealTime } from './sidereal-time.ts'

/** What a detector makes of a wave: `plus * h+(t - delay) + cross * hx(t - delay)`, t at the Earth's centre. */
export interface DetectorResponse extends AntennaPattern {
  /** Seconds. */
  readonly delay: number
}

/**
 * Responses of detectors to many waves: `values` of shape `[signals, detectors, 3]` holds F+, Fx and the delay in
 * seconds. Plain numbers, so that a part of it can be sent to a worker.
 */
export interface ResponseTable {
  readonly values: Float64Array
  readonly signals: number
  readonly detectors: number
}

/**
 * The responses of detectors to waves, each that of one moment: in ten seconds the Earth turns by 0.7 milliradians, which
 * is neglected, as bilby does.
 *
 * `shifts`, shape `[signals]` in seconds, moves each signal later than it stands, in all detectors alike: how a merger
 * is put anywhere between samples.
 *
 * @throws `shape` for another number of shifts than waves.
 */
export function responseTable(
  detectors: readonly Detector[],
  waves: readonly Wave[],
  { shifts }: { readonly shifts?: ArrayLike<number> } = {},
): ResponseTable {
  if (shifts && shifts.length !== waves.length)
    throw new QuadrupoleError(
      'shape',
      `gw.responseTable: expected ${waves.length} shifts, one a wave, got ${shifts.length}`,
    )
  const geometries = detectors.map(detector => ({ tensor: responseTensor(detector), vertex: position(detector) }))
  const values = new Float64Array(waves.length * detectors.length * 3)
  let at = 0
  for (const [signal, wave] of waves.entries()) {
    const siderealTime = greenwichMeanSiderealTime(wave.time)
    const direction = sourceDirection(wave, siderealTime)
    for (const { tensor, vertex } of geometries) {
      const { plus, cross } = contract(tensor, wave, siderealTime)
      values[at++] = plus
      values[at++] = cross
      values[at++] = (shifts?.[signal] ?? 0) - dot(direction, vertex) / speedOfLight
    }
  }
  return { values, signals: waves.length, detectors: detectors.length }
}
