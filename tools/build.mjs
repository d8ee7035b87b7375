// Builds dist/: WebAssembly kernels by AssemblyScript, static files by copying, TypeScript by tsc.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildStamp, filesBelow, hashSources, isBuilt, root } from './sources.mjs'

/** Folders of kernel sources (with an `index.ts` and an `asconfig.json`) and the modules made of them. */
const kernels = [
  { source: 'src/tensor/fft/assembly', target: 'dist/tensor/fft/fft.wasm' },
  { source: 'src/signal/filter-bank/assembly', target: 'dist/signal/filter-bank/products.wasm' },
  { source: 'src/search/matched-filter/assembly', target: 'dist/search/matched-filter/kernels.wasm' },
  { source: 'src/waveforms/phenom-d/assembly', target: 'dist/waveforms/phenom-d/phenom-d.wasm' },
]

const source = join(root, 'src')
const dist = join(root, 'dist')

/** @param {string} path */
const modified = path => statSync(path).mtimeMs

/**
 * Runs a tool of node_modules; its failure is ours.
 *
 * @param {string} script
 * @param {string[]} args
 */
function run(script, args) {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) {
    console.error(`build: ${script.split('/')[0]} failed`)
    process.exit(1)
  }
}

function buildKernels() {
  for (const kernel of kernels) {
    const target = join(root, kernel.target)
    const folder = join(root, kernel.source)
    const newest = Math.max(...filesBelow(folder).map(path => modified(join(folder, path))))
    if (existsSync(target) && modified(target) > newest) continue
    mkdirSync(dirname(target), { recursive: true })
    const config = `${kernel.source}/asconfig.json`
    run('assemblyscript/bin/asc.js', [`${kernel.source}/index.ts`, '--outFile', kernel.target, '--config', config])
  }
}

/** Files that the code reads at run time (tables, style sheets, schemas) keep their place beside it. */
function copyStaticFiles() {
  for (const path of filesBelow(source)) {
    if (!isBuilt(path) || /\.(ts|md)$|(^|\/)assembly\//.test(path)) continue
    const [from, to] = [join(source, path), join(dist, path)]
    if (existsSync(to) && modified(to) >= modified(from)) continue
    mkdirSync(dirname(to), { recursive: true })
    cpSync(from, to)
  }
}

/** Removes what an earlier build made of a source that is gone, so that nothing can import it any more. */
function removeStaleFiles() {
  const made = new Set(kernels.map(kernel => kernel.target.slice('dist/'.length)))
  for (const path of filesBelow(dist)) {
    if (path === '.tsbuildinfo' || path === '.stamp' || made.has(path)) continue
    const typescript = path.replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts')
    if ([path, typescript].some(candidate => isBuilt(candidate) && existsSync(join(source, candidate)))) continue
    rmSync(join(dist, path))
  }
}

function compile() {
  const tsc = () => run('typescript/bin/tsc', ['-p', 'tsconfig.build.json'])
  const isCompiled = (/** @type {string} */ path) => existsSync(join(dist, path.replace(/\.ts$/, '.js')))
  tsc()
  // tsc's record of what is up to date does not look at its outputs: if one was deleted it must start anew.
  const modules = filesBelow(source).filter(path => isBuilt(path) && /(?<!\.d)\.ts$/.test(path))
  if (modules.every(path => /(^|\/)assembly\//.test(path) || isCompiled(path))) return
  rmSync(join(dist, '.tsbuildinfo'))
  tsc()
}

const hash = hashSources()
rmSync(buildStamp, { force: true })
mkdirSync(dist, { recursive: true })
removeStaleFiles()
buildKernels()
copyStaticFiles()
compile()
const command = join(dist, 'cli/main.js')
if (existsSync(command)) chmodSync(command, 0o755)
writeFileSync(buildStamp, hash)
