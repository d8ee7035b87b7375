// npm run bench -- NAME [--json FILE] [--rounds N] [--seconds S] [--only TEXT]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench, BenchCase, Figure } from './harness/bench.ts'
import { type Comparison, compare } from './harness/compare.ts'
import { type Rival, startRival } from './harness/rival.ts'
import { formatTable } from './harness/table.ts'

/** Mean number of running processes of the last minute above which both sides' times mean little. */
const busyLoad = 0.5

const root = join(import.meta.dirname, '..')

function readArguments() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '0.5' },
      only: { type: 'string', default: '' },
    },
  })
  const known = readdirSync(join(root, 'bench'))
    .filter(file => file.endsWith('.ts') && file !== 'run.ts')
    .map(file => file.slice(0, -'.ts'.length))
  const [name] = positionals
  if (name === undefined || !known.includes(name))
    throw new Error(`expected the name of a bench (${known.join(', ')}), got '${name ?? ''}'`)
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)]
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`expected --rounds N of 1 or more, got ${values.rounds}`)
  if (!(seconds > 0)) throw new Error(`expected --seconds S above 0, got ${values.seconds}`)
  return { name, json: values.json, only: values.only, rounds, seconds }
}

function describeRun(name: string, load: number, versions: Rival['versions']): Record<string, unknown> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    bench: name,
    date: new Date().toISOString(),
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, loadBefore: load },
    versions: { quadrupole: version, node: process.versions.node, ...versions },
  }
}

/** A case that fails is reported and the others go on. */
async function compareOrReport(
  benchCase: BenchCase,
  rival: Rival,
  options: { rounds: number; seconds: number },
): Promise<Comparison | undefined> {
  process.stderr.write(`  ${benchCase.name}\n`)
  try {
    return await compare(benchCase, rival, options)
  } catch (error) {
    console.error(`bench: case '${benchCase.name}' failed:`, error)
    return undefined
  }
}

/** Compares cases; a rival is there only where there is a case. */
async function compareAll(
  bench: Bench,
  cases: readonly BenchCase[],
  options: { rounds: number; seconds: number },
): Promise<{ readonly rows: readonly Comparison[]; readonly versions: Rival['versions'] }> {
  if (cases.length === 0) return { rows: [], versions: {} }
  const rival = await startRival(bench.rival, join(root, 'bench', 'rivals'))
  const rows: Comparison[] = []
  try {
    for (const benchCase of cases) {
      const row = await compareOrReport(benchCase, rival, options)
      if (row !== undefined) rows.push(row)
    }
  } finally {
    await rival.close()
  }
  return { rows, versions: rival.versions }
}

/** Measures what is ours alone; what fails is an error of the run. */
async function measureAll(figures: Required<Bench>['figures'], names: readonly string[]): Promise<readonly Figure[]> {
  const all: Figure[] = []
  for (const name of names) {
    process.stderr.write(`  ${name}\n`)
    all.push(...(await figures[name]!()))
  }
  return all
}

async function main(): Promise<boolean> {
  const { name, json, only, ...options } = readArguments()
  const { bench } = (await import(new URL(`./${name}.js`, import.meta.url).href)) as { bench: Bench }
  const cases = bench.cases.filter(benchCase => benchCase.name.includes(only))
  const { figures = {} } = bench
  const chosen = Object.keys(figures).filter(figure => figure.includes(only))
  if (cases.length + chosen.length === 0) throw new Error(`no case of '${name}' has '${only}' in its name`)
  const load = loadavg()[0]!
  if (load > busyLoad) console.error(`bench: the machine is busy (load ${load.toFixed(1)}): these times mean little`)
  const { rows, versions } = await compareAll(bench, cases, options)
  const measured = await measureAll(figures, chosen)
  console.log(formatTable(rows, measured))
  if (json !== undefined) {
    const report = { ...describeRun(name, load, versions), ...options, cases: rows, figures: measured }
    writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
  }
  return (
    rows.length === cases.length &&
    rows.every(row => row.ok || row.explanation !== undefined) &&
    measured.every(({ value, bar }) => value <= bar)
  )
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
