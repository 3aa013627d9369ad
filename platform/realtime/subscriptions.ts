import type { Redis } from 'ioredis'

type Handler = (message: string) => void

interface Heard {
  readonly handlers: Set<Handler>
  /** Resolves when Redis has confirmed, or could not be asked. */
  ready: Promise<void>
}

/**
 * What one node hears from Redis, each channel once however many listen. Messages come in the order in which Redis got
 * them, whatever their channels: all are on one connection.
 */
export class Subscriptions {
  readonly #heard = new Map<string, Heard>()

  constructor(readonly redis: Redis) {
    redis.on('message', (channel: string, message: string) => {
      const heard = this.#heard.get(channel)
      // Left over from before a reconnect.
      if (heard === undefined) void redis.unsubscribe(channel).catch(() => undefined)
      else for (const handler of heard.handlers) handler(message)
    })
    redis.on('ready', () => {
      for (const [channel, heard] of this.#heard) heard.ready = this.#ask(channel)
    })
  }

  /** Hears a channel until the returned function is called. The handler must not throw. */
  add(channel: string, handler: Handler): () => void {
    let heard = this.#heard.get(channel)
    if (heard === undefined) {
      heard = { handlers: new Set(), ready: this.#ask(channel) }
      this.#heard.set(channel, heard)
    }
    const { handlers } = heard
    handlers.add(handler)
    return () => {
      handlers.delete(handler)
      if (handlers.size > 0 || this.#heard.get(channel)?.handlers !== handlers) return
      this.#heard.delete(channel)
      void this.redis.unsubscribe(channel).catch(() => undefined)
    }
  }

  /** Resolves when whatever is published to the channel from now on is heard, or when Redis is away. */
  async ready(channel: string): Promise<void> {
    await this.#heard.get(channel)?.ready
  }

  async #ask(channel: string): Promise<void> {
    await this.redis.subscribe(channel).catch(() => undefined)
  }
}
