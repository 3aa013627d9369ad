import type { Redis } from 'ioredis'
import type { Database } from './database.js'
import type { Metrics } from './metrics.js'
import type { Cache } from './cache.js'
import type { Jobs } from './jobs/index.js'
import type { Bus, Client, DomainEvent } from './realtime/kernel.js'
import type { Sockets } from './realtime/sockets.js'
import type { Registry } from './redis/registry.js'
import type { Settings } from './settings.js'

/** One node of the platform: everything that a route, a job or a fault may reach. */
export interface App {
  readonly node: string
  readonly settings: Settings
  readonly pg: Database
  readonly redis: Redis
  readonly cache: Cache
  /** Holds and availability as Redis knows them. */
  readonly registry: Registry
  readonly metrics: Metrics
  readonly jobs: Jobs
  readonly bus: Bus
  /** Connections that are upgraded to WebSockets. */
  readonly sockets: Sockets
  readonly seams: Seams
  /** Planted faults by name. */
  readonly faults: Map<string, Planted>
  /** Where this node listens; the mock provider calls it. 0 until it does. */
  port: number
}

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }
export type JsonBody = { readonly [key: string]: Json | undefined }

export interface UserCaller {
  readonly kind: 'user'
  readonly userId: string
  readonly organizationId: string
  /** owner, admin, staff, viewer or scanner_only (C19). */
  readonly role: string
}

export interface DeviceCaller {
  readonly kind: 'device'
  readonly deviceId: string
  readonly gateId: string
  readonly organizationId: string
}

export type Caller = UserCaller | DeviceCaller

export interface Req<C extends Caller | undefined = Caller | undefined> {
  readonly params: Readonly<Record<string, string | undefined>>
  readonly query: URLSearchParams
  /** The parsed body; `{}` when there was none. */
  readonly json: JsonBody
  readonly raw: Buffer
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly caller: C
  readonly ip: string
  readonly signal: AbortSignal
}

/** A string is sent as it is, anything else as JSON. */
export interface Reply {
  readonly status: number
  readonly body: string | JsonBody
  readonly headers?: Readonly<Record<string, string>>
}

interface Routed {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Word for metrics and faults, `reserve`. */
  readonly name: string
}

/** `optional`: a bearer token is honoured when sent, and its tenant is then enforced. */
export type Route = Routed &
  (
    | { readonly auth: 'user'; readonly handle: (app: App, req: Req<UserCaller>) => Promise<Reply> }
    | { readonly auth: 'device'; readonly handle: (app: App, req: Req<DeviceCaller>) => Promise<Reply> }
    | {
        readonly auth: 'optional'
        readonly handle: (app: App, req: Req<UserCaller | undefined>) => Promise<Reply>
      }
    | { readonly auth: 'none'; readonly handle: (app: App, req: Req<undefined>) => Promise<Reply> }
  )

export interface SeatInfo {
  readonly id: string
  /** Dense within the event: the seat's bit in the availability bitmap. */
  readonly index: number
  readonly block: string
  readonly row: string
  readonly number: string
  readonly priceCents: number
}

/** What does not change while an event is on sale. Status and sale window are asked of Postgres each time. */
export interface EventInfo {
  readonly id: string
  readonly organizationId: string
  readonly slug: string
  readonly name: string
  readonly capacity: number
  readonly holdTtlS: number
  readonly seats: ReadonlyMap<string, SeatInfo>
}

export interface Hold {
  readonly id: string
  readonly organizationId: string
  readonly eventId: string
  readonly seatId: string
  readonly userId: string
  /** Milliseconds since 1970. */
  readonly heldUntil: number
}

/** A seat that Postgres gave to a hold. */
export interface Claimed {
  /** The seat's, after the change. */
  readonly version: number
  readonly blockId: string
}

/** `unavailable`: Redis did not answer, Postgres alone must decide (C18). */
export type LockOutcome =
  | { readonly kind: 'acquired' }
  | { readonly kind: 'taken'; readonly holdId: string; readonly userId: string; readonly until: number }
  | { readonly kind: 'unavailable' }

export interface Admission {
  readonly scanId: string
  readonly organizationId: string
  readonly eventId: string
  readonly gateId: string
  readonly deviceId: string
  readonly ticketId: string
  readonly ticketCode: string
  readonly scannedAt: Date
  readonly source: 'online' | 'offline'
  /** Guests that the gate lets in; null: no limit. */
  readonly gateCapacity: number | null
}

/** Guests let in so far. */
export interface AdmissionCounts {
  readonly gate: number
  readonly event: number
}

