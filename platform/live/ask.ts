import { Refusal, refuse } from '../errors.js'
import type { App, JsonBody, Reply, Req, Route, UserCaller } from '../kernel.js'
import { checkoutRoutes } from '../routes/checkouts.js'
import { seatRoutes } from '../routes/seats.js'
import { isBody } from '../realtime/json.js'

type Name = 'reserve' | 'release' | 'checkout-start' | 'checkout-complete' | 'checkout-cancel'

export interface Answer {
  readonly status: number
  /** The body's fields, out of `data` where they are wrapped. */
  readonly body: JsonBody
}

const byName = new Map<string, Route>([...seatRoutes, ...checkoutRoutes].map((route) => [route.name, route]))
const nothing = Buffer.alloc(0)

async function answerOf(app: App, name: Name, req: Req<UserCaller>): Promise<Reply> {
  const route = byName.get(name)
  if (route?.auth !== 'user') throw new Error(`there is no route ${name} for users`)
  for (const hook of app.seams.beforeRoute) {
    const early = await hook(name, req)
    if (early !== undefined) return early
  }
  const started = performance.now()
  const reply = await route.handle(app, req).catch((error: unknown) => {
    if (error instanceof Refusal) return refuse(error.status, error.code, error.details)
    throw error
  })
  const serviceMs = performance.now() - started
  for (const hook of app.seams.afterRoute) await hook(name, reply, serviceMs)
  return reply
}

/**
 * Does what a route of the API does, for a user of a page: the same code with the same limits, refusals and hooks.
 * @throws what the route throws but for refusals, which are answers.
 */
export async function ask(
  app: App,
  caller: UserCaller,
  name: Name,
  params: Readonly<Record<string, string>>,
  json: JsonBody = {},
): Promise<Answer> {
  const { signal } = new AbortController()
  const query = new URLSearchParams()
  const req = { params, query, json, raw: nothing, headers: {}, caller, ip: '', signal }
  const { status, body } = await answerOf(app, name, req)
  if (typeof body === 'string') return { status, body: {} }
  return { status, body: isBody(body.data) ? body.data : body }
}
