import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** The program of the built quad. */
export const quadProgram = join(root, 'dist/cli/main.js')

/** Strain around GW150914 that comes with the package, of H1 and of L1. */
export const exampleFiles = ['H-H1', 'L-L1'].map(name =>
  join(root, `examples/data/${name}_GWOSC_4KHZ_R1-1126259447-32.hdf5`),
) as [hanford: string, livingston: string]

/** What a process came to. */
export interface QuadRun {
  /** Nothing if it was killed. */
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
  readonly milliseconds: number
}

/** Runs the built quad in a folder, and kills it (SIGKILL) so many milliseconds after its start if it still runs. */
export function runQuad(
  args: readonly string[],
  { folder, killAfter }: { readonly folder: string; readonly killAfter?: number },
): Promise<QuadRun> {
  const started = performance.now()
  const child = spawn(process.execPath, [quadProgram, ...args], { cwd: folder })
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter)
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
    })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', exit => {
      clearTimeout(timer)
      resolve({ exit, ...written, milliseconds: performance.now() - started })
    })
  })
}

/** Every file below a folder, hidden ones too, by its path in it. */
export async function treeOf(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.map(entry => join(entry.parentPath, entry.name)).sort()
  const isFile = new Set(entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)))
  return new Map(
    await Promise.all(
      paths.map(
        async path =>
          [path.slice(folder.length + 1), isFile.has(path) ? await readFile(path) : Buffer.alloc(0)] as const,
      ),
    ),
  )
}
