import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foldIn, type Key, normal, randomKey, uniform } from '../../core/index.ts'
import { GpsTime } from '../../gw/index.ts'
import type { Variables } from '../../nn/index.ts'
import { conv1d, type Tensor, tensor } from '../../tensor/index.ts'
import { cluster } from '../events/cluster.ts'
import { integrate } from '../events/integrate.ts'
import { createDenseEvaluator } from './evaluator.ts'
import { createOutputEventFinder, findOutputEvents, type OutputEvent } from './output-events.ts'
import { compileNetwork, type OnnxNetwork } from './session-network.ts'

const sampleRate = 1024
const taps = 256
const window = 1024
const start = GpsTime.parse('1187008882.25')
/** L1 has it so many samples before H1, with the other sign. */
const lead = 7

/** The last quarter of a second of a chirp of leading order, of unit norm; its merger is at the last sample. */
const chirp = Float64Array.from({ length: taps }, (_, n) => {
  const left = (taps - n) / sampleRate
  return left ** -0.25 * Math.cos(2 * Math.PI * 60 * left ** 0.625 * 1.6)
})
const norm = Math.hypot(...chirp)
const template = chirp.map(value => value / norm)

/** The filter's taps for each detector: L1's are as the signal has them there. */
const weights = new Float32Array(2 * (taps + lead))
template.forEach((value, n) => {
  weights[n + lead] = value / Math.SQRT2
  weights[taps + lead + n] = -value / Math.SQRT2
})

/** The coherent matched filter's largest value while the window holds all of a merger: unit noise gives unit variance. */
const matchedFilter = {
  apply: ({ parameters, statistics }: Variables<Tensor>, x: Tensor) => ({
    output: conv1d(x, parameters).max({ axes: 2 }),
    statistics,
  }),
}
const variables = { parameters: tensor(weights, { shape: [1, 2, taps + lead] }), statistics: {} }
let network: OnnxNetwork
beforeAll(async () => {
  network = await compileNetwork(matchedFilter, variables, {
    name: 'matched filter',
    sampleRate,
    window,
    detectors: ['H1', 'L1'],
    band: [30, 512],
    // where H1's merger meets the filter's last tap
    mergerRange: [(taps + lead - 1) / sampleRate, (window - 1) / sampleRate],
  })
})
afterAll(() => network.dispose())

/** Unit noise of both detectors with mergers in H1 at given samples, of a network SNR. */
function strainWith(key: Key, samples: number, mergers: readonly number[], snr: number): Float64Array[] {
  return ['H1', 'L1'].map((name, i) => {
    const values = normal(foldIn(key, name), samples)
    for (const merger of mergers)
      template.forEach((value, n) => {
        values[merger - (taps - 1) + n - i * lead]! += ((1 - 2 * i) * snr * value) / Math.SQRT2
      })
    return values
  })
}

function* inPieces(strain: readonly Float64Array[], size: number) {
  for (let at = 0; at < strain[0]!.length; at += size) yield strain.map(channel => channel.subarray(at, at + size))
}

describe('findOutputEvents', () => {
  it('dates mergers within 3 ms, by outputs 4 ms apart', async () => {
    const evaluator = await createDenseEvaluator(network, { stride: 4, method: 'shared' })
    for (let seed = 0; seed < 5; seed++) {
      const key = randomKey(seed)
      const mergers = [4.5, 9.25].map((second, i) => Math.round((second + uniform(foldIn(key, i), 1)[0]!) * sampleRate))
      const strain = strainWith(key, 16 * sampleRate, mergers, 12)
      const events: OutputEvent[] = []
      const pieces = inPieces(strain, 1500)
      for await (const event of findOutputEvents(evaluator, { start, pieces }, { threshold: 8 })) events.push(event)
      expect(events).toHaveLength(2)
      for (const [i, { time, statistic }] of events.entries()) {
        expect(Math.abs(time.minus(start) - mergers[i]! / sampleRate)).toBeLessThan(0.003)
        expect(Math.abs(statistic - 12)).toBeLessThan(4)
      }
    }
    await evaluator.dispose()
  })

  it('dates them as well by the middle of the plateau, without averages', async () => {
    const evaluator = await createDenseEvaluator(network, { stride: 4, method: 'shared' })
    const strain = strainWith(randomKey(7), 12 * sampleRate, [6000], 14)
    const timing = { method: 'plateau', baseline: 3, reach: 300 } as const
    const options = { integrationSeconds: 0, threshold: 8, timing }
    const events: OutputEvent[] = []
    for await (const event of findOutputEvents(evaluator, { start, pieces: [strain] }, options)) events.push(event)
    expect(events).toHaveLength(1)
    expect(Math.abs(events[0]!.time.minus(start) - 6000 / sampleRate)).toBeLessThan(0.003)
    await evaluator.dispose()
  })
})

describe('createOutputEventFinder', () => {
  const times = { sampleRate: 2048, mergerRange: [0.5, 0.7], stride: 128, start } as const

  it('joins integration and clustering, and dates a window by the middle of where its mergers lie', () => {
    const outputs = normal(randomKey(3), 400)
    const options = { clusterSeconds: 0.4, threshold: 0.2 }
    const { values, offset } = integrate(outputs, { length: 3, alignment: 'centred' })
    const expected = cluster(values, { halfWindow: 6, threshold: 0.2 })
    const finder = createOutputEventFinder(times, options)
    const events = [outputs.subarray(0, 137), outputs.subarray(137)].flatMap(part => finder.push(part))
    events.push(...finder.finish())
    expect(events.map(({ statistic }) => statistic)).toEqual(expected.map(({ statistic }) => statistic))
    events.forEach(({ time }, i) => {
      expect(time.minus(start)).toBeCloseTo(0.6 + ((expected[i]!.position + offset) * 128) / 2048, 8)
    })
  })

  it('refuses times that are none', () => {
    expect(() => createOutputEventFinder(times, { clusterSeconds: Number.NaN })).toThrow(
      /clusterSeconds to be a number of seconds from 0, got NaN/,
    )
  })
})
