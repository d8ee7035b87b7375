import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { pythonOf } from './environment.ts'
import type { Measurement } from './measure.ts'

/** A Python process that times its cases on request; it lives as long as the run, so that it is warm each time. */
export interface Rival {
  /** What it is: names and versions, as it says itself. */
  readonly versions: Readonly<Record<string, string>>
  measure(name: string, seconds: number): Promise<Measurement>
  close(): Promise<void>
}

/**
 * Starts `bench/rivals/SCRIPT` in a Python environment. It greets with a line of JSON, its versions, and answers each
 * line `{"case", "seconds"}` with `{"median", "min", "n"}` or `{"error"}`.
 *
 * @throws where the environment is missing or the process ends or refuses.
 */
export async function startRival(rival: { environment: string; script: string }, folder: string): Promise<Rival> {
  const environment: NodeJS.ProcessEnv = { ...process.env, PYTHONUNBUFFERED: '1' }
  // Overrides of the processor's own kernels or of the number of threads would handicap it.
  for (const name of ['OPENBLAS_CORETYPE', 'OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS'])
    delete environment[name]
  const child = spawn(pythonOf(rival.environment), [`${folder}/${rival.script}`], {
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  // A write to a process that has ended is reported by the read that follows it.
  child.stdin.on('error', () => {})
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const read = async <T>(): Promise<T> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`the rival ${rival.script} ended before it answered`)
    const answer = JSON.parse(value)
    if (answer.error !== undefined) throw new Error(`the rival ${rival.script}: ${answer.error}`)
    return answer
  }
  return {
    versions: await read<Record<string, string>>(),
    measure(name, seconds) {
      child.stdin.write(`${JSON.stringify({ case: name, seconds })}\n`)
      return read<Measurement>()
    },
    close() {
      child.stdin.end()
      return ended
    },
  }
}
