import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

/**
 * A small target that speaks LiveView and channels, well or in one of many ways badly: the word is the last part of the page's path,
 * and of the topic. Source: Phoenix and phoenix_live_view.
 */
export async function phoenixTarget() {
  const seen: { joins: string[]; cookies: string[]; open: Set<WebSocket> } = {
    joins: [],
    cookies: [],
    open: new Set(),
  }
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer((request, response) => page(request, response))
  const raw = new Set<Socket>()
  server.on('connection', (socket) => {
    raw.add(socket)
    socket.once('close', () => raw.delete(socket))
  })
  server.on('upgrade', (request, socket: Socket, head) => {
    const word = new URL(request.url ?? '', 'http://x').searchParams.get('_csrf_token') ?? ''
    seen.cookies.push(request.headers.cookie ?? '')
    if (word === 'forbidden') {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
      return
    }
    if (word === 'half-open') return
    sockets.handleUpgrade(request, socket, head, (ws) => {
      seen.open.add(ws)
      ws.once('close', () => seen.open.delete(ws))
      ws.on('message', (data: Buffer) => answer(ws, socket, data.toString(), seen.joins))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    kill: (): void => {
      for (const socket of raw) socket.destroy()
      sockets.close()
      server.close()
    },
  }
}

const rendered = {
  0: 'available',
  1: '',
  s: ['<i id="seat-A1" class="seat ', '" phx-click="pick" phx-value-seat="A1"></i><ul id="mine">', '</ul>'],
}

function page(request: IncomingMessage, response: ServerResponse): void {
  const word = (request.url ?? '').split('/').at(-1) ?? ''
  response.setHeader('set-cookie', `_session=of-${word}; path=/; HttpOnly`)
  if (word === 'redirect') return void response.writeHead(302, { location: '/auth/log-in' }).end()
  if (word === 'broken') return void response.writeHead(500).end()
  const csrf = word === 'no-csrf' ? '' : `<meta name="csrf-token" content="${word}">`
  const root =
    word === 'no-view' || word === 'login'
      ? '<form></form>'
      : `<div id="phx-${word}" data-phx-main data-phx-session="signed-${word}" data-phx-static=""></div>`
  const title = word === 'login' ? 'Log in' : 'Seat map'
  response.setHeader('content-type', 'text/html')
  response.end(`<html><head>${csrf}<title>${title}</title></head><body>${root}</body></html>`)
}

type Text = string | null

function answer(ws: WebSocket, socket: Socket, data: string, joins: string[]): void {
  const [joinRef, ref, topic, event] = JSON.parse(data) as [Text, Text, string, string]
  const send = (name: string, payload: unknown, to: Text = ref): void =>
    ws.send(JSON.stringify([joinRef, to, topic, name, payload]))
  const reply = (status: string, response: unknown): void => send('phx_reply', { status, response })
  const word = topic.split(/lv:phx-|topic:/).at(-1) ?? ''
  if (event === 'heartbeat' || event === 'phx_leave') return reply('ok', {})
  if (event === 'phx_join') {
    joins.push(topic)
    if (word === 'no-answer') return
    if (word === 'stale') return reply('error', { reason: 'stale' })
    if (word === 'refused') return reply('error', { reason: 'unauthorized' })
    if (word === 'not-json') ws.send('this is not JSON')
    if (topic.startsWith('topic:')) return channel(ws, word, topic, reply)
    return reply('ok', { rendered, liveview_version: '1.1.18' })
  }
  if (word === 'crash') return send('phx_error', {}, joinRef)
  if (word === 'closes') return ws.close(1001)
  if (word === 'large')
    return ws.send(JSON.stringify([null, null, topic, 'diff', { 1: 'x'.repeat(20_000_000) }]))
  if (word === 'cut') return void socket.end(Buffer.from([0x81, 0x7e, 0x01, 0x00, 0x5b]))
  if (word === 'unknown-component') return send('diff', { c: { 9: { 0: 'x' } } }, null)
  if (word === 'silent') return
  if (word === 'answers-late') return void setTimeout(() => reply('ok', {}), 80)
  if (word === 'leaves') return reply('ok', { redirect: { to: '/elsewhere' } })
  reply('ok', {})
  send('diff', { 0: 'held', 1: '<li id="mine-A1"></li>' }, null)
}

/** Joined, it tells of seat changes at once: once each, or doubled, or with one lost. */
function channel(
  ws: WebSocket,
  word: string,
  topic: string,
  reply: (status: string, response: unknown) => void,
): void {
  reply('ok', {})
  const tell = (version: number): void =>
    ws.send(JSON.stringify([null, null, topic, 'changed', { seat: 'A1', version, at: Date.now() }]))
  const versions = { doubled: [2, 3, 3, 4], gap: [2, 4] }[word] ?? [2, 3, 4]
  setTimeout(() => versions.forEach((version) => tell(version)), 30)
  if (word === 'drops') setTimeout(() => ws.terminate(), 60)
}
