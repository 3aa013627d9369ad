import pg from 'pg'
import type { Fault } from '../kernel.js'
import { startLoop } from './loop.js'
import { positive, readValue } from './value.js'

interface Rhythm {
  readonly heldMs: number
  readonly restMs: number
}

function read(value: string): Rhythm | undefined {
  const words = value.split(':')
  const [heldMs, restMs] = words.map((word) => positive(word, 10_000))
  return words.length === 2 && heldMs !== undefined && restMs !== undefined ? { heldMs, restMs } : undefined
}

export const lockContention: Fault = {
  name: 'lock-contention',
  summary:
    'A maintenance job locks the seats table for HELD ms, rests REST ms, and so on: reserve and payment wait',
  example: 'lock-contention=25:25',
  value: { accepted: 'HELD_MS:REST_MS, such as 25:25', usual: '25:25' },
  plant: async (app, value) => {
    const { heldMs, restMs } = readValue(lockContention, value, read)
    // A connection of its own: the pool's are for those who wait.
    const client = new pg.Client({ connectionString: app.pg.pool.options.connectionString })
    client.on('error', () => undefined)
    await client.connect()
    const round = `BEGIN; LOCK TABLE seats IN SHARE ROW EXCLUSIVE MODE; SELECT pg_sleep(${heldMs / 1000}); COMMIT`
    const stop = startLoop('lock-contention', restMs, async () => {
      await client.query(round)
    })
    return async () => {
      await stop()
      await client.end()
    }
  },
}
