import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = join(import.meta.dirname, 'programs/train-many-steps.mjs')

it('holds memory constant over 10,000 training steps, and takes the same steps twice', {
  timeout: 300_000,
}, async () => {
  const runs = await Promise.all(
    [1, 2].map(async () => JSON.parse((await promisify(execFile)(process.execPath, ['--expose-gc', program])).stdout)),
  )
  for (const { at500, atEnd, first, last } of runs) {
    expect(atEnd / at500).toBeLessThan(1.05)
    expect(last).toBeLessThan(first)
  }
  expect(runs[0].last).toBe(runs[1].last)
})
