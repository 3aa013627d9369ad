import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * One temporary folder for all that the tests make, removed with whatever is left in it: a worker is ended before its
 * `exit` handlers run. Its name is short, since sockets with their paths of 107 bytes at most are made in it.
 */
export default function temporary(): () => void {
  const before = process.env.TMPDIR
  const folder = mkdtempSync(join(tmpdir(), 'vge-t-'))
  // Like the system's own: some tests run programs as another user.
  chmodSync(folder, 0o1777)
  process.env.TMPDIR = folder
  return () => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
