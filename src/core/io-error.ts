import { QuadrupoleError } from './errors.ts'

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free space or choose another disk',
  EDQUOT: 'the disk quota is used up; free space or choose another disk',
  EACCES: 'permission denied; change its permissions or choose another path',
  EPERM: 'not permitted; change its permissions or choose another path',
  EROFS: 'the file system is read-only; choose another path',
  ENOENT: 'no such file or folder; check the path',
  ENOTDIR: 'a part of the path is a file, not a folder; check the path',
  EISDIR: 'it is a folder; give the path of a file',
  ENAMETOOLONG: 'the name is too long; choose a shorter one',
  EMFILE: 'too many files are open; close some or raise the limit (ulimit -n)',
  ENFILE: 'too many files are open on this machine; close some',
  EIO: 'the device failed; check the disk or the network mount',
}

/** Whether a thrown value comes from the operating system. */
export function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException & { readonly code: string } {
  return thrown instanceof Error && 'syscall' in thrown && 'code' in thrown && typeof thrown.code === 'string'
}

/**
 * The `io` error for an operation on a file that failed: `core.readManifest: can't read /data/run.json: no such file or
 * folder; check the path`. `remedy` replaces the general advice for the system's code.
 */
export function ioError(
  where: string,
  action: 'read' | 'write' | 'use',
  path: string,
  cause: unknown,
  remedy?: string,
): QuadrupoleError {
  const code = isSystemError(cause) ? cause.code : undefined
  const advice = remedy ?? remedies[code ?? ''] ?? (cause instanceof Error ? cause.message : String(cause))
  return new QuadrupoleError('io', `${where}: can't ${action} ${path}: ${advice}`, {
    cause,
    details: { path, ...(code !== undefined && { code }) },
  })
}
