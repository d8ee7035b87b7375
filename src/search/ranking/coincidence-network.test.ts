import { expect, test } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { sigmoidCrossEntropy } from '../../nn/index.ts'
import { jit, Tensor, valueAndGrad } from '../../tensor/index.ts'
import { keptSamples, keptTemplates } from '../matched-filter/candidate.ts'
import { type CoincidenceParameters, coincidenceNetwork } from './coincidence-network.ts'

const bankSize = 20
const [batch, templates, components, step, times, maximumLag] = [5, 4, 3, 0.5, 2, 5.5]
const network = coincidenceNetwork({ bankSize, templates, components, step, times, maximumLag })
const { parameters: initial, statistics } = network.init(randomKey(1))
const parameters: CoincidenceParameters = {
  ...initial,
  template: Tensor.of(Float32Array.from({ length: bankSize }, (_, k) => 0.1 * k)),
}
const indices = Int32Array.from({ length: batch * keptTemplates }, (_, i) => (7 * i) % bankSize)
const inputs = {
  series: Tensor.of(Float32Array.from(normal(randomKey(2), batch * keptTemplates * 4 * keptSamples)), [
    batch,
    keptTemplates,
    2,
    2,
    keptSamples,
  ]),
  templates: Tensor.of(indices, [batch, keptTemplates]),
}

/** A tone in the band at a time, as the samples of a series hold it. */
const tone = (frequency: number, phase: number, t: number) => ({
  re: Math.cos(2 * Math.PI * frequency * t + phase),
  im: Math.sin(2 * Math.PI * frequency * t + phase),
})

test('the logit is the logarithm of the sum over templates, times, lags and components', () => {
  // Tones, whose values between samples are known.
  const frequency = (k: number, detector: number) => 0.2 + 0.03 * k + 0.01 * detector
  const data = new Float32Array(keptTemplates * 4 * keptSamples)
  for (let k = 0; k < keptTemplates; k++)
    for (let detector = 0; detector < 2; detector++)
      for (let i = 0; i < keptSamples; i++) {
        const { re, im } = tone(frequency(k, detector), k + detector, i)
        data[((k * 2 + detector) * 2 + 0) * keptSamples + i] = re
        data[((k * 2 + detector) * 2 + 1) * keptSamples + i] = im
      }
  const series = Tensor.of(data, [1, keptTemplates, 2, 2, keptSamples])
  const chosen = Tensor.of(indices.slice(0, keptTemplates), [1, keptTemplates])
  const { logit } = network.apply({ parameters, statistics }, { series, templates: chosen }).output
  const lags = 2 * (maximumLag / step) + 1
  const weight = (t: Tensor, c: number, l: number) => Number(t.data[c * lags + l])
  let sum = 0
  for (let k = 0; k < templates; k++)
    for (let t = -times; t <= times; t++)
      for (let l = 0; l < lags; l++)
        for (let c = 0; c < components; c++) {
          const a = tone(frequency(k, 0), k, keptSamples / 2 + t * step)
          const b = tone(frequency(k, 1), k + 1, keptSamples / 2 + t * step - maximumLag + l * step)
          const exponent =
            0.5 * weight(parameters.first, c, l) * (a.re ** 2 + a.im ** 2) +
            0.5 * weight(parameters.second, c, l) * (b.re ** 2 + b.im ** 2) +
            weight(parameters.inPhase, c, l) * (a.re * b.re + a.im * b.im) +
            weight(parameters.inQuadrature, c, l) * (a.im * b.re - a.re * b.im) +
            weight(parameters.bias, c, l)
          sum += Math.exp(exponent + 0.1 * indices[k]!)
        }
  expect(logit.item()).toBeCloseTo(Math.log(sum) - 24, 2)
})

test('a common phase of both detectors changes nothing', () => {
  const turned = new Float32Array(inputs.series.data as Float32Array)
  const [cosine, sine] = [Math.cos(1), Math.sin(1)]
  for (let at = 0; at < turned.length; at += 2 * keptSamples)
    for (let i = at; i < at + keptSamples; i++) {
      const [re, im] = [turned[i]!, turned[i + keptSamples]!]
      turned[i] = re * cosine - im * sine
      turned[i + keptSamples] = re * sine + im * cosine
    }
  const logits = (series: Tensor) =>
    network.apply({ parameters, statistics }, { ...inputs, series }).output.logit.dataAs('float32')
  const [plain, other] = [logits(inputs.series), logits(Tensor.of(turned, inputs.series.shape))]
  plain.forEach((logit, i) => {
    expect(other[i]).toBeCloseTo(logit, 4)
  })
})

test('compiled, it gives the same values and gradients', async () => {
  const labels = Tensor.of(Float32Array.of(1, 0, 1, 0, 1), [batch])
  const loss = (p: CoincidenceParameters, series: Tensor, chosen: Tensor) =>
    sigmoidCrossEntropy(
      network.apply({ parameters: p, statistics }, { series, templates: chosen }).output.logit,
      labels,
    )
  const step = valueAndGrad(loss)
  const eager = step(parameters, inputs.series, inputs.templates)
  const compiled = jit(step)
  const found = await compiled(parameters, inputs.series, inputs.templates)
  await compiled.dispose()
  expect(found.value.item()).toBeCloseTo(eager.value.item(), 4)
  for (const name of Object.keys(parameters) as (keyof CoincidenceParameters)[]) {
    const [a, b] = [eager.gradient[name].dataAs('float32'), found.gradient[name].dataAs('float32')]
    const scale = Math.max(1e-6, ...a.map(Math.abs))
    a.forEach((value, i) => {
      expect(Math.abs(b[i]! - value)).toBeLessThan(1e-4 * scale)
    })
  }
})
