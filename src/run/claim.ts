import { randomUUID } from 'node:crypto'
import { appendFile, constants, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isProcessAlive, processMark, processMarkPattern } from '../core/index.ts'

/** The right to make an entry of a cache, until it is released or its process ends. */
export interface Claim {
  release(): Promise<void>
}

const beat = 10_000
const deadAfter = 120_000
/** Not to make the file anew when it was just removed. */
const beatFlag = constants.O_WRONLY | constants.O_APPEND
const claimName = new RegExp(String.raw`^\.([\w-]+)\.(${processMarkPattern})\.[\w-]+\.claim$`)

/**
 * Claims an entry of a cache folder, or gives nothing if a live process has it.
 *
 * A claim is an empty file of a name that is never used twice, which tells the entry and the process. Who has created one
 * and then sees no other of a live process has the entry; who sees another takes its own away and may try again. Since
 * each is created before its owner looks, two can't both see none. Claims of dead processes count for nothing and are
 * removed. A process of this machine is known to be dead at once, one of another when its file has not changed for two
 * minutes, which needs clocks that agree to a minute.
 */
export async function claimEntry(folder: string, entry: string): Promise<Claim | undefined> {
  if (await isClaimed(folder, entry)) return undefined
  const name = `.${entry}.${await processMark()}.${randomUUID()}.claim`
  const path = join(folder, name)
  await writeFile(path, '', { flag: 'wx' })
  const heart = setInterval(() => void appendFile(path, '.', { flag: beatFlag }).catch(() => undefined), beat).unref()
  const release = async (): Promise<void> => {
    clearInterval(heart)
    await rm(path, { force: true })
  }
  if (!(await isClaimed(folder, entry, name))) return { release }
  await release()
  return undefined
}

/** Whether a live process has an entry; removes claims of dead ones. */
async function isClaimed(folder: string, entry: string, except?: string): Promise<boolean> {
  const names = (await readdir(folder)).filter(name => name.startsWith(`.${entry}.`) && name !== except)
  for (const name of names) {
    const [, claimed, mark] = claimName.exec(name) ?? []
    if (claimed !== entry) continue
    if ((await isProcessAlive(mark!)) ?? (await isBeating(join(folder, name)))) return true
    await rm(join(folder, name), { force: true })
  }
  return false
}

async function isBeating(path: string): Promise<boolean> {
  const file = await stat(path).catch(() => undefined)
  return file !== undefined && Date.now() - file.mtimeMs < deadAfter
}
