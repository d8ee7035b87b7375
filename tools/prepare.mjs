// Runs before `npm start` and `npm test`: installs the dependencies and builds dist/, each only if something changed.
// Node's own modules only, since in a fresh clone nothing else is there yet.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildStamp, hashSources, root } from './sources.mjs'

/**
 * @typedef {{ integrity?: string, version?: string, optional?: boolean, devOptional?: boolean }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lock
 */

/**
 * Whether node_modules holds what the lock file asks for, by the record that npm keeps of what it installed there.
 * Optional packages may be missing, since they are other platforms' binaries.
 */
function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(record)) return false
  const read = (/** @type {string} */ path) => /** @type {Lock} */ (JSON.parse(readFileSync(path, 'utf8'))).packages
  const installed = read(record)
  return Object.entries(read(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true
    const found = installed[path]
    if (!found) return wanted.optional === true || wanted.devOptional === true
    return found.version === wanted.version && found.integrity === wanted.integrity
  })
}

/**
 * @param {string} message printed first
 * @param {string} failure printed if the command fails
 * @param {string} command
 * @param {string[]} args
 */
function step(message, failure, command, args) {
  console.log(`prepare: ${message}`)
  const started = performance.now()
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) {
    console.error(`prepare: ${failure}${error ? `: ${error.message}` : ''}`)
    process.exit(1)
  }
  console.log(`prepare: done in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

if (!isInstalled()) {
  // Not `npm ci`: it refuses a lock file that lacks another platform's optional binary, which registries may not have.
  const args = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund']
  // The npm that runs us, if one does: it need not be the first on the PATH.
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : undefined
  step(
    'installing dependencies (about a minute)',
    "'npm install' failed; see above",
    npm ? process.execPath : 'npm',
    npm ? [npm, ...args] : args,
  )
}

const built = existsSync(buildStamp) ? readFileSync(buildStamp, 'utf8') : ''
if (built !== hashSources())
  step('building dist/', 'the build failed; see above', process.execPath, [join(root, 'tools/build.mjs')])
