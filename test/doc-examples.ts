import ts from 'typescript'

/** One ```ts block of a Markdown file. */
export interface Example {
  /** `docs/tensor.md:12`, the line of its first statement. */
  readonly place: string
  /** What is written there. */
  readonly code: string
  /** The same with checks in place of comments that state values. */
  readonly program: string
}

const fence = /^```ts\n([\s\S]*?)^```$/gm

/**
 * The examples of a page that tests run: its ```ts blocks, each a program of its own. One that opens with ```ts excerpt is
 * no program and is left out. A comment behind an expression, on its line, states the expression's value:
 *
 *     tensor([1, 2]).mul(2) // [2, 4]
 *     tensor([1, 2]).add(tensor([1, 2, 3])) // throws add: shapes [2] and [3] do not broadcast
 *
 * Tensors are compared as nested arrays; numbers must be right to the digits that are written, promises are awaited.
 */
export const examplesOf = (path: string, markdown: string): Example[] =>
  [...markdown.matchAll(fence)].map(({ 1: code, index }) => {
    const line = markdown.slice(0, index).split('\n').length + 1
    return { place: `${path}:${line}`, code: code!, program: withChecks(code!, path, line) }
  })

/** Replaces expression statements that state their value by calls of `check` and `checkThrows`. */
function withChecks(code: string, path: string, firstLine: number): string {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2023, true)
  let checked = code
  for (const statement of source.statements.toReversed()) {
    if (!ts.isExpressionStatement(statement)) continue
    const [comment] = ts.getTrailingCommentRanges(code, statement.end) ?? []
    if (!comment) continue
    const stated = code.slice(comment.pos + 2, comment.end).trim()
    const expression = statement.expression.getText(source)
    const line = firstLine + source.getLineAndCharacterOfPosition(statement.getStart(source)).line
    const place = JSON.stringify(`${path}:${line}`)
    const message = stated.match(/^throws (.+)$/)?.[1]
    const call = message
      ? `await checkThrows(${place}, async () => ${expression}, ${JSON.stringify(message)})`
      : `check(${place}, await (${expression}), (${stated}))`
    checked = `${checked.slice(0, statement.getStart(source))}${call}${checked.slice(comment.end)}`
  }
  return checked
}

/** A program as JavaScript; throws where it, or a stated value, has no valid syntax. */
export function javaScriptOf({ place, program }: Example): string {
  const { outputText, diagnostics = [] } = ts.transpileModule(`${prelude}${program}`, {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  })
  const [first] = diagnostics
  if (first) throw new Error(`${place}: ${ts.flattenDiagnosticMessageText(first.messageText, '\n')}`)
  return outputText
}

const prelude = `import { check, checkThrows } from './check.js'\n`

/** The module that checks stated values when an example runs. */
export const checkModule = `
const plain = value => {
  if (typeof value?.toArray === 'function') return value.toArray()
  if (ArrayBuffer.isView(value)) return Array.from(value, Number)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, plain(child)]))
}

/** Half a unit of the last digit written; of integers, what float32 can tell apart. */
const tolerance = stated => {
  const [digits, exponent = '0'] = String(stated).split('e')
  const decimals = digits.split('.')[1]?.length ?? 0
  return Math.max(decimals > 0 ? 0.5000001 * 10 ** (Number(exponent) - decimals) : 0, 1e-6 * Math.abs(stated))
}

const agrees = (value, stated) => {
  if (typeof stated === 'number') return Object.is(value, stated) || Math.abs(value - stated) <= tolerance(stated)
  if (typeof stated !== 'object' || stated === null) return Object.is(value, stated)
  const keys = Object.keys(stated)
  return (
    typeof value === 'object' && value !== null && Array.isArray(value) === Array.isArray(stated) &&
    Object.keys(value).length === keys.length && keys.every(key => agrees(value[key], stated[key]))
  )
}

export const counted = { checks: 0 }

export function check(place, value, stated) {
  counted.checks++
  const found = plain(value)
  if (!agrees(found, plain(stated)))
    throw new Error(place + ': the value is ' + JSON.stringify(found) + ', the page says ' + JSON.stringify(plain(stated)))
}

export async function checkThrows(place, run, message) {
  counted.checks++
  const error = await run().then(() => undefined, error => error)
  if (!error?.message.includes(message))
    throw new Error(place + ': ' + (error ? 'the error is: ' + error.message : 'nothing is thrown') + ', the page says: ' + message)
}
`

/** Runs modules one after another and prints what became of each: how many checks, or why it failed. */
export const runModule = (files: readonly string[]): string => `
import { counted } from './check.js'
const results = []
for (const file of ${JSON.stringify(files)}) {
  counted.checks = 0
  const error = await import(file).then(() => undefined, error => error)
  results.push(error ? { error: String(error.stack ?? error) } : { checks: counted.checks })
}
process.stdout.write('\\nRESULTS' + JSON.stringify(results))
process.exit()
`
