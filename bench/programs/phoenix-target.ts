import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import '../frame/until-parent-ends.js'

// A target that costs little: it joins whoever comes to any topic, serves small live pages, and sends each of them a diff a second while
// it is told to. Prints its address. Source: Phoenix and phoenix_live_view.

interface View {
  readonly ws: WebSocket
  /** What all its diffs begin with: join_ref, no ref, topic, event. */
  readonly head: string
  tick: number
}

type Text = string | null

const seats = 50
const slots = 100
const rows = Array.from({ length: seats }, (_, seat) => [seat, { 0: `A${seat + 1}`, 1: 'available' }])
const rendered = JSON.stringify({
  0: '0',
  1: '0',
  2: {
    k: { ...Object.fromEntries(rows), kc: seats },
    s: ['<i id="seat-', '" class="seat ', '" phx-click="pick"></i>'],
  },
  s: ['<time id="tick" data-tick="', '" data-at="', '"></time><div id="seats">', '</div>'],
  t: 'Seats',
})
// As long as those of a real page are.
const token = 'SFMyNTY.g2gDaAJhBXQAAAAHdwJpZG0AAAAU'.repeat(8)
const filler = '<p class="text-sm text-gray-700">A seat map, as it is before it is alive.</p>\n'.repeat(60)

const views = new Set<View>()
let channels = 0
let sent = 0
let timer: NodeJS.Timeout | undefined

const page = (number: string, response: ServerResponse): void => {
  response.setHeader('set-cookie', `_bench_key=${number}.${token}; path=/; HttpOnly; SameSite=Lax`)
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(
    `<html><head><meta name="csrf-token" content="csrf-${number}-${token.slice(0, 40)}"><title>Seats</title>` +
      `<script defer phx-track-static src="/assets/app.js"></script></head><body>${filler}` +
      `<div id="phx-${number}" data-phx-main data-phx-session="${number}.${token}" data-phx-static="${token}">${filler}</div></body></html>`,
  )
}

const send = ({ ws, head, tick }: View, now: number): void => {
  const seat = tick % seats
  ws.send(`${head}{"0":"${tick}","1":"${now}","2":{"k":{"${seat}":{"1":"held by ${tick}"},"kc":${seats}}}}]`)
  sent += 1
}

/** A hundredth of the views each hundredth of a second, so that each has its own second; what a late timer missed follows at once. */
const startDiffs = (): void => {
  let slot = Math.floor(performance.now() / 10)
  timer = setInterval(() => {
    const now = Math.floor(performance.now() / 10)
    const at = Math.round((performance.timeOrigin + performance.now()) * 1_000)
    const all = [...views]
    for (; slot < now; slot += 1)
      for (let index = slot % slots; index < all.length; index += slots) {
        const view = all[index]
        if (view === undefined) continue
        view.tick += 1
        send(view, at)
      }
  }, 5)
}

const control = (word: string, response: ServerResponse): void => {
  clearInterval(timer)
  if (word === 'start') startDiffs()
  response.end(JSON.stringify({ channels, views: views.size, sent }))
}

const answer = (ws: WebSocket, data: string, joined: Map<string, View | undefined>): void => {
  const [joinRef, ref, topic, event] = JSON.parse(data) as [Text, Text, string, string]
  const reply = (response: string): void =>
    ws.send(
      `${JSON.stringify([joinRef, ref, topic, 'phx_reply']).slice(0, -1)},{"status":"ok","response":${response}}]`,
    )
  if (event !== 'phx_join') return reply('{}')
  channels += 1
  if (!topic.startsWith('lv:')) {
    joined.set(topic, undefined)
    return reply('{}')
  }
  const view = { ws, head: `${JSON.stringify([joinRef, null, topic, 'diff']).slice(0, -1)},`, tick: 0 }
  joined.set(topic, view)
  views.add(view)
  return reply(`{"rendered":${rendered},"liveview_version":"1.1.18"}`)
}

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const [, kind, word = ''] = (request.url ?? '').split('/')
  if (kind === 'diffs') control(word, response)
  else page(word, response)
})
server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
  sockets.handleUpgrade(request, socket, head, (ws) => {
    const joined = new Map<string, View | undefined>()
    ws.on('message', (data: Buffer) => answer(ws, data.toString(), joined))
    ws.on('error', () => {})
    ws.on('close', () => {
      channels -= joined.size
      for (const view of joined.values()) if (view !== undefined) views.delete(view)
    })
  }),
)
server.listen(0, '127.0.0.1', 2_048, () => {
  const address = server.address()
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`)
})