/**
 * `duplicate`: another scan has the ticket, or had it within the window. `full`: the gate's capacity is reached.
 * `inactive`: Postgres says that the ticket is not to be admitted. Counts are missing when Redis has none.
 */
export type AdmitOutcome =
  | { readonly kind: 'admitted'; readonly counts: AdmissionCounts | undefined }
  | { readonly kind: 'duplicate'; readonly gateId: string | undefined; readonly at: Date | undefined }
  | { readonly kind: 'full' }
  | { readonly kind: 'inactive' }

/** An event as a page's path names it. */
export interface PageEvent {
  readonly id: string
  readonly organizationId: string
  readonly slug: string
  readonly name: string
}

/**
 * The joints at which a fault may bend the platform. Honest code calls `app.seams.x(…)` and knows nothing of
 * faults; a fault swaps a function and puts the old one back.
 */
export interface Seams {
  /** May this caller see or touch a thing of that tenant (and, where it has one, of that owner)? */
  mayTouch: (
    caller: UserCaller,
    owned: { readonly organizationId: string; readonly userId?: string },
  ) => boolean
  /** Redis: SET NX EX, or who holds it. Honest one: holds/lock.ts. */
  acquireSeatLock: (app: App, hold: Hold) => Promise<LockOutcome>
  /**
   * Postgres: seat to held with version bump, hold inserted, one transaction. False: the seat was not to be had. Honest one:
   * holds/claim.ts.
   */
  claimSeat: (app: App, hold: Hold, source: string, nowait: boolean) => Promise<Claimed | false>
  /** The bit to change in the bitmap for a seat; undefined leaves the bitmap alone. Honest one: the seat's index. */
  bitToMark: (seatIndex: number) => number | undefined
  /** The reply already given to this provider event, if any; claims the event else. Honest one: checkout/dedupe.ts. */
  claimWebhook: (app: App, provider: string, eventId: string) => Promise<string | undefined>
  /** Has this checkout been paid already? */
  alreadySettled: (checkoutStatus: string) => boolean
  /** Were too few holds still active to sell every item? */
  holdsLapsed: (converted: number, items: number) => boolean
  /** Releases holds whose time has passed; returns how many. Honest one: sweep.ts. */
  sweepExpired: (app: App) => Promise<number>
  /** At most one admission a ticket. Honest one: scanning/admit.ts. */
  admitTicket: (app: App, admission: Admission) => Promise<AdmitOutcome>
  /** May this caller join topics of that tenant? */
  mayJoin: (caller: UserCaller, organizationId: string) => boolean
  /** How long a join of a topic is put off on its socket, milliseconds. */
  joinDelay: (topic: string) => number
  /** What of an event this node tells the others; undefined: nothing. */
  outgoing: (event: DomainEvent) => DomainEvent | undefined
  /** Run in order when an event has come from Redis; each passes on what is delivered on this node, when and how often. */
  broadcasts: ((event: DomainEvent, next: (event: DomainEvent) => void) => void)[]
  /** Run when a client has connected. */
  socketOpened: ((client: Client) => void)[]
  /** Is this the CSRF token of that session? Honest one: live/csrf.ts. */
  csrfMatches: (given: string | null | undefined, expected: string) => boolean
  /** Waited for before a page is mounted, for its dead render and for its socket. */
  beforeMount: (page: string) => Promise<void>
  /** The public event of a page's path, within the path's tenant. Honest one: live/lookup.ts. */
  findPageEvent: (app: App, slug: string, eventSlug: string) => Promise<PageEvent | undefined>
  /** May a socket go on from a page of one tenant to a page of another? By their words in paths. */
  mayNavigate: (from: string, to: string) => boolean
  /** Is a change of a seat told to those who look at the seat map? */
  viewersHear: () => boolean
  /** What they are sent for it: its diff. `whole` is the same change with the list of seats sent anew. */
  viewerDiff: (diff: string, whole: () => string) => string
  /** Run in order before a route's handler; a reply ends the request. */
  beforeRoute: ((name: string, req: Req) => Promise<Reply | undefined>)[]
  /** Run in order after the handler, before the reply is written; serviceMs is the handler's own time. */
  afterRoute: ((name: string, reply: Reply, serviceMs: number) => Promise<void>)[]
}

export type Undo = () => Promise<void>

export interface Planted {
  readonly value: string | undefined
  readonly undo: Undo
}

export interface Fault {
  readonly name: string
  readonly summary: string
  readonly example: string
  /** What it can be set to, and what it is where nobody says; absent where it takes no value. */
  readonly value?: { readonly accepted: string; readonly usual: string }
  /** `value` is empty where it takes none. @throws UsageError when it cannot be read. */
  readonly plant: (app: App, value: string) => Promise<Undo>
}
