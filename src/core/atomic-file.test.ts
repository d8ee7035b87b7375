import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FileContent, writeFileAtomically } from './atomic-file.ts'
import { QuadrupoleError } from './errors.ts'
import { processMark } from './process-mark.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const failure = async (path: string, content: FileContent = 'new'): Promise<QuadrupoleError> => {
  const error = await writeFileAtomically(path, content).then(
    () => new Error('it was written'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof QuadrupoleError)) throw error
  expect(error.code).toBe('io')
  return error
}

describe('writeFileAtomically', () => {
  it('writes text, bytes and what a writer makes, and leaves nothing else', async () => {
    await writeFileAtomically(join(folder, 'text'), 'α')
    await writeFileAtomically(join(folder, 'bytes'), new Uint8Array([1, 2]))
    await writeFileAtomically(join(folder, 'made'), path => writeFile(path, 'made'))
    expect(await readFile(join(folder, 'text'), 'utf8')).toBe('α')
    expect([...(await readFile(join(folder, 'bytes')))]).toEqual([1, 2])
    expect(await readFile(join(folder, 'made'), 'utf8')).toBe('made')
    expect((await readdir(folder)).sort()).toEqual(['bytes', 'made', 'text'])
  })

  it('shows the old content until the new one is whole', async () => {
    const path = join(folder, 'x')
    await writeFile(path, 'old')
    await writeFileAtomically(path, async temporary => {
      await writeFile(temporary, 'ne')
      expect(await readFile(path, 'utf8')).toBe('old')
      await writeFile(temporary, 'new')
    })
    expect(await readFile(path, 'utf8')).toBe('new')
  })

  it('keeps the permissions of a file it replaces, and a link to it', async () => {
    const path = join(folder, 'x')
    await writeFile(path, 'old')
    await chmod(path, 0o640)
    await symlink(path, join(folder, 'link'))
    await writeFileAtomically(join(folder, 'link'), 'new')
    expect(await readFile(path, 'utf8')).toBe('new')
    expect((await stat(path)).mode & 0o777).toBe(0o640)
    expect((await readdir(folder)).sort()).toEqual(['link', 'x'])
  })

  it('leaves the old file and no other when the writer fails, whose error comes as it is', async () => {
    const path = join(folder, 'x')
    await writeFile(path, 'old')
    const thrown = new RangeError('half-way')
    const writing = writeFileAtomically(path, async temporary => {
      await writeFile(temporary, 'half')
      throw thrown
    })
    await expect(writing).rejects.toBe(thrown)
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['x'])
  })

  it('removes what killed processes have left in the folder, and nothing of those that run', async () => {
    const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e'
    const mark = await processMark()
    const [host] = mark.split('.')
    const ended = [`.a.${host}.999999999.7.${uuid}.partial`, `.b.txt.${host}.${process.pid}.7.${uuid}.partial`]
    const old = `.c.elsewhere.1.7.${uuid}.partial`
    const kept = [`.d.${mark}.${uuid}.partial`, `.e.elsewhere.1.7.${uuid}.partial`, `.f.${uuid}.partial`, 'g.partial']
    for (const name of [...ended, old, ...kept]) await writeFile(join(folder, name), 'half')
    await utimes(join(folder, old), 0, Date.now() / 1000 - 2 * 86_400)
    await writeFileAtomically(join(folder, 'x'), 'new')
    expect((await readdir(folder)).sort()).toEqual([...kept, 'x'])
  })

  it('takes names as long as the file system does', async () => {
    const name = 'n'.repeat(255)
    for (const long of [name, '名'.repeat(85)]) {
      await writeFileAtomically(join(folder, long), 'x')
      expect(await readdir(folder)).toEqual([long])
      await rm(join(folder, long))
    }
    await writeFileAtomically(join(folder, name), 'x')
    expect((await failure(join(folder, `${name}n`))).message).toMatch(/the name is too long; choose a shorter one/)
    expect(await readdir(folder)).toEqual([name])
  })
})

describe('the io error of writeFileAtomically', () => {
  it('says that the folder is missing', async () => {
    const path = join(folder, 'missing', 'x')
    const error = await failure(path)
    expect(error.message).toBe(
      `core.writeFileAtomically: can't write ${path}: the folder ${join(folder, 'missing')} does not exist; create it first`,
    )
    expect(error.details).toEqual({ path, code: 'ENOENT' })
    expect(error.cause).toMatchObject({ code: 'ENOENT' })
  })

  it('says that the path is a folder, or that a part of it is a file', async () => {
    await mkdir(join(folder, 'sub'))
    expect((await failure(join(folder, 'sub'))).message).toMatch(/it is a folder; give the path of a file/)
    await writeFile(join(folder, 'file'), '')
    expect((await failure(join(folder, 'file', 'x'))).message).toMatch(/a part of the path is a file/)
    expect((await readdir(folder)).sort()).toEqual(['file', 'sub'])
  })

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full', async () => {
    const error = await failure(join(folder, 'x'), async temporary => {
      await writeFile(temporary, 'half')
      await writeFile('/dev/full', 'no room here')
    })
    expect(error.message).toMatch(/can't write .*x: the disk is full; free space/)
    expect(await readdir(folder)).toEqual([])
  })

  it.skipIf(process.getuid === undefined)('says that permission is denied', async () => {
    // Root may write anywhere, so it becomes nobody for the time of the call.
    const isRoot = process.getuid!() === 0
    await chmod(folder, 0o555)
    if (isRoot) process.seteuid!(65534)
    try {
      expect((await failure(join(folder, 'x'))).message).toMatch(/permission denied; change its permissions/)
    } finally {
      if (isRoot) process.seteuid!(0)
      await chmod(folder, 0o755)
    }
  })

  it('names the other file that a writer could not use, and a writer that made none', async () => {
    const other = join(folder, 'other')
    const reading = await failure(join(folder, 'x'), async () => {
      await readFile(other)
    })
    expect(reading.message).toBe(
      `core.writeFileAtomically: the writer: can't use ${other}: no such file or folder; check the path`,
    )
    expect((await failure(join(folder, 'x'), () => {})).message).toMatch(/the writer made no file/)
  })
})
