import { QuadrupoleError } from '../../core/index.ts'
import { openStrain, type StrainFile } from '../../data/index.ts'

/** Files that are opened when they are read, the ones used last staying open. */
export interface OpenFiles {
  /** Calls a function, which must not keep the file, with the open file; throws what `openStrain` and the function do. */
  use<Value>(path: string, read: (file: StrainFile) => Value): Promise<Value>
  close(): void
}

interface Entry {
  readonly file: Promise<StrainFile>
  users: number
}

/** Keeps at most `limit` files open, but for those in use: a year of data has more files than a process may open. */
export function createOpenFiles(limit: number): OpenFiles {
  // In order of their last use.
  const entries = new Map<string, Entry>()
  let isClosed = false
  const drop = (path: string, { file }: Entry): void => {
    entries.delete(path)
    // Who asked for a file that does not open has been told.
    file.then(open => open.close()).catch(() => undefined)
  }
  const dropOld = (): void => {
    const idle = [...entries].filter(([, { users }]) => users === 0)
    const tooMany = isClosed ? idle.length : Math.max(0, entries.size - limit)
    for (const [path, entry] of idle.slice(0, tooMany)) drop(path, entry)
  }
  return {
    async use(path, read) {
      if (isClosed)
        throw new QuadrupoleError('disposed', `search.SearchStrain: ${path} is read after close; close it last`)
      const entry = entries.get(path) ?? { file: openStrain(path), users: 0 }
      entries.delete(path)
      entries.set(path, entry)
      entry.users++
      dropOld()
      try {
        return read(await entry.file)
      } finally {
        entry.users--
        dropOld()
      }
    },
    close() {
      isClosed = true
      dropOld()
    },
  }
}
