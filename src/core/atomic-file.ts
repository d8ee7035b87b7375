import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { QuadrupoleError } from './errors.ts'
import { ioError, isSystemError } from './io-error.ts'
import { isProcessAlive, processMark, processMarkPattern } from './process-mark.ts'

/** What a file is to hold, or a function that makes the whole file at the path it is given. */
export type FileContent = string | Uint8Array | ((temporaryPath: string) => Promise<void> | void)

/**
 * Writes a file so that its path never shows a part of it: under a temporary name in the same folder, flushed to the
 * disk, then renamed. A failure leaves the old file as it was and no temporary one; those of processes that were killed are
 * removed from the folder with the next file that is written to it. A link's target is replaced, not the link, and
 * permissions of a file that is replaced are kept.
 *
 * @throws `io` naming the path and the remedy if the system refuses; whatever the writer throws, as it is.
 *
 * @example
 * await writeFileAtomically('report/summary.json', JSON.stringify(summary))
 * await writeFileAtomically('model.onnx', path => exportModel(model, path))
 */
export async function writeFileAtomically(path: string, content: FileContent): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path)
    const former = await stat(target).catch(() => undefined)
    if (former?.isDirectory())
      throw Object.assign(new Error(`${path} is a folder`), { code: 'EISDIR', syscall: 'open' })
    await removeLeftovers(dirname(target))
    const temporary = join(dirname(target), await temporaryName(basename(target)))
    try {
      if (typeof content === 'function') await runWriter(content, temporary)
      else await writeFile(temporary, content, { flag: 'wx' })
      if (former !== undefined) await chmod(temporary, former.mode)
      await flush(temporary)
      await rename(temporary, target)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
    await flushFolder(dirname(target))
  } catch (error) {
    if (!isSystemError(error)) throw error
    const isFolderMissing = error.code === 'ENOENT' && !existsSync(dirname(path))
    const remedy = isFolderMissing ? `the folder ${dirname(path)} does not exist; create it first` : undefined
    throw ioError('core.writeFileAtomically', 'write', path, error, remedy)
  }
}

async function runWriter(writer: (temporaryPath: string) => Promise<void> | void, temporary: string): Promise<void> {
  try {
    await writer(temporary)
  } catch (error) {
    // The system's refusal of another file, one that the writer reads, must not be told as one of this file.
    if (!isSystemError(error) || error.path === undefined || error.path === temporary) throw error
    throw ioError('core.writeFileAtomically: the writer', 'use', error.path, error)
  }
  if (!existsSync(temporary))
    throw new QuadrupoleError(
      'io',
      'core.writeFileAtomically: the writer made no file; it must write to the path it is given',
      { details: { temporary } },
    )
}

/** Hidden, unique, of a known process, and within the 255 bytes that file systems allow a name. */
async function temporaryName(name: string): Promise<string> {
  return `.${name.slice(0, 24)}.${await processMark()}.${randomUUID()}.partial`
}

const temporaryFile = new RegExp(String.raw`^\..+\.(${processMarkPattern})\.[\da-f-]{36}\.partial$`)

/** When temporary files of other machines' processes are taken for left behind, milliseconds: no write takes so long. */
const forsakenAfter = 86_400_000

/** Removes temporary files whose processes were killed, from a folder that may be listed. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, mark] = temporaryFile.exec(name) ?? []
    if (mark === undefined) continue
    const path = join(folder, name)
    if (!((await isProcessAlive(mark)) ?? (await isYoung(path)))) await rm(path, { force: true }).catch(() => undefined)
  }
}

async function isYoung(path: string): Promise<boolean> {
  const file = await stat(path).catch(() => undefined)
  return file !== undefined && Date.now() - file.mtimeMs < forsakenAfter
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the rename itself last through a power cut, where folders can be flushed; Windows and some mounts refuse. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}
