// `npm run check`: types, lint and format, layering, dead exports. One line each; the output of what failed below it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './sources.mjs'

const checks = [
  { name: 'build', script: '../tools/prepare.mjs', args: [] },
  { name: 'types of src, test, bench, examples', script: 'typescript/bin/tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'types of tools', script: 'typescript/bin/tsc', args: ['-p', 'tools'] },
  { name: 'lint and format', script: '@biomejs/biome/bin/biome', args: ['check', '--error-on-warnings'] },
  { name: 'layering', script: 'vitest/vitest.mjs', args: ['run', 'test/layering.test.ts', '--reporter=dot'] },
  { name: 'dead exports and dependencies', script: 'knip/bin/knip.js', args: ['--no-progress'] },
]

let failed = false
for (const { name, script, args } of checks) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
  if (status !== 0) {
    failed = true
    console.log(`${stdout}${stderr}`.trimEnd())
  }
}
process.exit(failed ? 1 : 0)
