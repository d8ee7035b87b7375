import { expect, test } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { createFilterBank } from '../../signal/index.ts'
import { whiteningBand } from './whitening-band.ts'

const band = { bandwidth: 512, templateDuration: 4, afterMerger: 0.25, minimumFrequency: 20 }

test.each([1024, 2048, 4096])('noise of the PSD at %d Hz comes out with a mean square of 1', sampleRate => {
  // A PSD that falls by a factor of 100 over the band, of noise made by one recursion.
  const [a, scale] = [0.9, 1e-21]
  const white = normal(randomKey(4), 64 * sampleRate)
  const strain = new Float64Array(white.length)
  for (let i = 1; i < strain.length; i++) strain[i] = a * strain[i - 1]! + scale * white[i]!
  const values = Float64Array.from({ length: 4 * sampleRate + 1 }, (_, k) => {
    const angle = (Math.PI * k) / (4 * sampleRate)
    return (2 / sampleRate) * (scale ** 2 / (1 - 2 * a * Math.cos(angle) + a * a))
  })
  const { filter } = whiteningBand({ psd: { values, resolution: 1 / 8 }, sampleRate, band })
  const { taps, decimation } = filter
  const bank = createFilterBank(filter, { taps, decimation, channels: 1, alignment: 'same', dtype: 'float64' })
  const { re, im } = bank.filter(strain)
  const inside = { from: 5 * 512, to: re.length - 5 * 512 }
  let power = 0
  for (let i = inside.from; i < inside.to; i++) power += (re[i]! ** 2 + im[i]! ** 2) / (inside.to - inside.from)
  // The band from 20 Hz to where the filter's slope begins, of 512 Hz.
  expect(power).toBeGreaterThan(0.93)
  expect(power).toBeLessThan(1)
})
