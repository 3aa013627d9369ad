import { Refusal } from '../errors.js'
import type { App, JsonBody } from '../kernel.js'
import type { JoinAttempt, Joined, TopicHandler } from '../realtime/kernel.js'
import { LiveChannel } from './channel.js'
import { isBody } from '../realtime/json.js'
import { textOf } from './json.js'
import { logInPath, readUrl, type Visit } from './page.js'
import { pages } from './pages/index.js'
import { matchPage, pathOf, type Match } from './router.js'
import { seal, unseal } from './seal.js'
import { connectedSession, readFlash } from './session.js'

/** The version whose wire the pages speak, and whose client they bring (contract §2). */
const liveViewVersion = '1.1.18'
/** Life of a page's token, seconds: 14 days (phoenix-wire §3). */
const tokenLifeS = 1_209_600

/** Fields of a page's token. */
interface Token {
  readonly view: string
  readonly tenant: string
  readonly path: string
}

interface Destination extends Match {
  readonly url: URL
  readonly path: string
  /** Did the client come from another view of the same socket? */
  readonly navigated: boolean
}

const failed = (response: JsonBody): Joined => ({ status: 'error', response: JSON.stringify(response) })

/** The page's token, when it belongs to this topic. */
function tokenOf(app: App, { topic, payload }: JoinAttempt): Token | undefined {
  const sealed = unseal(app.settings.session_secret, 'page', payload.session, tokenLifeS)
  if (sealed === undefined || topic !== `lv:${textOf(sealed, 'id') ?? ''}`) return undefined
  return {
    view: textOf(sealed, 'view') ?? '',
    tenant: textOf(sealed, 'tenant') ?? '',
    path: textOf(sealed, 'path') ?? '',
  }
}

/**
 * The page that is to be mounted. Without navigation it is the one that the token was made for; with it, another page of
 * the same tenant. Undefined for anything else.
 */
function destinationOf(app: App, token: Token, payload: JsonBody): Destination | undefined {
  const redirect = textOf(payload, 'redirect')
  const url = readUrl(redirect ?? textOf(payload, 'url'))
  const match = url === undefined ? undefined : matchPage(pages, url.pathname)
  if (url === undefined || match === undefined) return undefined
  const path = pathOf(match.page, match.params)
  const navigated = redirect !== undefined
  const allowed = navigated
    ? app.seams.mayNavigate(token.tenant, match.params.slug ?? '')
    : path === token.path && match.page.name === token.view
  return allowed ? { ...match, url, path, navigated } : undefined
}

function visitOf(app: App, { client, payload }: JoinAttempt, { url, path, params }: Destination): Visit {
  const first = isBody(payload.params) && payload.params._mounts === 0
  const flash = unseal(app.settings.session_secret, 'flash', payload.static, tokenLifeS)
  return {
    slug: params.slug ?? '',
    params,
    path,
    query: url.searchParams,
    caller: client.caller,
    // The flash of the dead render, and only until the first connection (phoenix-wire §4, join).
    flash: first ? readFlash(flash) : undefined,
  }
}

/** Joins of views: errors are those that the client knows what to do about (phoenix-wire §4, join). */
async function join(app: App, attempt: JoinAttempt): Promise<Joined> {
  const session = connectedSession(app, attempt.client.params, attempt.client.headers)
  const token = tokenOf(app, attempt)
  if (session === undefined || token === undefined) return failed({ reason: 'stale' })
  const destination = destinationOf(app, token, attempt.payload)
  if (destination === undefined) return failed({ reason: 'unauthorized' })
  const { page, path, navigated } = destination
  const visit = visitOf(app, attempt, destination)
  await app.seams.beforeMount(page.name)
  try {
    const screen = await page.open(app, visit)
    if (screen === 'log-in') return failed({ redirect: { to: logInPath(visit), status: 302 } })
    const isHere = (url: URL): boolean => {
      const match = matchPage(pages, url.pathname)
      return match !== undefined && pathOf(match.page, match.params) === path
    }
    const channel = new LiveChannel(page.name, attempt, screen, isHere)
    const container = navigated ? ',"container":["div",{}]' : ''
    const response = `{"rendered":${channel.start()},"liveview_version":"${liveViewVersion}"${container}}`
    return { status: 'ok', response, channel }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { status } = error
    const reload = seal(app.settings.session_secret, 'reload', { status })
    return failed({ reason: 'reload', status, token: reload })
  }
}

export const liveTopics: TopicHandler = { prefix: 'lv:', join }
