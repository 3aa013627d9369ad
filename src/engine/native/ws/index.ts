import type { Meter } from '../http/exchange.js'
import { Connection } from './connection.js'
import type { Wire, WireEvents } from '../../journey/live/wire.js'
import type { WsRequest } from './port.js'

export type { WsRequest } from './port.js'

/**
 * Opens a WebSocket. `handlers` are called later, never from here, and as methods, so that one class can serve many connections; `meter`
 * counts what goes over the wire. Throws `UserError` for a path or header that would break the request. Source: RFC 6455.
 */
export function openWs(request: WsRequest, handlers: WireEvents, meter: Meter): Wire {
  return new Connection(request, handlers, meter)
}
