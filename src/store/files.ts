import { existsSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { link, mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { messageOf, UserError } from '../model/errors.js'

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file of that name is in the way',
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder, not a file',
  ENAMETOOLONG: 'the name is too long',
}

const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

/** Why the file system refused, in words. */
export function refusal(error: unknown): string {
  return words[codeOf(error)] ?? messageOf(error)
}

export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT'

/** An error that names the path which could not be written. */
export function notWritable(path: string, error: unknown): UserError {
  return new UserError(`Cannot write to ${path}: ${refusal(error)}.`, {
    hint: 'Choose a path that you may write to, or free it.',
    reason: 'not_writable',
    cause: error,
  })
}

/** Makes a folder and what is missing above it, one by one: Node's own recursion never ends where the kernel says ENOENT, as below /proc. */
async function makeFolder(folder: string, retried = false): Promise<string | undefined> {
  try {
    await mkdir(folder)
    return folder
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    if (!isMissing(error)) throw error
    if (existsSync(dirname(folder))) {
      // Another command made it at this moment; or the kernel will never have it.
      if (retried) throw error
      return makeFolder(folder, true)
    }
    const above = await makeFolder(dirname(folder))
    const own = await makeFolder(folder)
    return above ?? own
  }
}

/** Removes a folder and those above it up to `top`, as long as nobody has put anything into them meanwhile. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) return
    throw error
  }
  if (folder !== top) await removeEmpty(dirname(folder), top)
}

/**
 * Proves that files can be made in a folder, which need not exist yet, and leaves nothing behind. Asked before a long run, so
 * that it is not found out at its end. Throws a UserError that names the folder.
 */
export async function assertWritable(folder: string): Promise<void> {
  const probe = join(folder, `.writable-${process.pid}`)
  let made: string | undefined
  try {
    made = await makeFolder(resolve(folder))
    await writeFile(probe, 'x', { flag: 'w' })
  } catch (error) {
    throw notWritable(folder, error)
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
    if (made !== undefined) await removeEmpty(resolve(folder), made).catch(() => undefined)
  }
}

let written = 0
const beside = (path: string): string => `${path}.${process.pid}-${(written += 1)}.tmp`

/** Replaces a file as a whole: a reader sees the old text or the new one, never a part. Makes its folder. */
export async function writeAtomic(path: string, text: string): Promise<void> {
  const fresh = beside(path)
  try {
    await makeFolder(dirname(path))
    await writeFile(fresh, text)
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined)
    throw notWritable(path, error)
  }
}

/**
 * As `writeAtomic`, for a file that must not be there yet: false when it is, also when another process was first, and nothing is changed.
 */
export async function writeNew(path: string, text: string): Promise<boolean> {
  const fresh = beside(path)
  try {
    await makeFolder(dirname(path))
    await writeFile(fresh, text)
    // Unlike a rename, a link is refused where a file lies.
    await link(fresh, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && existsSync(path)) return false
    throw notWritable(path, error)
  } finally {
    await rm(fresh, { force: true }).catch(() => undefined)
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It was never made, or the file system refuses everything.
  }
}

/** As `writeAtomic`, for the last moment of a process. The folder must exist. */
export function writeAtomicSync(path: string, text: string): void {
  const fresh = beside(path)
  try {
    writeFileSync(fresh, text)
    renameSync(fresh, path)
  } catch (error) {
    unlinkQuietly(fresh)
    throw notWritable(path, error)
  }
}
