import { rmSync } from 'node:fs'
import { type Child, type ChildSpec, startChild } from './process.js'
import { makeRunFolder, reapRunFolders } from './temp.js'
import { startWatchdog } from './watchdog.js'

/** One temporary folder and the processes that live on it: the table of all that must be gone afterwards. */
export interface Sandbox {
  readonly folder: string
  start(spec: ChildSpec): Child
  /** Ends what still runs, removes the folder. After it, or after our death by any signal, nothing is left. */
  close(): Promise<void>
}

/** Opens a sandbox, whose processes may use `cores` or all, after clearing what runs that were killed together with their watchdog left behind. */
export async function openSandbox(cores?: string): Promise<Sandbox> {
  await reapRunFolders()
  const folder = makeRunFolder()
  const watchdog = startWatchdog(folder)
  const children: Child[] = []
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()))
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    await watchdog.close()
  }
  return {
    folder,
    start: (spec) => {
      // A start that loses against an abort must not bring a process into a folder that is gone.
      if (closed) throw new Error(`${spec.name} was to start after everything was stopped`)
      const child = startChild(spec, watchdog, cores)
      children.push(child)
      return child
    },
    close: () => (closed ??= close()),
  }
}
