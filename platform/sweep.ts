import { afterRelease, releaseDue, type ReleasedRow } from './holds/release.js'
import { messageOf } from './errors.js'
import type { App } from './kernel.js'
import { complain } from './log.js'

const most = 500

const sweep = `WITH due AS (
    SELECT id FROM seat_holds WHERE status = 'active' AND held_until <= now()
    ORDER BY held_until LIMIT ${most} FOR UPDATE SKIP LOCKED
  ), ${releaseDue}`

/** Releases holds past their end, skipping those that another node or a payment has in hand. Returns how many. */
export async function sweepExpired(app: App): Promise<number> {
  let total = 0
  for (;;) {
    const rows = await app.pg.query<ReleasedRow>(sweep, ['expired', 'ttl_expired'])
    await afterRelease(app, rows)
    total += rows.length
    if (rows.length < most) return total
  }
}

/** Sweeps every `sweep_interval_ms` until the returned function is called; that resolves when no sweep runs. */
export function startSweep(app: App): () => Promise<void> {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  const once = async (): Promise<void> => {
    try {
      const swept = await app.seams.sweepExpired(app)
      if (swept > 0) app.metrics.count('voelgoedevents_seating_hold_expired_total', '', swept)
      app.metrics.count('voelgoedevents_reaper_runs_total')
    } catch (error) {
      app.metrics.count('voelgoedevents_reaper_failures_total')
      if (!stopped) complain(`The sweep of expired holds failed: ${messageOf(error)}`)
    }
    if (!stopped) next()
  }
  const next = (): void => {
    timer = setTimeout(() => {
      running = once()
    }, app.settings.sweep_interval_ms)
  }
  next()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await running
  }
}
