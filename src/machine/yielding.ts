import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'

/**
 * Lets the thread that keeps time go before the others of this process, the compilers and collectors of V8: on one core they would hold
 * it up for milliseconds. Linux; elsewhere nothing changes.
 */
export function yieldToMainThread(): void {
  try {
    for (const thread of readdirSync('/proc/self/task').map(Number))
      if (thread !== process.pid) setPriority(thread, 19)
  } catch {
    // Threads have no priority of their own here.
  }
}
