import { randomBytes } from 'node:crypto'
import { doorkeeperOf } from '../auth.js'
import { refuse } from '../errors.js'
import type { App, Reply, Req, UserCaller } from '../kernel.js'
import { documentOf, htmlHeaders } from './layout.js'
import { logInPath, type Page, type Screen, type Visit } from './page.js'
import { toHtml } from './rendered.js'
import { pathOf } from './router.js'
import { seal } from './seal.js'
import { callerOf, cookieOf, freshSession, readSession, type Session } from './session.js'

interface Visitor {
  readonly session: Session
  readonly caller: UserCaller | undefined
  /** Must the browser be given the session's cookie? */
  readonly isNew: boolean
}

/**
 * Who asks for a page: by the cookie or, **new** beside the contract, by `Authorization: Bearer` with a session token,
 * which logs that session in. A load tool has tokens of thousands of buyers; a password hash each would be what it
 * measures. Undefined when the token is none.
 */
async function visitorOf(app: App, { headers }: Req): Promise<Visitor | undefined> {
  const known = readSession(app, headers)
  const { authorization } = headers
  if (typeof authorization !== 'string') {
    const session = known ?? freshSession()
    return { session, caller: await callerOf(app, session), isNew: known === undefined }
  }
  const caller = await doorkeeperOf(app).user(authorization, app.pg)
  if (caller === undefined) return undefined
  const token = authorization.replace(/^Bearer\s+/, '')
  if (known !== undefined && known.token === token) return { session: known, caller, isNew: false }
  return { session: freshSession(token), caller, isNew: true }
}

/** The view's element around its first render, with the tokens that let a socket join it (phoenix-wire §3). */
function container(app: App, page: Page, visit: Visit, screen: Screen): string {
  const { session_secret: secret } = app.settings
  const id = `phx-${randomBytes(12).toString('base64url')}`
  const session = seal(secret, 'page', { id, view: page.name, tenant: visit.slug, path: visit.path })
  const flash = visit.flash === undefined ? '' : seal(secret, 'flash', { ...visit.flash })
  return `<div id="${id}" data-phx-main data-phx-session="${session}" data-phx-static="${flash}">${toHtml(screen.render())}</div>`
}

/** GET of a page: the dead render (contract §4). */
export async function showPage(app: App, page: Page, req: Req): Promise<Reply> {
  const visitor = await visitorOf(app, req)
  if (visitor === undefined) return refuse(401, 'unauthorized')
  const { session, caller } = visitor
  const { flash, ...kept } = session
  const path = pathOf(page, req.params)
  const visit: Visit = {
    slug: req.params.slug ?? '',
    params: req.params,
    path,
    query: req.query,
    caller,
    flash,
  }
  await app.seams.beforeMount(page.name)
  const screen = await page.open(app, visit)
  if (screen === 'log-in') {
    const asked: Session = { ...kept, flash: { kind: 'error', text: 'You must log in to see that page.' } }
    return {
      status: 302,
      body: '',
      headers: { location: logInPath(visit), ...htmlHeaders(cookieOf(app, asked)) },
    }
  }
  try {
    const html = container(app, page, visit, screen)
    const cookie = visitor.isNew || flash !== undefined ? cookieOf(app, kept) : undefined
    return {
      status: 200,
      body: documentOf({ title: screen.title, csrf: session.csrf, body: html, connects: true }),
      headers: htmlHeaders(cookie),
    }
  } finally {
    screen.close()
  }
}
