import { chmodSync, readdirSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '../model/temporary.js'
import { isAlive } from '../machine/alive.js'

const prefix = 'vge-perf-run-'

/** Where Postgres listens below a run's folder. */
export const postgresSocket = join('postgres', '.s.PGSQL.5432')

/**
 * Makes the folder of one run. Its name tells whose it is: `vge-perf-run-<pid>-XXXXXX`.
 * For root its mode is 711, as Postgres runs in it under another account; else 700.
 * Throws `UserError` when it cannot be made.
 */
export function makeRunFolder(): string {
  const root = process.getuid?.() === 0
  const folder = temporaryFolder(base(root), `${prefix}${process.pid}-`)
  if (root) chmodSync(folder, 0o711)
  return folder
}

/**
 * Removes folders of runs whose tool *and* watchdog were killed. A folder whose Postgres answers belongs to a run in another
 * container that shares the temporary folder, where process numbers mean something else.
 */
export async function reapRunFolders(): Promise<void> {
  const parent = base(process.getuid?.() === 0)
  const left = readdirSync(parent).filter((name) => name.startsWith(prefix) && isOld(join(parent, name)))
  await Promise.all(
    left.map(async (name) => {
      const owner = Number(name.slice(prefix.length).split('-')[0])
      const folder = join(parent, name)
      if (isAlive(owner) || (await answers(join(folder, postgresSocket)))) return
      rmSync(folder, { recursive: true, force: true })
    }),
  )
}

/** A socket's path may have 107 bytes, and the account of Postgres must get in. */
function base(root: boolean): string {
  const folder = tmpdir()
  return folder.length <= 60 && (!root || othersMayPass(folder)) ? folder : '/tmp'
}

function othersMayPass(folder: string): boolean {
  const parent = dirname(folder)
  // One that is not there is told when a folder is to be made in it.
  const { mode } = statSync(folder, { throwIfNoEntry: false }) ?? { mode: 0o001 }
  return (mode & 0o001) !== 0 && (parent === folder || othersMayPass(parent))
}

function isOld(folder: string): boolean {
  try {
    const { mtimeMs, uid } = statSync(folder)
    return uid === process.getuid?.() && Date.now() - mtimeMs > 60_000
  } catch {
    return false
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket)
    const say = (yes: boolean): void => {
      probe.destroy()
      resolve(yes)
    }
    probe.once('connect', () => say(true))
    probe.once('error', () => say(false))
  })
}
