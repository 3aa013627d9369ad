import type { App } from '../kernel.js'
import { keys } from '../redis/keys.js'

const dayS = 86_400

/**
 * The reply that this provider event was given, if it was given one; else the event is marked as being worked on. Two
 * deliveries at once both pass: the checkout's row decides between them.
 */
export async function claimWebhook(app: App, provider: string, eventId: string): Promise<string | undefined> {
  const hot = app.cache.webhooks.get(eventId)
  if (hot !== undefined) return hot
  const claimed = await app.redis.set(keys.webhook(eventId), 'processing', 'EX', dayS, 'NX').catch(() => null)
  app.metrics.lookup('webhook_cache', 'redis', claimed === null)
  return claimed === null ? earlierReply(app, provider, eventId) : undefined
}

async function earlierReply(app: App, provider: string, eventId: string): Promise<string | undefined> {
  const [row] = await app.pg.query<{ reply: string | null }>(
    'SELECT reply FROM transactions WHERE provider = $1 AND provider_transaction_id = $2',
    [provider, eventId],
  )
  return row?.reply ?? undefined
}

/** Remembers what became of a provider event. */
export async function markWebhook(
  app: App,
  eventId: string,
  state: 'completed' | 'failed',
  reply: string | undefined,
): Promise<void> {
  if (reply !== undefined) app.cache.webhooks.set(eventId, reply)
  await app.redis.set(keys.webhook(eventId), state, 'EX', dayS).catch(() => null)
}
