import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'

const host = hostname()
  .slice(0, 64)
  .replaceAll(/[^\w-]/g, '_')

/**
 * A text for names of files that tells which process made them: machine, process number, and when it started, since numbers
 * are given again. Letters, digits, `_`, `-` and two dots.
 */
export async function processMark(): Promise<string> {
  return `${host}.${process.pid}.${(await startOf(process.pid)) ?? 0}`
}

/** What a mark looks like, for regular expressions. */
export const processMarkPattern = String.raw`[\w-]+\.\d+\.\d+`

/** Whether a marked process runs; undefined where it was another machine's, which only that one knows. */
export async function isProcessAlive(mark: string): Promise<boolean | undefined> {
  const [owner, pid, start] = mark.split('.')
  return owner === host ? (await startOf(Number(pid))) === Number(start) : undefined
}

/** When a live process started, in a unit of the system's, or 0 where that is not told; nothing of one that ended. */
async function startOf(pid: number): Promise<number | undefined> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined
  }
  if (process.platform !== 'linux') return 0
  // The fields after the name, which is in brackets and may hold anything: the state first, the start as the 20th.
  const fields = await readFile(`/proc/${pid}/stat`, 'utf8')
    .then(text => text.slice(text.lastIndexOf(')') + 2).split(' '))
    .catch(() => undefined)
  // A zombie has ended; nobody has asked for its exit status yet.
  return fields === undefined || fields[0] === 'Z' ? undefined : Number(fields[19])
}
