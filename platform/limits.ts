import type { App, Reply } from './kernel.js'
import { countInWindow, runScript } from './redis/scripts.js'

/**
 * Counts a call against a limit; a reply when the limit is reached. A limit of 0 is off. While the counters' store is
 * down everything passes, as outside production (contract §11).
 */
export async function limited(
  app: App,
  key: string,
  limit: number,
  windowS: number,
): Promise<Reply | undefined> {
  if (limit === 0) return undefined
  let count: unknown
  try {
    count = await runScript(app.redis, countInWindow, [key], [windowS])
  } catch {
    return undefined
  }
  return Number(count) <= limit ? undefined : tooMany(windowS)
}

export function tooMany(windowS: number): Reply {
  return {
    status: 429,
    body: { error: 'rate_limited', message: 'Too Many Requests', retry_after: windowS },
    headers: { 'retry-after': String(windowS), 'cache-control': 'no-store' },
  }
}
