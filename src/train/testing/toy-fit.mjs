// A training small enough to be killed and resumed many times: toy-fit.mjs FOLDER [--resume] [--pause MILLISECONDS]
import { createWorkerPool, randomKey, workerTask } from '../../../dist/core/index.js'
import { resNet1d, sigmoidCrossEntropy } from '../../../dist/nn/index.js'
import { spec } from '../../../dist/tensor/index.js'
import { adam, createBatchQueue, fit, oneCycle, workerBatches } from '../../../dist/train/index.js'

const [folder, ...flags] = process.argv.slice(2)
const steps = 60
const key = randomKey(5)
const pool = createWorkerPool({ size: 2 })
const task = workerTask(new URL('./toy-batches.mjs', import.meta.url), 'fillToyBatch')
const sourceOf = (name, delay) =>
  workerBatches(pool, task, {
    specs: { x: spec([8, 2, 48]), isSignal: spec([8]) },
    options: { delay },
    key: randomKey(name),
  })
const network = resNet1d({ channels: 2, blocks: [1], width: 4, norm: { kind: 'batch' } })
const logits = (variables, x, isTraining) => {
  const { output, statistics } = network.apply(variables, x, { isTraining })
  return { output: output.squeeze(1), statistics }
}

const result = await fit({
  objective: (variables, { x, isSignal }) => {
    const { output, statistics } = logits(variables, x, true)
    return { loss: sigmoidCrossEntropy(output, isSignal), statistics, metrics: { largest: output.max() } }
  },
  initial: network.init(randomKey(1)),
  batches: sourceOf('training', flags.includes('--pause') ? Number(flags[flags.indexOf('--pause') + 1]) : 0),
  key,
  steps,
  optimizer: ({ learningRate, momentum }) => adam({ learningRate, meanDecay: momentum, weightDecay: 0.01 }),
  schedule: oneCycle({ steps, learningRate: 0.01 }),
  averageDecay: 0.9,
  maxGradientNorm: 1,
  evaluation: {
    every: 20,
    monitor: 'loss',
    goal: 'lowest',
    evaluate: async variables => {
      const queue = createBatchQueue(sourceOf('test', 0), { end: 3, depth: 2 })
      let loss = 0
      for (let i = 0; i < 3; i++) {
        const { batch, release } = await queue.next()
        loss += sigmoidCrossEntropy(logits(variables, batch.x, false).output, batch.isSignal).item() / 3
        release()
      }
      await queue.close()
      return { loss }
    },
  },
  folder,
  resume: flags.includes('--resume'),
  fingerprint: { steps, toy: true },
  checkpointEvery: 7,
  logEvery: 5,
  execution: { threads: 1 },
})
await pool.close()
process.stdout.write(`${JSON.stringify({ step: result.step, ended: result.ended, best: result.best })}\n`)
