import type { Origin } from '../http/origin.js'

export interface WsRequest {
  readonly origin: Origin
  /** Behind the origin's own path; with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Address of this machine to connect from: each has some 28,000 ports for one target. */
  readonly localAddress?: string
  /** Until it is open; µs. */
  readonly timeout: number
  /** Bytes; 16 MiB unless it says otherwise. A larger message closes the connection with 1009. */
  readonly maxMessage?: number
}
