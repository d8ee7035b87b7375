import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const subpaths = Object.keys(manifest.exports)
  .filter(subpath => subpath !== './package.json')
  .map(subpath => subpath.replace('.', 'quadrupole'))

let project: string
let packed: string[]

/** Runs a program in the project and returns all it prints. */
const run = (...args: string[]): string => {
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' })
  return `${stdout}${stderr}`.trim()
}

const write = (path: string, content: unknown): void =>
  writeFileSync(join(project, path), typeof content === 'string' ? content : JSON.stringify(content))

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'quadrupole-packaging-'))
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const [{ files }] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: 'pipe' }))
  packed = files.map((file: { path: string }) => file.path)
  const modules = join(project, 'node_modules')
  for (const path of packed) cpSync(join(root, path), join(modules, 'quadrupole', path))
  // What an installation would fetch is already here; only what users get too may be seen from there.
  for (const name of [...Object.keys(manifest.dependencies), '@types/node', '@types/d3']) linkPackage(name, modules)
  write('package.json', { type: 'module' })
}, 60_000)

function linkPackage(name: string, modules: string): void {
  mkdirSync(join(modules, name, '..'), { recursive: true })
  symlinkSync(join(root, 'node_modules', name), join(modules, name))
}

afterAll(() => rmSync(project, { recursive: true, force: true }))

test('the package holds what runs and nothing of tests or of the build', () => {
  expect(packed).toEqual(
    expect.arrayContaining(['LICENSE', 'package.json', 'dist/core/index.js', 'dist/core/index.d.ts']),
  )
  const unwanted = packed.filter(path => /\.test\.|fixtures\/|testing\/|\.tsbuildinfo|\.stamp|(?<!\.d)\.ts$/.test(path))
  expect(unwanted).toEqual([])
  const wasm = readdirSync(join(root, 'dist'), { recursive: true }).filter(path => String(path).endsWith('.wasm'))
  expect(packed).toEqual(expect.arrayContaining(wasm.map(path => `dist/${path}`)))
})

test.each(subpaths)('%s can be imported where the package is installed', subpath => {
  write('import.js', `console.log(Object.keys(await import('${subpath}')).length > 0)`)
  expect(run('import.js')).toBe('true')
})

test('the types of all subpaths hold in a strict project', () => {
  const imports = subpaths.map((subpath, n) => `import * as m${n} from '${subpath}'\nvoid m${n}\n`)
  // Methods are added to the class in a file of their own, which the types must find too.
  const methods = `import { tensor } from 'quadrupole/tensor'\nconst shape: readonly number[] = tensor([1]).add(1).shape\n`
  write('use.ts', `${imports.join('')}${methods}void shape\n`)
  const options = { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, types: ['node'] }
  write('tsconfig.json', { compilerOptions: { ...options, skipLibCheck: true }, files: ['use.ts'] })
  expect(run(join(root, 'node_modules/typescript/bin/tsc'), '-p', '.')).toBe('')
})

test('the command quad starts and tells its version', () => {
  const command = join(project, 'node_modules/quadrupole', manifest.bin.quad)
  expect(run(command, '--version')).toBe(manifest.version)
})
