import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { messageOf } from '../errors.js'
import type { App } from '../kernel.js'
import { complain } from '../log.js'
import { endpoints } from './endpoints.js'

/** Is this the path of a socket, which is only to be had by an upgrade? */
export const isSocketPath = (path: string): boolean =>
  endpoints.some((endpoint) => path === `${endpoint.path}/websocket`)

/** No origin is no browser, and passes; a browser's must be this very host and port (phoenix-wire §1). */
function originFits(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}

/** Serializer 2.x alone is spoken; a missing `vsn` would mean 1.0.0. */
const speaks = (vsn: string | null): boolean => /^2\.\d+\.\d+$/.test(vsn ?? '')

function refuse(app: App, socket: Duplex, status: number): void {
  app.metrics.count('voelgoedevents_sockets_refused_total', `status="${status}"`)
  if (socket.destroyed) return
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
    () => socket.destroy(),
  )
}

/** Answers a request to upgrade: 101 and a connection, or the status by which Phoenix refuses it. */
export async function upgrade(
  app: App,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on('error', () => socket.destroy())
  const url = request.url ?? '/'
  const cut = url.indexOf('?')
  const path = cut < 0 ? url : url.slice(0, cut)
  const params = new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1))
  const { headers } = request
  const endpoint = endpoints.find((one) => path === `${one.path}/websocket`)
  if (endpoint === undefined) return refuse(app, socket, 404)
  if (request.method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket')
    return refuse(app, socket, 400)
  if (app.sockets.draining) return refuse(app, socket, 503)
  if (!originFits(headers.origin, headers.host) || !speaks(params.get('vsn'))) return refuse(app, socket, 403)
  try {
    const caller = await endpoint.connect(app, params, headers)
    if (caller === 'refused') return refuse(app, socket, 403)
    if (socket.destroyed) return
    app.sockets.accept(app, { endpoint, params, headers, caller }, request, socket, head)
  } catch (error) {
    complain(`A socket could not be connected: ${messageOf(error)}`)
    refuse(app, socket, 500)
  }
}
