// `npm run test:nodes [-- VERSION...]`: the default tests on other releases of Node, one line each.
// The npm package `node` carries the binaries; npm keeps them in its cache.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './sources.mjs'
import { countTests, formatCounts } from './test-counts.mjs'

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26']
const folder = mkdtempSync(join(tmpdir(), 'quadrupole-nodes-'))
let failed = false
try {
  for (const version of versions) {
    /** @param {string[]} args */
    const node = args =>
      spawnSync('npx', ['--yes', `node@${version}`, ...args], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 })
    const report = join(folder, `${version}.json`)
    const started = performance.now()
    const name = node(['--version']).stdout?.trim() || `v${version} (did not start)`
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', '--reporter=json']
    const { status, stdout, stderr } = node([...args, `--outputFile.json=${report}`])
    const counts = countTests(report, status ?? 1)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`node ${name}: ${formatCounts(counts)} (${seconds} s)`)
    if (counts.failed > 0) {
      failed = true
      console.log(`${stdout}${stderr}`.trimEnd())
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}
process.exit(failed ? 1 : 0)
