import type { App, JsonBody, UserCaller } from '../kernel.js'

/** Parts of an event's life that have topics of their own (contract §7). */
export type Domain = 'seating' | 'ticketing' | 'scanning'

/** Something that happened to an event's seats, tickets or gates, and is committed. */
export interface DomainEvent {
  readonly organizationId: string
  readonly eventId: string
  readonly domain: Domain
  /** Suffix of the exact topic, `seating:seat:held`. */
  readonly suffix: string
  /** The word that clients get, `seat_held`. */
  readonly event: string
  /** What clients get: flat, below 1 KB, nobody's name. Has `timestamp`, the commit as ISO 8601 with microseconds. */
  readonly payload: JsonBody
  /** What only nodes may know, such as who holds a seat. */
  readonly internal: JsonBody
}

/** One event of one tenant, as far as real time is concerned. */
export interface Place {
  readonly organizationId: string
  readonly eventId: string
}

/** How many seats an event has, and how many of them nobody may have. */
export interface Seating {
  readonly seats: number
  readonly blocked: number
}

/**
 * An event made ready for Redis. `rest` is the message without its opening brace: a script that changes seats and
 * publishes in one step puts its counts first.
 */
export interface Announcement {
  readonly channel: string
  readonly rest: string
}

export type Listener = (event: DomainEvent) => void

/** Carries events to every node, this one included. At most once, in the order in which a node published them. */
export interface Bus {
  /** Resolves when Redis has it; never rejects: what cannot be sent is counted and lost (contract §7, at most once). */
  publish(event: DomainEvent): Promise<void>
  /** Hears the events of one event of one tenant on this node; returns what ends that. */
  subscribe(organizationId: string, eventId: string, listener: Listener): () => void
  /**
   * Resolves when Redis tells this node of that event, which needs a listener first: whatever is published from then on
   * is heard. Await it before you read a state that events are to keep up to date. Resolves without Redis, too: then
   * events are lost until it is back.
   */
  ready(organizationId: string, eventId: string): Promise<void>
  /**
   * For what must be published in one step with a change in Redis; undefined: nothing is to go out. `seating` lets every
   * node complete the totals of the payload from the counts that the script adds.
   */
  announce(event: DomainEvent, seating?: Seating): Announcement | undefined
  /** Every event that has listeners on this node. */
  heard(): readonly Place[]
  /** A message to this node itself by way of Redis. @throws Error when it is not back within two seconds. */
  roundTrip(): Promise<void>
}

/** JSON text, or bytes as a binary frame carries them. */
export type Content = string | Uint8Array

/** A frame ready to send, the same for however many clients; see frames.ts. */
export interface Frame {
  readonly data: Content
  readonly binary: boolean
}

/** One connection of a client, whatever it is on. */
export interface Client {
  readonly id: string
  /** Query of the upgrade, `token`, `_csrf_token`, `vsn`, … */
  readonly params: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Who it is, when the socket's endpoint could tell at the upgrade. */
  readonly caller: UserCaller | undefined
  /** `payload` is JSON text: a text frame `[joinRef, ref, topic, event, payload]`. Bytes: a binary push, which has no ref. */
  push(joinRef: string | null, ref: string | null, topic: string, event: string, payload: Content): void
  /** For what is encoded once and goes to many. */
  send(frame: Frame): void
  /** Bytes that the client has not read yet. */
  readonly backlog: number
  close(code: number, reason: string): void
}

/** A joined topic of one client, on the server's side. */
export interface ServerChannel {
  /** Answers with JSON text through `reply`, or later, or never. What it throws crashes the channel: `phx_error`. */
  handle(event: string, payload: JsonBody, reply: Reply): void | Promise<void>
  /** A binary push. A channel without this crashes of one. */
  handleBinary?(event: string, data: Uint8Array, reply: Reply): void | Promise<void>
  /** The channel is over: the client left or is gone, or it crashed, or it ended itself. Called once. */
  left(): void
}

export type Reply = (status: 'ok' | 'error', response: Content) => void

export interface JoinAttempt {
  readonly client: Client
  readonly topic: string
  readonly joinRef: string
  readonly payload: JsonBody
  /** Sends to this channel alone, with its join_ref. */
  readonly push: (event: string, payload: Content) => void
  /** Ends the channel from the server's side: `phx_close`, or `phx_error` for a crash. */
  readonly end: (how: 'phx_close' | 'phx_error') => void
}

/** `response` is JSON text. */
export type Joined =
  | { readonly status: 'ok'; readonly response: string; readonly channel: ServerChannel }
  | { readonly status: 'error'; readonly response: string }

/** Who takes topics of one kind, `lv:` or `org:`. Joins of one client run one after another (as in a Phoenix socket process). */
export interface TopicHandler {
  readonly prefix: string
  join(app: App, attempt: JoinAttempt): Promise<Joined>
}

/** Where clients connect: the path without `/websocket`, who may, and what they may join. */
export interface SocketEndpoint {
  readonly path: string
  readonly topics: readonly TopicHandler[]
  /** The caller behind the upgrade; `refused` answers 403. */
  connect(
    app: App,
    params: URLSearchParams,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): Promise<UserCaller | undefined | 'refused'>
}
