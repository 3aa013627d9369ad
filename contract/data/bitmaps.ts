import type { RedisStore, TruthTools } from 'vge-perf'

/** The bitmap of every event that `prepare` made; empty where Redis has none. */
export async function createdBitmaps(
  tools: TruthTools & { readonly redis: RedisStore },
): Promise<readonly { readonly event: string; readonly bits: Buffer }[]> {
  return Promise.all(
    (tools.dataset.events ?? []).map(async ({ id: event = '', organization = '' }) => ({
      event: String(event),
      bits:
        (await tools.redis.buffer('GET', tools.key('bitmap', { organization, event }))) ?? Buffer.alloc(0),
    })),
  )
}
