import { describe, expect, it } from 'vitest'
import golden from './fixtures/train-golden.json' with { type: 'json' }
import { constantRate, cosineDecay, type OneCycleOptions, oneCycle } from './schedule.ts'

describe('oneCycle', () => {
  it.each(golden.cycles)('gives the rates and momenta of PyTorch’s OneCycleLR for $options', cycle => {
    const schedule = oneCycle(cycle.options as unknown as OneCycleOptions)
    cycle.learningRates.forEach((rate, step) => {
      const values = schedule(step)
      expect(Math.abs(values.learningRate / rate - 1)).toBeLessThan(1e-12)
      expect(Math.abs(values.momentum! - cycle.momenta[step]!)).toBeLessThan(1e-13)
    })
  })

  it('leaves momentum alone if asked, and begins at the peak without a rise', () => {
    const schedule = oneCycle({ steps: 10, learningRate: 1, warmUp: 0, momentum: false })
    expect(schedule(0)).toEqual({ learningRate: expect.closeTo(0.975, 2) })
    expect(schedule(9).learningRate).toBeCloseTo(1 / 25 / 1e4, 12)
  })

  it('is finite in trainings of one and two steps', () => {
    for (const steps of [1, 2])
      for (let step = 0; step < steps; step++)
        expect(oneCycle({ steps, learningRate: 1 })(step).learningRate).toBeGreaterThan(0)
  })

  it.each([
    { options: { steps: 0, learningRate: 1 }, message: 'expected a positive number of steps, got 0' },
    { options: { steps: 5, learningRate: 0 }, message: 'expected a positive learningRate, got 0' },
    { options: { steps: 5, learningRate: 1, warmUp: 2 }, message: 'expected warmUp from 0 to 1, got 2' },
    { options: { steps: 5, learningRate: 1, endDivisor: 0 }, message: 'expected positive divisors, got 25 and 0' },
  ])('refuses $options', ({ options, message }) => {
    expect(() => oneCycle(options)).toThrow(`train.oneCycle: ${message}`)
  })
})

describe('cosineDecay', () => {
  it('rises along a line to the peak and falls to the end', () => {
    const schedule = cosineDecay({ steps: 100, learningRate: 2, warmUp: 0.1, end: 0.5 })
    expect([0, 4, 9].map(step => schedule(step).learningRate)).toEqual([0.2, 1, 2])
    expect(schedule(10).learningRate).toBe(2)
    expect(schedule(55).learningRate).toBeCloseTo(1.5, 12)
    expect(schedule(99).learningRate).toBeCloseTo(1, 3)
  })
})

it('constantRate is constant', () => {
  expect([0, 1000].map(constantRate(0.1))).toEqual([{ learningRate: 0.1 }, { learningRate: 0.1 }])
})
