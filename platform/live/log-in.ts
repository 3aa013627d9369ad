import type { App, Reply, Req, Route } from '../kernel.js'
import { refuse } from '../errors.js'
import { text } from '../fields.js'
import { escapeHtml } from './escape.js'
import { textOf } from './json.js'
import { documentOf, htmlHeaders } from './layout.js'
import { flashPart } from './parts.js'
import { toHtml } from './rendered.js'
import { cookieOf, freshSession, readSession, type Session } from './session.js'
import { signIn, type SignedIn } from './sign-in.js'

/** A path of this site, and no other site's address. */
const isPath = (word: string | null): word is string => word !== null && /^\/(?![/\\])/.test(word)

/** GET /auth/log-in?back=PATH: the form. */
async function showForm(app: App, req: Req<undefined>): Promise<Reply> {
  const known = readSession(app, req.headers)
  const { flash, ...kept } = known ?? freshSession()
  const wanted = req.query.get('back')
  const session: Session = isPath(wanted) ? { ...kept, back: wanted } : kept
  const body = `<main>
<h1>Log in</h1>
${toHtml(flashPart(flash) ?? '')}
<form id="log-in" method="post" action="/auth/user/password/sign_in">
<input type="hidden" name="_csrf_token" value="${escapeHtml(session.csrf)}">
<label>E-mail <input type="email" name="email" required autocomplete="username"></label>
<label>Password <input type="password" name="password" required autocomplete="current-password"></label>
<button>Log in</button>
</form>
</main>`
  return {
    status: 200,
    body: documentOf({ title: 'Log in', csrf: session.csrf, body, connects: false }),
    headers: htmlHeaders(cookieOf(app, session)),
  }
}

const seeOther = (app: App, location: string, session: Session): Reply => ({
  status: 302,
  body: '',
  headers: { location, ...htmlHeaders(cookieOf(app, session)) },
})

const organisers: ReadonlySet<string> = new Set(['owner', 'admin', 'staff'])

async function homeOf(app: App, { organizationId, role }: SignedIn): Promise<string> {
  const [row] = await app.pg.query<{ slug: string }>('SELECT slug FROM organizations WHERE id = $1', [
    organizationId,
  ])
  return `/t/${row?.slug ?? ''}/${organisers.has(role ?? '') ? 'dashboard' : 'checkout'}`
}

/** The form, posted: on to where the user wanted to go, with a new session, or back to the form. */
export async function postForm(app: App, req: Req<undefined>): Promise<Reply> {
  const session = readSession(app, req.headers)
  if (session === undefined || !app.seams.csrfMatches(textOf(req.json, '_csrf_token'), session.csrf))
    return refuse(403, 'invalid_csrf_token')
  const result = await signIn(app, req.ip, text(req.json, 'email'), text(req.json, 'password'))
  if ('status' in result) {
    if (result.status === 429) return result
    const flash = { kind: 'error', text: 'The e-mail or password is wrong.' } as const
    return seeOther(app, '/auth/log-in', { ...session, flash })
  }
  const flash = { kind: 'info', text: 'You are logged in.' } as const
  return seeOther(app, session.back ?? (await homeOf(app, result)), { ...freshSession(result.token), flash })
}

export const logInRoutes: readonly Route[] = [
  { method: 'GET', path: '/auth/log-in', name: 'log-in-page', auth: 'none', handle: showForm },
]
