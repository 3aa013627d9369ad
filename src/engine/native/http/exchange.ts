import type { Failure } from '../../journey/errors.js'
import type { Split } from '../../journey/split.js'
import type { HttpResponse } from './parser.js'

/** What counts a pool's bytes and connections; another one in each run. */
export interface Meter {
  bytesSent: number
  bytesReceived: number
  connections: number
}

/** One request and its answer. The last callback of its life is `answered` or `failed`, and comes once. */
export interface Exchange {
  readonly method: string
  /** Complete request as text, and its length in bytes. */
  readonly text: string
  readonly bytes: number
  readonly split: Split
  /** The connection was opened for this request: a reset is then no race with an idle close. */
  fresh: boolean
  retried: boolean
  /** Gives up what carries it, a connection or a place in the queue; undefined when nothing does. */
  release: (() => void) | undefined
  /** The response's bytes are lent for the length of the call. */
  answered(response: HttpResponse): void
  failed(failure: Failure): void
}
