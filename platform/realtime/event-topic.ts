import { findEvent } from '../catalogue.js'
import type { App, UserCaller } from '../kernel.js'
import { isDomain } from './envelope.js'
import { broadcastFrame } from './frames.js'
import { isoMicros, nowMicros } from './instant.js'
import type { Domain, DomainEvent, Frame, JoinAttempt, Joined, Place, TopicHandler } from './kernel.js'

const id = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'
const pattern = new RegExp(`^org:${id}:event:${id}:([a-z]+)$`)

function readTopic(topic: string): (Place & { readonly domain: Domain }) | undefined {
  const [, organizationId, eventId, domain] = pattern.exec(topic) ?? []
  if (organizationId === undefined || eventId === undefined || !isDomain(domain)) return undefined
  return { organizationId, eventId, domain }
}

const staff: ReadonlySet<string> = new Set(['owner', 'admin', 'staff'])
const gate: ReadonlySet<string> = new Set([...staff, 'scanner_only'])

/** Who may listen to what (C19): seats are everybody's; a ticket's code opens a gate, and is for those who work there. */
const admits: Readonly<Record<Domain, (role: string) => boolean>> = {
  seating: () => true,
  ticketing: (role) => staff.has(role),
  scanning: (role) => gate.has(role),
}

/** An event's frame on its wire channel, made once for all who get it. */
const frames = new WeakMap<DomainEvent, Frame>()

function frameOf(event: DomainEvent): Frame {
  let frame = frames.get(event)
  if (frame === undefined) {
    const topic = `org:${event.organizationId}:event:${event.eventId}:${event.domain}`
    frame = broadcastFrame(topic, event.event, JSON.stringify(event.payload))
    frames.set(event, frame)
  }
  return frame
}

const refused = (reason: string): Joined => ({ status: 'error', response: JSON.stringify({ reason }) })

async function exists(app: App, { organizationId, eventId }: Place): Promise<boolean> {
  return (await findEvent(app, eventId))?.organizationId === organizationId
}

async function mayJoin(app: App, caller: UserCaller | undefined, place: Place, domain: Domain) {
  if (caller === undefined || !app.seams.mayJoin(caller, place.organizationId)) return false
  return admits[domain](caller.role) && (await exists(app, place))
}

async function join(app: App, { client, topic }: JoinAttempt): Promise<Joined> {
  const read = readTopic(topic)
  if (read === undefined) return refused('bad_topic_format')
  const { organizationId, eventId, domain } = read
  if (!(await mayJoin(app, client.caller, read, domain))) return refused('unauthorized')
  const unsubscribe = app.bus.subscribe(organizationId, eventId, (event) => {
    if (event.domain === domain) client.send(frameOf(event))
  })
  await app.bus.ready(organizationId, eventId)
  const labels = `domain="${domain}"`
  app.metrics.level('voelgoedevents_channels', labels, 1)
  const asOf = isoMicros(nowMicros())
  return {
    status: 'ok',
    response: JSON.stringify({ event_id: eventId, as_of: asOf }),
    channel: {
      // Probes of the way to the channel and back. Anything else has no clause here, and crashes as it would in Phoenix.
      handle: (event, payload, reply) => {
        if (event !== 'ping') throw new TypeError(`channel ${domain} takes no "${event}"`)
        reply('ok', JSON.stringify(payload))
      },
      handleBinary: (event, data, reply) => {
        if (event !== 'ping') throw new TypeError(`channel ${domain} takes no "${event}"`)
        reply('ok', data)
      },
      left: () => {
        app.metrics.level('voelgoedevents_channels', labels, -1)
        unsubscribe()
      },
    },
  }
}

/**
 * The wire channels of an event, `org:{organization}:event:{event}:{seating|ticketing|scanning}` (contract §7). They relay
 * what happens, and `as_of` in the answer to a join is an instant after which nothing committed is missed.
 */
export const eventTopics: TopicHandler = { prefix: 'org:', join }
