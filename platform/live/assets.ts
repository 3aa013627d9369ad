import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { App, Reply, Req, Route } from '../kernel.js'
import { refuse } from '../errors.js'
import { style } from './style.js'

/** The browser's clients as their packages bring them: the built file beside each package's entry. */
const clients: Readonly<Record<string, string>> = {
  'phoenix.min.js': 'phoenix',
  'phoenix_live_view.min.js': 'phoenix_live_view',
}

const script = `// Connects the page to its LiveView.
const csrf = document.querySelector("meta[name='csrf-token']").content
const liveSocket = new LiveView.LiveSocket('/live', Phoenix.Socket, { params: { _csrf_token: csrf } })
// A bar at the top while something is on its way.
const bar = document.getElementById('loading')
let timer
window.addEventListener('phx:page-loading-start', () => {
  clearTimeout(timer)
  timer = setTimeout(() => bar.removeAttribute('hidden'), 120)
})
window.addEventListener('phx:page-loading-stop', () => {
  clearTimeout(timer)
  bar.setAttribute('hidden', '')
})
liveSocket.connect()
// For people who try things in the console.
window.liveSocket = liveSocket
`

const own: Readonly<Record<string, string>> = { 'app.js': script, 'app.css': style }
const resolve = createRequire(import.meta.url).resolve
const read = new Map<string, Promise<string>>()

function textOf(name: string): Promise<string> | string | undefined {
  const client = clients[name]
  if (client === undefined) return own[name]
  const known = read.get(name) ?? readFile(join(dirname(resolve(client)), name), 'utf8')
  read.set(name, known)
  return known
}

async function handleAsset(_app: App, req: Req<undefined>): Promise<Reply> {
  const { name = '' } = req.params
  const text = await textOf(name)
  if (text === undefined) return refuse(404, 'not_found')
  const type = name.endsWith('.css') ? 'text/css' : 'text/javascript'
  return {
    status: 200,
    body: text,
    headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'public, max-age=3600' },
  }
}

export const assetRoutes: readonly Route[] = [
  { method: 'GET', path: '/assets/:name', name: 'asset', auth: 'none', handle: handleAsset },
]
