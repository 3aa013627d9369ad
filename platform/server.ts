import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { doorkeeperOf, type Doorkeeper } from './auth.js'
import { parseBody, readBody } from './body.js'
import { messageOf, refuse, Refusal } from './errors.js'
import type { App, Caller, Reply, Req, Route } from './kernel.js'
import { limited } from './limits.js'
import { complain } from './log.js'
import { isSocketPath, upgrade } from './realtime/upgrade.js'
import { keys } from './redis/keys.js'
import { createRouter, type Found } from './router.js'
import { routes } from './routes/index.js'

/** Longer than any pause between two calls of a client that keeps its connections. */
const keepAliveMs = 600_000
const backlog = 16_384

/** The HTTP server of a node, not yet listening. */
export function createHttpServer(app: App): Server {
  const find = createRouter(routes)
  const doorkeeper = doorkeeperOf(app)
  const server = createServer({ keepAlive: true, requestTimeout: 0 }, (request, response) => {
    const url = request.url ?? '/'
    const cut = url.indexOf('?')
    const path = cut < 0 ? url : url.slice(0, cut)
    const found = find(request.method ?? '', path)
    const query = cut < 0 ? '' : url.slice(cut + 1)
    void answer(app, doorkeeper, found ?? path, query, request, response)
  })
  server.on('upgrade', (request, socket, head) => void upgrade(app, request, socket, head))
  server.keepAliveTimeout = keepAliveMs
  server.headersTimeout = keepAliveMs + 1_000
  return server
}

/** @throws Error in a sentence when the port cannot be had. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const what = error.code === 'EADDRINUSE' ? 'the port is in use' : messageOf(error)
      reject(
        new Error(
          `The platform cannot listen on 127.0.0.1:${port}: ${what}. Give another port, or 0 for a free one`,
        ),
      )
    })
    server.listen({ port, host: '127.0.0.1', backlog }, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

async function answer(
  app: App,
  doorkeeper: Doorkeeper,
  /** The path when it has no route. */
  found: Found | string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now()
  // AsyncLocalStorage would tell as well who waits for Postgres, and cost a seventh of a cheap request on Node 20.
  const own: App = { ...app, pg: app.pg.forRequest() }
  const name = typeof found === 'string' ? 'none' : found.route.name
  let reply: Reply
  try {
    reply =
      typeof found === 'string'
        ? unrouted(found)
        : await dispatch(own, doorkeeper, found, query, request, response)
  } catch (error) {
    reply = replyTo(app, name, error)
  }
  send(response, reply)
  app.metrics.request(name, reply.status, performance.now() - started, own.pg.waits > 0)
}

async function dispatch(
  app: App,
  doorkeeper: Doorkeeper,
  { route, params }: Found,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Reply> {
  const raw = await readBody(request)
  const started = performance.now()
  const ip = request.socket.remoteAddress ?? ''
  const { limit_public_per_ip: limit, limit_public_window_s: window } = app.settings
  if (limit > 0) {
    const refusal = await limited(app, keys.publicRate(ip), limit, window)
    if (refusal !== undefined) return refusal
  }
  const { headers } = request
  const base: Req<undefined> = {
    params,
    query: new URLSearchParams(query),
    json: parseBody(raw),
    raw,
    headers,
    caller: undefined,
    ip,
    get signal() {
      const controller = new AbortController()
      response.once('close', () => controller.abort())
      return controller.signal
    },
  }
  for (const hook of app.seams.beforeRoute) {
    const early = await hook(route.name, base)
    if (early !== undefined) return early
  }
  const reply = await handle(app, doorkeeper, route, base).catch((error: unknown) =>
    replyTo(app, route.name, error),
  )
  const serviceMs = performance.now() - started
  for (const hook of app.seams.afterRoute) await hook(route.name, reply, serviceMs)
  return reply
}

const withCaller = <C extends Caller>(req: Req<undefined>, caller: C): Req<C> => ({
  params: req.params,
  query: req.query,
  json: req.json,
  raw: req.raw,
  headers: req.headers,
  ip: req.ip,
  caller,
  get signal() {
    return req.signal
  },
})

async function handle(app: App, doorkeeper: Doorkeeper, route: Route, req: Req<undefined>): Promise<Reply> {
  if (route.auth === 'none') return route.handle(app, req)
  const { authorization } = req.headers
  const header = typeof authorization === 'string' ? authorization : undefined
  if (route.auth === 'optional' && header === undefined) return route.handle(app, req)
  if (route.auth === 'device') {
    const device = await doorkeeper.device(header, app.pg)
    return device === undefined ? refuse(401, 'unauthorized') : route.handle(app, withCaller(req, device))
  }
  const user = await doorkeeper.user(header, app.pg)
  return user === undefined ? refuse(401, 'unauthorized') : route.handle(app, withCaller(req, user))
}

const unrouted = (path: string): Reply =>
  isSocketPath(path) ? refuse(400, 'upgrade_expected') : refuse(404, 'not_found')

function replyTo(app: App, route: string, error: unknown): Reply {
  if (error instanceof Refusal) return refuse(error.status, error.code, error.details)
  app.metrics.count('voelgoedevents_request_failures_total', `route="${route}"`)
  complain(`${route} failed: ${messageOf(error)}`)
  return refuse(500, route === 'reserve' ? 'seat_reservation_failed' : 'internal_error')
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const isText = typeof body === 'string'
  const payload = isText ? body : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': Buffer.byteLength(payload),
    ...headers,
  })
  response.end(payload)
}
