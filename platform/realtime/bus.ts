import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { messageOf } from '../errors.js'
import type { Seams } from '../kernel.js'
import { complain } from '../log.js'
import type { Metrics } from '../metrics.js'
import { keys } from '../redis/keys.js'
import { readEnvelope, writeEnvelope } from './envelope.js'
import { microsOf, nowMicros } from './instant.js'
import type { Announcement, Bus, DomainEvent, Listener, Place, Seating } from './kernel.js'
import { countLost } from './lost.js'
import type { Subscriptions } from './subscriptions.js'

interface Audience extends Place {
  readonly listeners: Set<Listener>
  readonly end: () => void
}

const roundTripMs = 2_000

const broadcasts = 'voelgoedevents_pubsub_broadcasts_total'
const seatEvents = ['seat_held', 'seat_released', 'seat_sold']

/**
 * The bus over Redis pub/sub, one channel a tenant's event. Redis keeps the order in which it was told to publish, and
 * this node hears everything on one connection; so all nodes hear one order. A seat's changes are published in the
 * order of its versions because a change is published by the very script that frees the seat's lock, or before the
 * reply to the request without which the next change cannot be asked for.
 */
export class RedisBus implements Bus {
  readonly #audiences = new Map<string, Audience>()
  readonly #pulse: string
  readonly #awaited = new Map<string, () => void>()

  constructor(
    readonly redis: Redis,
    readonly subscriptions: Subscriptions,
    readonly metrics: Metrics,
    readonly seams: Seams,
  ) {
    // Counted from zero: a series that is missing says nothing.
    for (const event of seatEvents) metrics.count(broadcasts, `event="${event}"`, 0)
    this.#pulse = keys.pulse(randomUUID())
    subscriptions.add(this.#pulse, (nonce) => this.#awaited.get(nonce)?.())
  }

  announce(event: DomainEvent, seating?: Seating): Announcement | undefined {
    const told = this.seams.outgoing(event)
    if (told === undefined) return undefined
    this.metrics.count(broadcasts, `event="${event.event}"`)
    return { channel: keys.events(told.organizationId, told.eventId), rest: writeEnvelope(told, seating) }
  }

  async publish(event: DomainEvent): Promise<void> {
    const announcement = this.announce(event)
    if (announcement === undefined) return
    await this.redis
      .publish(announcement.channel, `{${announcement.rest}`)
      .catch(() => countLost(this.metrics))
  }

  subscribe(organizationId: string, eventId: string, listener: Listener): () => void {
    const channel = keys.events(organizationId, eventId)
    let audience = this.#audiences.get(channel)
    if (audience === undefined) {
      const end = this.subscriptions.add(channel, (message) => this.#receive(message))
      audience = { organizationId, eventId, listeners: new Set(), end }
      this.#audiences.set(channel, audience)
    }
    const { listeners, end } = audience
    // The same function may listen twice.
    const mine: Listener = (event) => listener(event)
    listeners.add(mine)
    this.metrics.level('voelgoedevents_pubsub_subscribers', '', 1)
    return () => {
      if (!listeners.delete(mine)) return
      this.metrics.level('voelgoedevents_pubsub_subscribers', '', -1)
      if (listeners.size > 0) return
      this.#audiences.delete(channel)
      end()
    }
  }

  ready(organizationId: string, eventId: string): Promise<void> {
    return this.subscriptions.ready(keys.events(organizationId, eventId))
  }

  heard(): readonly Place[] {
    return [...this.#audiences.values()]
  }

  async roundTrip(): Promise<void> {
    const nonce = randomUUID()
    let timer: NodeJS.Timeout | undefined
    const back = new Promise<void>((resolve, reject) => {
      this.#awaited.set(nonce, resolve)
      timer = setTimeout(() => reject(new Error('the message did not come back')), roundTripMs)
    })
    try {
      await Promise.all([this.redis.publish(this.#pulse, nonce), back])
    } finally {
      clearTimeout(timer)
      this.#awaited.delete(nonce)
    }
  }

  #receive(message: string): void {
    const event = readEnvelope(message)
    if (event === undefined) {
      this.metrics.count('voelgoedevents_pubsub_malformed_total')
      return
    }
    this.metrics.count('voelgoedevents_pubsub_received_total')
    this.metrics.count('voelgoedevents_pubsub_payload_bytes_total', '', message.length)
    const hooks = [...this.seams.broadcasts]
    const pass = (at: number, one: DomainEvent): void => {
      const hook = hooks[at]
      if (hook === undefined) this.#deliver(one)
      else hook(one, (next) => pass(at + 1, next))
    }
    pass(0, event)
  }

  #deliver(event: DomainEvent): void {
    const audience = this.#audiences.get(keys.events(event.organizationId, event.eventId))
    if (audience === undefined) return
    for (const listener of audience.listeners) {
      try {
        listener(event)
      } catch (error) {
        this.metrics.count('voelgoedevents_pubsub_listener_failures_total')
        complain(`A listener failed at ${event.event}: ${messageOf(error)}`)
      }
    }
    this.metrics.count('voelgoedevents_pubsub_deliveries_total', '', audience.listeners.size)
    const { timestamp } = event.payload
    const committed = typeof timestamp === 'string' ? microsOf(timestamp) : NaN
    if (!Number.isNaN(committed))
      this.metrics.observe(
        'voelgoedevents_pubsub_latency_seconds',
        `domain="${event.domain}"`,
        (nowMicros() - committed) / 1_000_000,
      )
  }
}
