import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const script = join(import.meta.dirname, '..', 'tools/test-counts.mjs')
const folder = mkdtempSync(join(tmpdir(), 'quadrupole-counts-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What the last line of a run says, given the statuses of `npm start` and `npm test` and vitest's report. */
function count(
  start: number,
  tests: number,
  report: unknown,
): { readonly line: string; readonly status: number | null } {
  const path = join(folder, 'report.json')
  writeFileSync(path, typeof report === 'string' ? report : JSON.stringify(report))
  const { stdout, status } = spawnSync(process.execPath, [script, `${start}`, `${tests}`, path], { encoding: 'utf8' })
  return { line: stdout, status }
}

const file = (status: string, ...tests: readonly string[]) => ({
  status,
  assertionResults: tests.map(test => ({ status: test })),
})
const passing = { testResults: [file('passed', 'passed', 'passed')] }

test('the start counts as one of what passed', () => {
  expect(count(0, 0, passing)).toEqual({ line: '3 passed, 0 failed\n', status: 0 })
})

test('skipped tests are told, and failed ones fail the run', () => {
  const report = { testResults: [file('passed', 'passed', 'skipped', 'todo'), file('failed', 'failed', 'passed')] }
  expect(count(0, 1, report)).toEqual({ line: '3 passed, 1 failed, 2 skipped\n', status: 1 })
})

test('a start that fails is a failure', () => {
  expect(count(1, 0, passing)).toEqual({ line: '2 passed, 1 failed\n', status: 1 })
})

test('a file that can not be loaded is a failure', () => {
  expect(count(0, 1, { testResults: [file('failed'), file('passed', 'passed')] }).line).toBe('2 passed, 1 failed\n')
})

test('an error outside of any test is a failure', () => {
  expect(count(0, 1, passing)).toEqual({ line: '3 passed, 1 failed\n', status: 1 })
})

test.each([
  ['an empty', ''],
  ['a cut', '{"testResults": ['],
  ['a report of no test', { testResults: [] }],
])('%s report is a failure, whatever the status', (_, report) => {
  expect(count(0, 0, report)).toEqual({ line: '1 passed, 1 failed\n', status: 1 })
})
