import type { RedisStore, TruthTools } from 'vge-perf'
import { eventsOf } from './made.js'

/** The bitmap of every event that `prepare` made; empty where Redis has none. */
export async function createdBitmaps(
  tools: TruthTools & { readonly redis: RedisStore },
): Promise<readonly { readonly event: string; readonly bits: Uint8Array }[]> {
  return Promise.all(
    eventsOf(tools.dataset).map(async ({ id: event = '', organization = '' }) => ({
      event: String(event),
      bits:
        (await tools.redis.buffer('GET', tools.key('bitmap', { organization, event }))) ?? new Uint8Array(),
    })),
  )
}
