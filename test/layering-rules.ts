import { posix } from 'node:path'
import ts from 'typescript'

/** Folders of `src/`, lowest first: each may import those before it. */
const layers = [
  'core',
  'run',
  'tensor',
  'signal',
  'gw',
  'plot',
  'waveforms',
  'priors',
  'data',
  'nn',
  'train',
  'deploy',
  'serve',
  'client',
  'search',
  'clean',
  'online',
  'cli',
] as const

/** Subfolders with an `index.ts` of their own, which other folders may import. */
const publicSubfolders = ['tensor/fft', 'serve/protocol']

const maxLines = 800

/** Files by path relative to the repository, with forward slashes. */
export type SourceFiles = ReadonlyMap<string, string>

interface Place {
  readonly folder: string
  /** The path below the folder. */
  readonly rest: string
}

const placeOf = (path: string): Place | undefined => {
  const [, folder, rest] = /^src\/([^/]+)\/(.+)$/.exec(path) ?? []
  return folder === undefined || rest === undefined ? undefined : { folder, rest }
}

const isTest = (path: string): boolean => !path.startsWith('src/') || /\.test\.ts$|\/testing\//.test(path)
const isCompiledByTsc = (path: string): boolean => path.endsWith('.ts') && !path.includes('/assembly/')
const rank = (folder: string): number => (layers as readonly string[]).indexOf(folder)

const isEntry = ({ folder, rest }: Place): boolean =>
  rest === 'index.ts' || publicSubfolders.some(subfolder => `${folder}/${rest}` === `${subfolder}/index.ts`)

/** What is wrong with one import, or nothing. */
function importProblem(path: string, specifier: string): string | undefined {
  const from = placeOf(path)
  if (!specifier.startsWith('.'))
    return from !== undefined && /^quadrupole(\/|$)/.test(specifier)
      ? `imports '${specifier}', the package itself; use a relative path`
      : undefined
  const target = posix.join(posix.dirname(path), specifier)
  const to = placeOf(target)
  if (to === undefined) return from === undefined ? undefined : `imports ${target}, outside the folders of src/`
  if (to.rest.startsWith('testing/') && !isTest(path)) return `imports ${target}, which only tests may`
  if (from?.folder === to.folder)
    return to.rest === 'index.ts' && !isTest(path) ? `imports ${target}, its own folder's index` : undefined
  if (from !== undefined && rank(to.folder) > rank(from.folder))
    return `imports ${target}: '${from.folder}' stands below '${to.folder}'`
  if (!isEntry(to) && !to.rest.startsWith('testing/')) return `imports ${target}: import the folder's index.ts`
  return undefined
}

/** Imports that point up, past a folder's `index.ts`, into tests' tools, or out of `src/`. */
export function importProblems(files: SourceFiles): string[] {
  const problems: string[] = []
  for (const [path, text] of files) {
    if (!isCompiledByTsc(path)) continue
    const folder = placeOf(path)?.folder
    if (path.startsWith('src/') && (folder === undefined || rank(folder) < 0))
      problems.push(`${path}: is in no known folder of src/`)
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      const problem = importProblem(path, fileName)
      if (problem !== undefined) problems.push(`${path}: ${problem}`)
    }
  }
  return problems
}

const isReExport = (statement: ts.Statement): boolean =>
  ts.isExportDeclaration(statement) &&
  statement.moduleSpecifier !== undefined &&
  (statement.moduleSpecifier as ts.StringLiteral).text.startsWith('./')

/** An `index.ts` that does more than re-export names of its folder, and files below it that do only that. */
export function indexProblems(files: SourceFiles): string[] {
  const problems: string[] = []
  for (const [path, text] of files) {
    const place = placeOf(path)
    if (place === undefined || !isCompiledByTsc(path) || isTest(path)) continue
    const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest)
    if (isEntry(place)) {
      if (!statements.every(isReExport)) problems.push(`${path}: may only re-export from its own folder`)
    } else if (path.endsWith('/index.ts') || (statements.length > 0 && statements.every(isReExport)))
      problems.push(`${path}: is a barrel file below the folder's index.ts`)
  }
  return problems
}

/** Files above the size where nobody reads them whole; generated code and tests' data don't count. */
export function sizeProblems(files: SourceFiles): string[] {
  return [...files].flatMap(([path, text]) => {
    const lines = text.split('\n').length - 1
    const counts = path.startsWith('src/') && path.endsWith('.ts') && !/\/(gen|fixtures)\//.test(path)
    return counts && lines > maxLines ? [`${path}: ${lines} lines, at most ${maxLines}`] : []
  })
}

/** Subpath exports without an `index.ts`, the other way round, and addresses that are not the built counterpart. */
export function exportProblems(exports: Readonly<Record<string, unknown>>, files: SourceFiles): string[] {
  const problems: string[] = []
  for (const [subpath, target] of Object.entries(exports)) {
    if (subpath === './package.json') continue
    const folder = subpath.slice('./'.length)
    const expected = { types: `./dist/${folder}/index.d.ts`, default: `./dist/${folder}/index.js` }
    if (JSON.stringify(target) !== JSON.stringify(expected))
      problems.push(`package.json exports '${subpath}': expected ${JSON.stringify(expected)}`)
    if (!files.has(`src/${folder}/index.ts`))
      problems.push(`package.json exports '${subpath}': src/${folder}/index.ts is missing`)
  }
  for (const path of files.keys()) {
    const place = placeOf(path)
    if (place === undefined || !isEntry(place)) continue
    const subpath = `./${posix.dirname(path).slice('src/'.length)}`
    if (!(subpath in exports)) problems.push(`package.json exports no '${subpath}', but ${path} exists`)
  }
  return problems
}
