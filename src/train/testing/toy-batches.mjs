// Batches for the tests of queues and trainings. Workers load this as it is; what it uses of the package is the build.
import { setTimeout as sleep } from 'node:timers/promises'
import { foldIn, normal, uniform } from '../../../dist/core/index.js'

/** Noise, half of it with a pulse; the later a batch, the sooner it is done, so that order is the queue's doing. */
export async function fillToyBatch({ options, key, index, into: { x, isSignal } }) {
  if (options.failAt === index) throw new Error('the source is dry')
  if (options.delay) await sleep(options.delay / (1 + (index % 3)))
  const samples = x.length / (2 * isSignal.length)
  x.set(normal(foldIn(key, 'noise'), x.length))
  uniform(foldIn(key, 'signal'), isSignal.length).forEach((draw, i) => {
    isSignal[i] = draw < 0.5 ? 1 : 0
    for (let t = 0; t < samples; t++) x[2 * i * samples + t] += isSignal[i] * 2 * Math.exp(-(((t - 20) / 3) ** 2))
  })
  if (options.spoilAt === index) x[7] = Number.NaN
}
