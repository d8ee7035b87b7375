import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = join(import.meta.dirname, 'programs/train-many-steps.mjs')

// V8's young generation grows at leisure; kept small, what grows is what is kept
const flags = ['--expose-gc', '--max-semi-space-size=1']

it('holds memory constant over 10,000 training steps, and takes the same steps twice', {
  timeout: 300_000,
}, async () => {
  const runs = await Promise.all(
    [1, 2, 3].map(async () => JSON.parse((await promisify(execFile)(process.execPath, [...flags, program])).stdout)),
  )
  // what is not given back grows in every run; what the system and V8 take besides, by a few MiB in some
  expect(Math.min(...runs.map(({ at500, atEnd }) => atEnd / at500))).toBeLessThan(1.05)
  for (const { first, last } of runs) expect(last).toBeLessThan(first)
  expect(runs[0].last).toBe(runs[1].last)
})
