import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkModule, type Example, examplesOf, javaScriptOf, runModule } from './doc-examples.ts'

const root = join(import.meta.dirname, '..')
const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map(name => `docs/${name}`)].filter(
  path => path.endsWith('.md') && existsSync(join(root, path)),
)
const examples = pages.flatMap(path => examplesOf(path, readFileSync(join(root, path), 'utf8')))

type Result = { readonly checks: number } | { readonly error: string }

let project: string

/** A project that has the package installed as it was built. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'quadrupole-docs-'))
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true })
  symlinkSync(root, join(project, 'node_modules/quadrupole'))
  symlinkSync(join(root, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'))
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(project, 'check.js'), checkModule)
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

function resultsOf(all: readonly Example[]): Result[] {
  const files = all.map((example, i) => {
    writeFileSync(join(project, `example-${i}.js`), javaScriptOf(example))
    return `./example-${i}.js`
  })
  writeFileSync(join(project, 'run.js'), runModule(files))
  const { stdout, stderr } = spawnSync(process.execPath, ['run.js'], { cwd: project, encoding: 'utf8' })
  const [, results] = stdout.split('\nRESULTS')
  if (results === undefined) throw new Error(`the examples ended early: ${stdout}${stderr}`)
  return JSON.parse(results)
}

describe('the examples of the documentation', () => {
  let results: Result[]
  beforeAll(() => {
    results = resultsOf(examples)
  })

  test.each(examples.map(({ place }, i) => ({ place, i })))('$place runs and gives what it says', ({ i }) => {
    expect(results[i]).toEqual({ checks: expect.any(Number) })
  })

  test('state values: at least one in three of them', () => {
    const stating = results.filter(result => 'checks' in result && result.checks > 0)
    expect(stating.length).toBeGreaterThan(results.length / 3)
  })

  test('have types that hold in a strict project', () => {
    examples.forEach(({ code }, i) => {
      writeFileSync(join(project, `typed-${i}.ts`), `${code}\nexport {}\n`)
    })
    const options = { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, types: ['node'] }
    const files = examples.map((_, i) => `typed-${i}.ts`)
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...options, skipLibCheck: true }, files }),
    )
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', '.'], { cwd: project, encoding: 'utf8' })
    const named = stdout.replaceAll(/typed-(\d+)\.ts/g, (_, i) => examples[i]!.place)
    expect(named).toBe('')
  })
})

describe('a page with wrong values', () => {
  const failing = (code: string): string => {
    const [result] = resultsOf(examplesOf('page.md', `\n\`\`\`ts\n${code}\n\`\`\`\n`))
    return 'error' in result! ? result.error : 'no error'
  }

  test.each([
    ['1 + 1 // 3', 'page.md:3: the value is 2, the page says 3'],
    ['[0.12345] // [0.1235]', 'no error'],
    ['[0.12345] // [0.1236]', 'the page says [0.1236]'],
    ['({ a: [1, 2] }) // { a: [1] }', 'the page says {"a":[1]}'],
    ['Promise.resolve(4) // 5', 'the value is 4'],
    ["(() => { throw new Error('no') })() // throws yes", 'the error is: no, the page says: yes'],
    ['[1] // throws anything', 'nothing is thrown'],
    ["import { tensor } from 'quadrupole/tensor'\n\ntensor([1]).mul(2) // [3]", 'page.md:5: the value is [2]'],
  ])('is told so: %s', (code, message) => {
    expect(failing(code)).toContain(message)
  })

  test('may state only what can be read as a value', () => {
    expect(() => failing('1 + 1 // about two')).toThrow('page.md:3')
  })
})
