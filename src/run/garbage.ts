import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ioError, readManifest } from '../core/index.ts'
import { type AddressedStep, createAddresser } from './address.ts'
import { claimEntry } from './claim.ts'
import { manifestFile } from './entry.ts'
import type { Step } from './step.ts'

/**
 * Removes from a cache what killed runs have left behind and, if steps to `keep` are given, every outcome and checkpoint
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
      const [, entry, kind] = /^\.([\w-]+-[0-9a-f]{20})\.(?:.*\.)?(partial|scratch)$/.exec(name) ?? []
      const isOurs = entry !== undefined || (/-[0-9a-f]{20}$/.test(name) && (await isOutcome(join(cache, name))))
      const isWanted = kind !== 'partial' && (kept === undefined || kept.has(entry ?? name))
      if (!isOurs || isWanted) continue
      const claim = await claimEntry(cache, entry ?? name)
      if (claim === undefined) continue
      await rm(join(cache, name), { recursive: true, force: true }).finally(claim.release)
      removed.push(name)
    }
  } catch (cause) {
    throw ioError('run.collectGarbage', 'use', cache, cause)
  }
  return removed
}

const isOutcome = (folder: string): Promise<boolean> =>
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
