// Trains the small detector that `quad look` uses, checks it, and writes it as ONNX.
// npm run example:first-detector -- [--seed N] [--steps N] [--out FOLDER]
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createManifest, foldIn, type Key, randomKey, textProgress, writeFileAtomically } from 'quadrupole/core'
import { sigmoidCrossEntropy } from 'quadrupole/nn'
import { loadNetwork, look, lookSummary } from 'quadrupole/search'
import { compileStep, jit, ravel, scalar, spec, type Tensor, toOnnx, valueAndGrad } from 'quadrupole/tensor'
import { type AdamState, adam, auroc } from 'quadrupole/train'
import { detect, initialParameters, type Parameters } from './network.ts'
import { drawWindows, windowing } from './windows.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '1200' },
    out: { type: 'string', default: 'models/first-detector' },
  },
})
const [seed, steps] = [Number(values.seed), Number(values.steps)]
const batch = 64
const highestRate = 2e-3

interface State {
  readonly parameters: Parameters
  readonly optimizer: AdamState
}

/** Rises over the first tenth of the steps, then falls to nothing along a cosine. */
function learningRate(step: number): number {
  const warm = steps / 10
  if (step < warm) return (highestRate * (step + 1)) / warm
  return (highestRate * (1 + Math.cos((Math.PI * (step - warm)) / (steps - warm)))) / 2
}

/** Half signals of network SNR 5 to 25, half noise. */
const trainingWindows = (key: Key) =>
  drawWindows(key, { count: batch, snr: (i, draw) => (i % 2 === 0 ? 5 + 20 * draw : 0) })

function trainingStep(state: State, strain: Tensor, isSignal: Tensor, rate: Tensor): readonly [State, Tensor] {
  const { value, gradient } = valueAndGrad((parameters: Parameters) =>
    sigmoidCrossEntropy(detect(parameters, strain), isSignal),
  )(state.parameters)
  const next = adam({ learningRate: rate }).update(state.parameters, gradient, state.optimizer)
  return [{ parameters: next.parameters, optimizer: next.state }, value]
}

async function train(key: Key): Promise<Parameters> {
  const parameters = initialParameters(foldIn(key, 'parameters'))
  const { strain, isSignal } = trainingWindows(foldIn(key, 'shapes'))
  const step = await compileStep(trainingStep, { parameters, optimizer: adam().init(parameters) }, [
    strain,
    isSignal,
    scalar(0),
  ])
  const progress = textProgress(process.stderr).begin('training', { total: steps, unit: 'steps' })
  let smoothed = Math.LN2
  for (let i = 0; i < steps; i++) {
    const windows = trainingWindows(foldIn(foldIn(key, 'windows'), i))
    const loss = await step.run(windows.strain, windows.isSignal, scalar(learningRate(i)))
    smoothed += 0.02 * (loss.item() - smoothed)
    progress.advance(1, { loss: smoothed.toFixed(4) })
  }
  progress.finish()
  const { parameters: trained } = await step.state()
  await step.dispose()
  return trained
}

/** Scores of windows that all hold a signal of one SNR, or none. */
async function scores(parameters: Parameters, key: Key, snr: number, count: number): Promise<Float32Array> {
  const compiled = jit(detect)
  const { strain } = drawWindows(key, { count, snr: () => snr })
  const logits = await compiled(parameters, strain)
  await compiled.dispose()
  return logits.dataAs('float32')
}

const key = randomKey(seed)
const started = performance.now()
const parameters = await train(key)
const seconds = (performance.now() - started) / 1000

const testKey = randomKey(`first detector test ${seed}`)
const noise = await scores(parameters, foldIn(testKey, 'noise'), 0, 1000)
const areas: Record<string, number> = {}
for (const snr of [8, 10, 12, 16])
  areas[snr] = auroc({ signals: await scores(parameters, foldIn(testKey, `snr ${snr}`), snr, 1000), noise })

await mkdir(values.out, { recursive: true })
const name = 'first-detector'
const bytes = toOnnx(({ strain }: { strain: Tensor }) => ({ logit: detect(parameters, strain) }), {
  inputs: { strain: spec([1, 2, windowing.window]) },
  batch: true,
  parameters,
})
const card = {
  name,
  ...windowing,
  parameters: ravel(parameters).vector.size,
  training: {
    signals: 'leading-order chirps with a tapered end, chirp masses 10 to 40 solar masses, network SNR 5 to 25',
    noise: 'white, Gaussian, band-passed',
    windows: steps * batch,
    steps,
    batch,
    seed,
  },
  scores: { aurocByNetworkSnr: areas, windowsOfEachKind: 1000 },
  limits: 'A first look at two detectors’ strain. It knows no glitches, and its output is no significance.',
  manifest: await createManifest({ command: 'example:first-detector', configuration: { seed, steps, batch }, seed }),
}
await writeFileAtomically(join(values.out, `${name}.onnx`), bytes)
await writeFileAtomically(join(values.out, 'model.json'), `${JSON.stringify(card, null, 2)}\n`)
process.stdout.write(
  `seed ${seed}: ${steps} steps in ${seconds.toFixed(0)} s, ${card.parameters} parameters, AUROC by network SNR ${JSON.stringify(areas)}\n`,
)

const data = 'examples/data'
const files = (await readdir(data)).filter(file => file.endsWith('.hdf5')).map(file => join(data, file))
const network = await loadNetwork(join(values.out, `${name}.onnx`))
process.stdout.write(`GW150914: ${JSON.stringify(lookSummary(await look(files, { network })), null, 2)}\n`)
await network.dispose()
