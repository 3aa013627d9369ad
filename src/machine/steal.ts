import { setTimeout as sleep } from 'node:timers/promises'
import { readMachine, useBetween } from './use.js'

/**
 * Share of all cores' time, 0 to 1, that the hypervisor gives to other machines, seen for so many milliseconds; undefined where the kernel
 * does not tell. Of cores that sleep nothing is taken: they must be kept awake meanwhile.
 */
export async function stealNow(milliseconds: number, signal: AbortSignal): Promise<number | undefined> {
  const before = readMachine()
  const begun = performance.now()
  await sleep(milliseconds, undefined, { signal })
  return useBetween(before, readMachine(), (performance.now() - begun) * 1_000).steal
}
