// Which files of the working tree the build reads, and one hash over them.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Where a finished build leaves the hash of what it was made from. */
export const buildStamp = join(root, 'dist/.stamp')

/**
 * Paths of all files below a folder, relative to it, sorted.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export const filesBelow = folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

/**
 * Whether a file of `src/` (path relative to it) matters to the build: tests, their fixtures and their tools don't.
 *
 * @param {string} path
 */
export const isBuilt = path => !path.endsWith('.test.ts') && !/(^|\/)(fixtures|testing|__snapshots__)\//.test(path)

/** A hash over the contents of everything a build depends on. */
export function hashSources() {
  const sources = filesBelow(join(root, 'src'))
    .filter(isBuilt)
    .map(path => `src/${path}`)
  const others = ['tsconfig.base.json', 'tsconfig.build.json', 'package-lock.json', 'tools/build.mjs']
  const hash = createHash('sha256')
  for (const path of [...sources, ...others]) {
    const content = readFileSync(join(root, path))
    hash.update(`${path} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}
