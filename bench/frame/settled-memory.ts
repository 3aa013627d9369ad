import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Memory of this process, bytes: what is resident, and what its JavaScript holds with its buffers. */
export interface Memory {
  readonly pid: number
  readonly rss: number
  readonly held: number
}

/**
 * Room that V8 keeps for the young is resident once it was used, for ten channels as for ten thousand: used up whole before each reading,
 * it is in all of them alike. Twice the largest such room, in objects that die at once.
 */
export function useRoomOfYoung(): void {
  const kept: number[][] = []
  for (let n = 0; n < 6_000_000; n += 1) kept[n % 1_000] = [n, n, n]
}

/** Reads the memory of this process once it is at rest and all garbage is collected, that of `atLast` too; takes about a second. */
export async function settledMemory(atLast: () => void = () => {}): Promise<Memory> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('this Node.js has no collector that can be asked for')
  collect()
  await sleep(500)
  atLast()
  collect()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { pid: process.pid, rss, held: heapUsed + external }
}
