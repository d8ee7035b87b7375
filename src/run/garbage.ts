import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ioError, readManifest } from '../core/index.ts'
import { type AddressedStep, createAddresser } from './address.ts'
import { claimEntry } from './claim.ts'
import { isComplete, manifestFile } from './entry.ts'
import type { Step } from './step.ts'

/**
 * Removes from a cache what killed runs have left behind and nobody will use and, if steps to `keep` are given, every outcome and checkpoint
 * that is not of these or of steps that they come after. What a live process works on stays, and so does all that is not
 * the cache's own. Gives the names of what was removed.
 *
 * @throws `io` if the cache can't be read or changed.
 */
export async function collectGarbage(
  cache: string,
  { keep }: { readonly keep?: readonly Step[] } = {},
): Promise<string[]> {
  const kept = keep && (await entriesOf(keep))
  const removed: string[] = []
  try {
    for (const name of (await readdir(cache)).sort()) {
      const [, hidden, kind] = /^\.([\w-]+-[0-9a-f]{20})\.(?:.*\.)?(claim|partial|scratch)$/.exec(name) ?? []
      const entry = hidden ?? name
      const isKept = kept === undefined || kept.has(entry)
      const isWanted = isKept && (kind === undefined || (kind === 'scratch' && !isComplete(cache, entry)))
      if (isWanted || (hidden === undefined && !(await isOutcome(join(cache, name))))) continue
      const claim = await claimEntry(cache, entry)
      if (claim === undefined) continue
      await rm(join(cache, name), { recursive: true, force: true }).finally(claim.release)
      removed.push(name)
    }
  } catch (cause) {
    throw ioError('run.collectGarbage', 'use', cache, cause)
  }
  return removed
}

/** Whether a folder is a step's outcome and not something that was put into the cache. */
const isOutcome = async (folder: string): Promise<boolean> =>
  /-[0-9a-f]{20}$/.test(folder) &&
  readManifest(join(folder, manifestFile)).then(
    () => true,
    () => false,
  )

async function entriesOf(steps: readonly Step[]): Promise<Set<string>> {
  const addressOf = createAddresser()
  const entries = new Set<string>()
  const visit = ({ entry, after }: AddressedStep): void => {
    if (entries.has(entry)) return
    entries.add(entry)
    for (const earlier of Object.values(after)) visit(earlier)
  }
  for (const step of steps) visit(await addressOf(step))
  return entries
}
