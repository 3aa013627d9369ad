import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { readMachine, useBetween } from './use.js'

const hop = promisify(randomBytes)

/**
 * Share of all cores' time, 0 to 1, that the hypervisor gives to other machines, seen for so many milliseconds; undefined where the kernel
 * does not tell. Two threads wake each other meanwhile: of an idle machine, and of one that only computes, little is taken.
 */
export async function stealNow(milliseconds: number): Promise<number | undefined> {
  const before = readMachine()
  const begun = performance.now()
  while (performance.now() - begun < milliseconds) await hop(1)
  return useBetween(before, readMachine(), (performance.now() - begun) * 1_000).steal
}
