import { describe, expect, it } from 'vitest'
import { type ProgressOptions, silentProgress, textProgress } from './progress.ts'

/** A stream that keeps what is written and a clock that is set by hand. */
const setUp = (options: ProgressOptions & { columns?: number; isTTY?: boolean } = {}) => {
  const written: string[] = []
  const clock = { milliseconds: 0 }
  const { columns, isTTY, ...rest } = options
  const stream = {
    write: (text: string) => written.push(text),
    ...(columns !== undefined && { columns }),
    ...(isTTY !== undefined && { isTTY }),
  }
  return { written, clock, progress: textProgress(stream, { now: () => clock.milliseconds, ...rest }) }
}

describe('textProgress away from a terminal', () => {
  it('writes a plain line every ten seconds, and one at the end', () => {
    const { written, clock, progress } = setUp()
    const work = progress.begin('search', { total: 4_000_000, unit: 'windows' })
    for (let second = 1; second <= 25; second++) {
      clock.milliseconds = 1000 * second
      work.advance(10_000)
    }
    work.finish()
    expect(written).toEqual([
      'search: 100 k of 4 M windows (2 %), 10 k windows/s, 6 min 30 s left\n',
      'search: 200 k of 4 M windows (5 %), 10 k windows/s, 6 min 20 s left\n',
      'search: 250 k of 4 M windows (6 %), took 25 s, 10 k windows/s\n',
    ])
  })

  it('shows the latest values and does without a total', () => {
    const { written, clock, progress } = setUp()
    const work = progress.begin('training')
    work.advance(1, { loss: 0.9 })
    clock.milliseconds = 10_000
    work.advance(4, { loss: 0.123456, learningRate: 0.001, phase: 'warm-up' })
    clock.milliseconds = 11_000
    work.advance()
    work.finish()
    work.finish()
    work.advance()
    expect(written).toEqual([
      'training: 5 steps, 0.5 steps/s, loss 0.1235, learningRate 0.001, phase warm-up\n',
      'training: 6 steps, took 11 s, 0.545 steps/s, loss 0.1235, learningRate 0.001, phase warm-up\n',
    ])
  })

  it('does not count what a resumed run had done before for the rate', () => {
    const { written, clock, progress } = setUp()
    const work = progress.begin('training', { total: 1000, done: 900 })
    clock.milliseconds = 10_000
    work.advance(50)
    work.finish({ loss: 1 })
    expect(written).toEqual([
      'training: 950 of 1 k steps (95 %), 5 steps/s, 10 s left\n',
      'training: 950 of 1 k steps (95 %), took 10 s, 5 steps/s, loss 1\n',
    ])
  })

  it('takes the rate from the last half minute', () => {
    const { written, clock, progress } = setUp({ interval: 100 })
    const work = progress.begin('search', { total: 1000 })
    for (let second = 1; second <= 100; second++) {
      clock.milliseconds = 1000 * second
      work.advance(second <= 50 ? 9 : 1)
    }
    expect(written).toEqual(['search: 500 of 1 k steps (50 %), 1 steps/s, 8 min 20 s left\n'])
  })

  it('has a line for work of no size and no time', () => {
    const { written, progress } = setUp()
    progress.begin('nothing', { total: 0 }).finish()
    expect(written).toEqual(['nothing: 0 of 0 steps (100 %), took 0 s\n'])
  })
})

describe('textProgress on a terminal', () => {
  it('redraws one line at most ten times a second, cut to the width, and ends it', () => {
    const { written, clock, progress } = setUp({ isTTY: true, columns: 30 })
    const work = progress.begin('search', { total: 100, unit: 'windows' })
    for (let i = 1; i <= 25; i++) {
      clock.milliseconds = 10 * i
      work.advance()
    }
    work.finish()
    const start = '\r\x1b[2K'
    expect(written).toEqual([
      `${start}search: 10 of 100 windows (10`,
      `${start}search: 20 of 100 windows (20`,
      `${start}search: 25 of 100 windows (25\n`,
    ])
  })

  it('is chosen by the option over the stream', () => {
    const { written, progress } = setUp({ isTTY: true, isTerminal: false })
    progress.begin('x').finish()
    expect(written).toEqual(['x: 0 steps, took 0 s\n'])
  })
})

it('silentProgress takes every call', () => {
  const work = silentProgress.begin('x', { total: 1 })
  expect([work.advance(1, { loss: 1 }), work.finish()]).toEqual([undefined, undefined])
})
