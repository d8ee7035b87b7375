import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeManifest } from '../core/index.ts'
import type { AddressedStep } from './address.ts'

/** The file of an entry that says what made it. It is written last, into a folder that gets its name after that. */
export const manifestFile = 'manifest.json'

/** Whether a cache folder holds a complete entry. */
export const isComplete = (cache: string, entry: string): boolean => existsSync(join(cache, entry, manifestFile))

/** The folder for what a step keeps between runs that were killed. */
export async function scratchOf(cache: string, entry: string): Promise<string> {
  const folder = join(cache, `.${entry}.scratch`)
  await mkdir(folder, { recursive: true })
  return folder
}

/** Has an entry made in a fresh folder, which then appears in the cache whole. The caller must have the claim. */
export async function makeEntry(
  cache: string,
  { entry, manifest }: AddressedStep,
  make: (folder: string) => Promise<void> | void,
): Promise<void> {
  await removeRemains(cache, entry)
  const folder = join(cache, `.${entry}.${randomUUID()}.partial`)
  await mkdir(folder)
  try {
    await make(folder)
    await writeManifest(join(folder, manifestFile), manifest)
    await flushBelow(folder)
    await rename(folder, join(cache, entry))
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  await rm(join(cache, `.${entry}.scratch`), { recursive: true, force: true })
}

/** Removes what killed runs have left of an entry, but for its scratch. */
async function removeRemains(cache: string, entry: string): Promise<void> {
  for (const name of await readdir(cache))
    if (name.startsWith(`.${entry}.`) && name.endsWith('.partial')) await rm(join(cache, name), { recursive: true })
  await rm(join(cache, entry), { recursive: true, force: true })
}

/** Sees to it that a folder that is whole after its renaming is so after a power cut too. */
async function flushBelow(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = await open(join(entry.parentPath, entry.name), 'r+')
    await file.sync().finally(() => file.close())
  }
}
