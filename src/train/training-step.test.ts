import { describe, expect, it } from 'vitest'
import { mapTree, randomKey } from '../core/index.ts'
import { resNet1d, sigmoidCrossEntropy } from '../nn/index.ts'
import { generated } from '../nn/testing/golden.ts'
import { arange, compileStep, type Tensor, tensor } from '../tensor/index.ts'
import { adam } from './adam.ts'
import golden from './fixtures/train-golden.json' with { type: 'json' }
import { oneCycle } from './schedule.ts'
import { controlsOf, trainingStep } from './training-step.ts'
import { averageDecayAt } from './weight-average.ts'

const network = resNet1d({ channels: 2, blocks: [1, 1], width: 4, norm: { kind: 'group', groups: 2 } })
const targets = tensor([1, 0, 1, 0, 1, 0, 1, 0])
const signal = arange(64).mul(0.2).sin()

interface Batch {
  readonly x: Tensor
}

const batchOf = (step: number): Batch => ({
  x: generated({ shape: [8, 2, 64], seed: 2000 + step }).add(targets.reshape([8, 1, 1]).mul(signal)),
})

async function train({ cycle, maxNorm, weightDecay, undecayedVectors, tensors }: (typeof golden.trainings)[number]) {
  const weights = Object.fromEntries(tensors.map(plan => [plan.name, generated(plan)]))
  const { parameters: drawn, statistics } = network.init(randomKey(1))
  const parameters = mapTree(drawn, (_: Tensor, path) => weights[network.torchName!(path)]!) as typeof drawn
  const update = trainingStep<typeof parameters, typeof statistics, Batch, ReturnType<ReturnType<typeof adam>['init']>>(
    (variables, { x }) => {
      const { output, statistics } = network.apply(variables, x, { isTraining: true })
      return { loss: sigmoidCrossEntropy(output.squeeze(1), targets), statistics, metrics: { largest: output.max() } }
    },
    {
      optimizer: ({ learningRate, momentum }) =>
        adam({
          learningRate,
          meanDecay: momentum!,
          weightDecay,
          decays: (_, shape) => !undecayedVectors || shape.length > 1,
        }),
      maxGradientNorm: maxNorm,
    },
  )
  const schedule = oneCycle(cycle)
  const controlsAt = (step: number) => controlsOf(schedule(step), { averageDecay: averageDecayAt(step, 0.9) })
  const begin = { parameters, statistics, optimizer: adam().init(parameters), average: parameters }
  const step = await compileStep(update, begin, [batchOf(0), controlsAt(0)])
  const outputs = []
  for (let i = 0; i < cycle.steps; i++) outputs.push(await step.run(batchOf(i), controlsAt(i)))
  const state = await step.state()
  await step.dispose()
  return { outputs, state }
}

describe.each(golden.trainings)('fifty steps of AdamW under a cycle, norm $maxNorm, $undecayedVectors', training => {
  it('have the losses of PyTorch within 1e-4, and its gradient norms', async () => {
    const { outputs, state } = await train(training)
    outputs.forEach(({ loss, gradientNorm, metrics }, i) => {
      expect(Math.abs(loss.item() - training.losses[i]!)).toBeLessThan(1e-4)
      expect(Math.abs(gradientNorm.item() / training.norms[i]! - 1)).toBeLessThan(1e-3)
      expect(Number.isFinite(metrics.largest!.item())).toBe(true)
    })
    const bytes = Uint8Array.from(Buffer.from(training.head, 'base64'))
    const head = state.parameters.head.weight.dataAs('float32')
    new Float32Array(bytes.buffer).forEach((weight, i) => {
      expect(Math.abs(head[i]! - weight)).toBeLessThan(1e-4)
    })
    // an average of the last ten steps or so is near the weights, but not the same
    const distance = state.average!.head.weight.sub(state.parameters.head.weight).abs().max().item()
    expect(distance).toBeGreaterThan(1e-6)
    expect(distance).toBeLessThan(0.01)
  })
})
