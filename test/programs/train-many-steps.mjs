// Run with --expose-gc. Trains a small net for 10,000 steps, each on a fresh batch, and prints the resident size (MiB) at step 500 and at the end.
import { normal, randomKey } from 'quadrupole/core'
import { heNormal } from 'quadrupole/nn'
import { compileStep, conv1d, tensor, valueAndGrad } from 'quadrupole/tensor'
import { adam } from 'quadrupole/train'

const [batch, samples] = [32, 256]
const key = randomKey('many steps')
const parameters = { first: heNormal(key, [8, 2, 5]), second: heNormal(key, [1, 8]) }
const output = (p, x) => conv1d(x, p.first, { padding: 'same' }).relu().mean({ axes: 2 }).matmul(p.second.transpose())
const rule = adam({ learningRate: 1e-3 })
const step = await compileStep(
  (state, x, y) => {
    const { value, gradient } = valueAndGrad(p => output(p, x).sub(y).square().mean())(state.parameters)
    const next = rule.update(state.parameters, gradient, state.optimizer)
    return [{ parameters: next.parameters, optimizer: next.state }, value]
  },
  { parameters, optimizer: rule.init(parameters) },
  [
    tensor(new Float32Array(batch * 2 * samples), { shape: [batch, 2, samples] }),
    tensor(new Float32Array(batch), { shape: [batch, 1] }),
  ],
)
const noise = Float32Array.from(normal(key, 2 ** 16))
const resident = () => {
  // what JavaScript has not yet collected says nothing about what is kept
  globalThis.gc()
  return process.memoryUsage.rss() / 2 ** 20
}
let at500 = 0
let first = 0
let last = 0
for (let i = 0; i < 10_000; i++) {
  const x = tensor(noise.slice(i, i + batch * 2 * samples), { shape: [batch, 2, samples] })
  const y = tensor(noise.slice(2 * i, 2 * i + batch), { shape: [batch, 1] })
  last = (await step.run(x, y)).item()
  if (i === 0) first = last
  if (i === 499) at500 = resident()
}
console.log(JSON.stringify({ at500, atEnd: resident(), first, last, steps: 10_000 }))
await step.dispose()
