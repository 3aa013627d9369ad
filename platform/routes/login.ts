import { text } from '../fields.js'
import type { App, Reply, Req, Route } from '../kernel.js'
import { postForm } from '../live/log-in.js'
import { signIn } from '../live/sign-in.js'

const isForm = ({ headers }: Req): boolean =>
  headers['content-type']?.toString().startsWith('application/x-www-form-urlencoded') === true

/** JSON from the API, which needs no CSRF token, or the form of the log-in page, which does (contract §2, CSRF). */
async function handleLogin(app: App, req: Req<undefined>): Promise<Reply> {
  if (isForm(req)) return postForm(app, req)
  const result = await signIn(app, req.ip, text(req.json, 'email'), text(req.json, 'password'))
  if ('status' in result) return result
  const { token, userId, organizationId, role, expiresAt } = result
  return {
    status: 200,
    body: {
      session_token: token,
      user_id: userId,
      organization_id: organizationId,
      role,
      expires_at: expiresAt.toISOString(),
    },
  }
}

export const loginRoutes: readonly Route[] = [
  { method: 'POST', path: '/auth/user/password/sign_in', name: 'login', auth: 'none', handle: handleLogin },
]
