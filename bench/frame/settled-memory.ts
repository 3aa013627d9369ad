import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Memory of this process, bytes: what is resident, and what its JavaScript holds with its buffers. */
export interface Memory {
  readonly pid: number
  readonly rss: number
  readonly held: number
}

/** Reads the memory of this process once it is at rest and all garbage is collected; takes some 2 s. */
export async function settledMemory(): Promise<Memory> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('this Node.js has no collector that can be asked for')
  // After a while without work the collector gives free pages back, too.
  for (let times = 0; times < 4; times += 1) {
    await sleep(500)
    collect()
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { pid: process.pid, rss, held: heapUsed + external }
}
