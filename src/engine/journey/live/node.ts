import type { HttpOperation } from '../../../model/contract.js'
import type { StepArguments } from '../../../model/scenario.js'
import type { Failure } from '../errors.js'
import type { Wire, WireEvents } from './wire.js'

/** A page's dead render, as it came. */
export interface PageAnswer {
  readonly status: number
  /** Of a redirect; empty when there is none. */
  readonly location: string
  /** Values of its `set-cookie` headers. */
  readonly cookies: readonly string[]
  readonly text: () => string
}

export interface PageEvents {
  answered(answer: PageAnswer): void
  failed(failure: Failure): void
}

/** The request of a page, under way. */
export interface PageCall {
  /** Absolute address, with the query, as it was asked for. */
  readonly url: string
  /** Gives it up. */
  release(): void
  /** Hears that it is too late; the failure when this machine is to blame for that. */
  late(): Failure | undefined
}

export interface SocketCall {
  /** Behind the node's own path; with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Until it is open; µs. */
  readonly timeout: number
}

/** One address of a target, as pages and topics reach it. Each engine has its own. */
export interface Node {
  /** `https://host:port`. */
  readonly origin: string
  /** Asks for a page. Throws what the contract throws, and `UserError` for a missing argument. */
  page(operation: HttpOperation, args: StepArguments, cookie: string, events: PageEvents): PageCall
  /** Opens a WebSocket. Throws `UserError` for a path or header that would break the request. */
  socket(call: SocketCall, events: WireEvents): Wire
}
