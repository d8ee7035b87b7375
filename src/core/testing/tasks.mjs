// Tasks for the worker pool's tests. Workers load them as they are; what they use of the package comes from the build.
import { setTimeout as sleep } from 'node:timers/promises'
import { QuadrupoleError } from '../../../dist/core/errors.js'
import { normal } from '../../../dist/core/random/normal.js'
import { transferring } from '../../../dist/core/worker-task.js'

export const double = x => 2 * x

export const doubleLater = async ({ value, milliseconds }) => {
  await sleep(milliseconds)
  return 2 * value
}

export const threadNumber = async () => (await import('node:worker_threads')).threadId

export const bytesOf = buffer => buffer.byteLength

let moved

export const moveResult = length => {
  moved = new Float64Array(length).fill(1)
  return transferring(moved, [moved.buffer])
}

export const lengthOfMoved = () => moved.length

/** Writes draws [offset, offset + count) of a key over shared memory. */
export const fillNormals = ({ target, key, offset, count }) => {
  target.set(normal(key, count, { offset }), offset)
}

/** Sets the flag and then never ends, without giving the event loop a turn. */
export const spin = flag => {
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
  for (;;) Atomics.add(flag, 1, 1)
}

export const throwQuadrupoleError = () => {
  throw new QuadrupoleError('data', 'strain has gaps', {
    details: { gaps: 3, check: () => true },
    cause: new RangeError('the root'),
  })
}

export const throwTypeError = () => undefined.x

export const throwAggregate = () => {
  throw new AggregateError([new RangeError('one'), 'two'], 'several')
}

export const throwValue = () => {
  throw { reason: 'not an Error' }
}

export const throwFunction = () => {
  throw () => 1
}

export const throwCycle = () => {
  const error = new Error('round')
  error.cause = error
  throw error
}

export const returnFunction = () => () => 1

export const exit = code => process.exit(code)

export const throwOutside = async () => {
  setTimeout(() => {
    throw new SyntaxError('from a timer')
  })
  await sleep(60_000)
}

export const rejectOutside = async () => {
  Promise.reject(new EvalError('nobody awaits this'))
  await sleep(60_000)
}

export const fillHeap = () => {
  const kept = []
  // objects, since Node 24 does not count arrays of small integers in time
  // bounded (about 1 kB each), so that a limit which isn't kept fails the test instead of filling the machine
  while (kept.length < 400_000)
    kept.push({ text: `${kept.length}`, numbers: Array.from({ length: 100 }, () => Math.random()) })
  return kept.length
}

export const dieAfterwards = () => {
  setTimeout(() => {
    throw new Error('too late')
  }, 20)
  return 'done'
}

export const chatter = async () => {
  const { parentPort } = await import('node:worker_threads')
  parentPort.postMessage('a message of my own')
  parentPort.postMessage(null)
  return 'result'
}

/** Fails for arguments above a limit, the larger ones sooner. */
export const failAbove = async ({ value, limit }) => {
  await sleep(Math.max(0, 300 - 100 * value))
  if (value > limit) throw new QuadrupoleError('data', `value ${value}`)
  return value
}

export const notATask = 1
