import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../errors.js'
import type { Undo } from '../kernel.js'

/** Runs `work` over and over, `restMs` milliseconds between; the result ends it and waits for the round that runs. */
export function startLoop(name: string, restMs: number, work: () => Promise<void>): Undo {
  const end = new AbortController()
  const run = async (): Promise<void> => {
    while (!end.signal.aborted) {
      try {
        await work()
      } catch (error) {
        if (!end.signal.aborted) process.stderr.write(`Fault ${name}: a round failed: ${messageOf(error)}\n`)
      }
      await sleep(restMs, undefined, { signal: end.signal }).catch(() => undefined)
    }
  }
  const running = run()
  return () => {
    end.abort()
    return running
  }
}
