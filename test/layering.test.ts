import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exportProblems, importProblems, indexProblems, type SourceFiles, sizeProblems } from './layering-rules.ts'

const root = join(import.meta.dirname, '..')

const filesBelow = (folder: string): [string, string][] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => [path.slice(root.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')])

const repository: SourceFiles = new Map([...filesBelow('src'), ...filesBelow('test')])
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

describe('the repository', () => {
  test('imports only downwards, and across folders only from an index', () => {
    expect(importProblems(repository)).toEqual([])
  })
  test('keeps index files to re-exports and has no other barrel files', () => {
    expect(indexProblems(repository)).toEqual([])
  })
  test('exports each folder that has an index, and no other', () => {
    expect(exportProblems(exports, repository)).toEqual([])
  })
  test('has no source file above 800 lines', () => {
    expect(sizeProblems(repository)).toEqual([])
  })
})

describe('the rules', () => {
  const problemsOf = (rule: (files: SourceFiles) => string[], path: string, text: string) =>
    rule(new Map([[path, text]]))

  test.each([
    ['src/core/a.ts', `import { b } from '../tensor/index.ts'`, `'core' stands below 'tensor'`],
    ['src/core/a.ts', `export { b } from '../tensor/index.ts'`, `'core' stands below 'tensor'`],
    ['src/core/a.ts', `import type { B } from '../tensor/index.ts'`, `'core' stands below 'tensor'`],
    ['src/core/a.ts', `const b = await import('../tensor/index.ts')`, `'core' stands below 'tensor'`],
    ['src/core/a.test.ts', `import { b } from '../tensor/index.ts'`, `'core' stands below 'tensor'`],
    ['src/signal/a.ts', `import { b } from '../tensor/shape.ts'`, `import the folder's index.ts`],
    ['src/client/a.ts', `import { b } from '../serve/node/socket.ts'`, `import the folder's index.ts`],
    ['src/signal/a.ts', `import { b } from './index.ts'`, `its own folder's index`],
    ['src/signal/a.ts', `import { b } from '../tensor/testing/close.ts'`, `which only tests may`],
    ['src/signal/a.ts', `import { b } from '../../bench/run.ts'`, `outside the folders of src/`],
    ['src/signal/a.ts', `import { b } from 'quadrupole/tensor'`, `the package itself`],
    ['src/helpers/a.ts', ``, `in no known folder`],
    ['src/a.ts', ``, `in no known folder`],
    ['test/a.test.ts', `import { b } from '../src/tensor/shape.ts'`, `import the folder's index.ts`],
  ])('refuse in %s: %s', (path, text, problem) => {
    expect(problemsOf(importProblems, path, text)).toEqual([expect.stringContaining(problem)])
  })

  test.each([
    ['src/signal/a.ts', `import { b } from '../tensor/index.ts'\nimport { c } from './c.ts'\nimport 'node:fs'`],
    ['src/tensor/ops/a.ts', `import { b } from '../shape.ts'\nimport { c } from '../../core/index.ts'`],
    ['src/client/a.ts', `import { b } from '../serve/protocol/index.ts'`],
    ['src/signal/a.test.ts', `import { b } from '../tensor/testing/close.ts'\nimport { c } from './index.ts'`],
    ['test/a.test.ts', `import { b } from '../src/tensor/index.ts'\nimport { c } from './c.ts'`],
    ['src/signal/a.ts', `// import { b } from '../cli/index.ts'`],
  ])('accept in %s: %s', (path, text) => {
    expect(problemsOf(importProblems, path, text)).toEqual([])
  })

  test.each([
    ['src/core/index.ts', `export { a } from './a.ts'\nexport const b = 1`],
    ['src/core/index.ts', `import './a.ts'`],
    ['src/signal/index.ts', `export { a } from '../core/index.ts'`],
    ['src/tensor/ops/index.ts', `export const a = 1`],
    ['src/tensor/ops/all.ts', `export { a } from './a.ts'\nexport { b } from './b.ts'`],
  ])('refuse the index or barrel file %s: %s', (path, text) => {
    expect(problemsOf(indexProblems, path, text)).toHaveLength(1)
  })

  test('refuse an export without a folder, a folder without an export, and a wrong address', () => {
    const files = new Map([['src/core/index.ts', '']])
    expect(exportProblems({}, files)).toEqual([expect.stringContaining(`exports no './core'`)])
    const tensor = { types: './dist/tensor/index.d.ts', default: './dist/tensor/index.js' }
    expect(exportProblems({ './core': './dist/core/index.js', './tensor': tensor }, files)).toEqual([
      expect.stringContaining(`exports './core': expected`),
      expect.stringContaining('src/tensor/index.ts is missing'),
    ])
  })

  test('refuse a file of 801 lines, but not if it is generated', () => {
    expect(problemsOf(sizeProblems, 'src/core/a.ts', '\n'.repeat(801))).toHaveLength(1)
    expect(problemsOf(sizeProblems, 'src/core/a.ts', '\n'.repeat(800))).toEqual([])
    expect(problemsOf(sizeProblems, 'src/core/gen/a.ts', '\n'.repeat(801))).toEqual([])
  })
})
