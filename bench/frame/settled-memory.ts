import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Memory of this process, bytes: what is resident, and what its JavaScript holds with its buffers. */
export interface Memory {
  readonly pid: number
  readonly rss: number
  readonly held: number
}

/** Reads the memory of this process once it is at rest and all garbage is collected; takes some 8 s. */
export async function settledMemory(): Promise<Memory> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('this Node.js has no collector that can be asked for')
  collect()
  // Room for the young is given back by a collection that finds that little was allocated in the 5 s before it.
  await sleep(6_500)
  collect()
  await sleep(500)
  collect()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { pid: process.pid, rss, held: heapUsed + external }
}
