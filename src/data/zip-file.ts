import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { crc32, inflateRawSync } from 'node:zlib'
import { dataError } from './data-error.ts'

interface Member {
  readonly method: number
  readonly crc: number
  readonly compressedSize: number
  readonly size: number
  readonly headerOffset: number
}

/** A ZIP archive open for reading: members stay on disk until asked for. Close it after use. */
export interface ZipFile {
  readonly names: readonly string[]
  /**
   * A member's content, stored or deflated, its checksum verified.
   *
   * @throws `format`: `layout` for a member that is missing or packed in another way, `damaged` for wrong bytes.
   */
  read(name: string): Uint8Array
  close(): void
}

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const localSignature = 0x04034b50

/** Whether a file that begins with these bytes is a ZIP archive. */
export function hasZipSignature(header: Uint8Array): boolean {
  return header.length >= 4 && header[0] === 0x50 && header[1] === 0x4b && header[2] === 3 && header[3] === 4
}

/**
 * Opens a ZIP archive of up to 4 GiB (APPNOTE.TXT 6.3, sections 4.3 and 4.4).
 *
 * @throws `format`: `truncated` for one without its directory, `damaged` for one whose directory makes no sense.
 */
export function openZip(path: string): ZipFile {
  const descriptor = openSync(path, 'r')
  const readAt = (offset: number, length: number): Buffer => {
    const buffer = Buffer.alloc(length)
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset))
  }
  try {
    const members = readDirectory(path, fstatSync(descriptor).size, readAt)
    return {
      names: [...members.keys()],
      read: name => readMember(path, name, members, readAt),
      close: () => closeSync(descriptor),
    }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

type ReadAt = (offset: number, length: number) => Buffer

const damaged = (path: string, what: string): Error =>
  dataError('damaged', `data.openZip: ${path} is damaged: ${what}; fetch it again`)

function readDirectory(path: string, size: number, readAt: ReadAt): ReadonlyMap<string, Member> {
  // The end record is the last 22 bytes, and a comment of up to 65,535 behind them.
  const tail = readAt(Math.max(0, size - 65_557), Math.min(size, 65_557))
  let at = tail.length - 22
  while (at >= 0 && tail.readUInt32LE(at) !== endSignature) at--
  if (at < 0)
    throw dataError('truncated', `data.openZip: ${path} is truncated: its directory is missing; fetch it again`)
  const [count, length, offset] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)]
  if (offset === 0xffffffff || count === 0xffff)
    throw dataError('layout', `data.openZip: ${path} is larger than 4 GiB, which is not read; split it`)
  const directory = readAt(offset, length)
  const members = new Map<string, Member>()
  let entry = 0
  for (let i = 0; i < count; i++) {
    if (entry + 46 > directory.length || directory.readUInt32LE(entry) !== entrySignature)
      throw damaged(path, 'its directory makes no sense')
    const nameLength = directory.readUInt16LE(entry + 28)
    members.set(directory.toString('utf8', entry + 46, entry + 46 + nameLength), {
      method: directory.readUInt16LE(entry + 10),
      crc: directory.readUInt32LE(entry + 16),
      compressedSize: directory.readUInt32LE(entry + 20),
      size: directory.readUInt32LE(entry + 24),
      headerOffset: directory.readUInt32LE(entry + 42),
    })
    entry += 46 + nameLength + directory.readUInt16LE(entry + 30) + directory.readUInt16LE(entry + 32)
  }
  return members
}

function readMember(path: string, name: string, members: ReadonlyMap<string, Member>, readAt: ReadAt): Uint8Array {
  const member = members.get(name)
  if (member === undefined)
    throw dataError(
      'layout',
      `data.ZipFile.read: ${path} has no member ${name}; it holds ${[...members.keys()].join(', ')}`,
    )
  const { method, crc, compressedSize, size, headerOffset } = member
  const header = readAt(headerOffset, 30)
  if (header.length < 30 || header.readUInt32LE(0) !== localSignature)
    throw damaged(path, `${name} is not where it should be`)
  const packed = readAt(headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28), compressedSize)
  if (method !== 0 && method !== 8)
    throw dataError(
      'layout',
      `data.ZipFile.read: ${name} in ${path} is packed by method ${method}; expected stored or deflated`,
    )
  let content: Uint8Array = packed
  if (method === 8) {
    try {
      content = inflateRawSync(packed, { maxOutputLength: size + 1 })
    } catch (cause) {
      throw damaged(path, `${name} can't be unpacked (${cause instanceof Error ? cause.message : cause})`)
    }
  }
  if (content.length !== size || crc32(content) !== crc) throw damaged(path, `the checksum of ${name} is wrong`)
  return content
}
