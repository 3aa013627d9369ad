import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'

/**
 * Lets the thread that keeps time go before the others of this process, the compilers and collectors of V8: on one core they would hold
 * it up for milliseconds. Linux; elsewhere nothing changes.
 */
export function yieldToMainThread(): void {
  for (const thread of threads()) {
    try {
      if (thread !== process.pid) setPriority(thread, 19)
    } catch {
      // It has ended meanwhile.
    }
  }
}

function threads(): readonly number[] {
  try {
    return readdirSync('/proc/self/task').map(Number)
  } catch {
    // Threads have no priority of their own here.
    return []
  }
}
