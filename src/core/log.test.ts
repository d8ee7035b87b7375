import { expect, it } from 'vitest'
import { lineLogger, silentLogger } from './log.ts'

const collect = () => {
  const lines: string[] = []
  return { lines, write: (text: string) => lines.push(text) }
}

it('lineLogger writes a line for a message of its level or above', () => {
  const stream = collect()
  const logger = lineLogger(stream, { level: 'warn' })
  logger.log('info', 'not shown')
  logger.log('warn', 'gap in strain', { detector: 'H1', seconds: 3, note: 'two words', at: [1, 2] })
  logger.log('error', 'failed', { error: new RangeError('too far'), size: 3n })
  expect(stream.lines).toEqual([
    'warn: gap in strain detector=H1 seconds=3 note="two words" at=[1,2]\n',
    'error: failed error="RangeError: too far" size=3\n',
  ])
})

it('lineLogger leaves debug out by default and puts the time of its clock first', () => {
  const stream = collect()
  const logger = lineLogger(stream, { now: () => Date.UTC(2015, 8, 14, 9, 50, 45, 400) })
  logger.log('debug', 'not shown')
  logger.log('info', 'line\nbreak', { cycle: stream })
  expect(stream.lines).toHaveLength(1)
  expect(stream.lines[0]).toMatch(/^2015-09-14T09:50:45.400Z info: /)
})

it('lineLogger keeps a message on one line and survives a field that is no JSON', () => {
  const stream = collect()
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  lineLogger(stream).log('info', 'first\nsecond', { cycle })
  expect(stream.lines).toEqual(['info: first\\nsecond cycle=[object Object]\n'])
})

it('silentLogger says nothing', () => {
  expect(silentLogger.log('error', 'x')).toBeUndefined()
})
