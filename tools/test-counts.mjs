// Counts the tests of a vitest run from its JSON report. As a command: `test-counts.mjs START_STATUS TEST_STATUS REPORT`
// adds whether `npm start` succeeded, prints one line and fails if anything did.
import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/**
 * @typedef {{ status: string, assertionResults: { status: string }[] }} FileResult
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/**
 * @param {string} path
 * @returns {FileResult[]}
 */
function readReport(path) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  try {
    return JSON.parse(text).testResults
  } catch {
    return []
  }
}

/**
 * Counts of a run. A file that could not be loaded counts as one failed test, and so does a run that ended badly without
 * a failed test: it crashed, or an error escaped its tests.
 *
 * @param {string} report the path of the JSON report
 * @param {number} status the exit status of the run
 * @returns {Counts}
 */
export function countTests(report, status) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const file of readReport(report)) {
    const failedBefore = counts.failed
    for (const test of file.assertionResults)
      counts[test.status === 'passed' || test.status === 'failed' ? test.status : 'skipped']++
    if (file.status === 'failed' && counts.failed === failedBefore) counts.failed++
  }
  const ranNothing = counts.passed + counts.failed + counts.skipped === 0
  if (counts.failed === 0 && (status !== 0 || ranNothing)) counts.failed++
  return counts
}

/**
 * `12 passed, 0 failed`, with what was skipped if anything was.
 *
 * @param {Counts} counts
 */
export const formatCounts = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [startStatus, testStatus, report = ''] = process.argv.slice(2)
  const counts = countTests(report, Number(testStatus))
  counts[startStatus === '0' ? 'passed' : 'failed']++
  console.log(formatCounts(counts))
  process.exitCode = counts.failed === 0 ? 0 : 1
}
