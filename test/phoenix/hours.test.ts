import { expect, test } from 'vitest'
import { PhoenixSocket, type ChannelReply, type ReplyStatus } from '../../src/phoenix/socket.js'
import type { Transport } from '../../src/phoenix/transport.js'
import { pick } from '../../src/schedule/random.js'
import { FakeTimers, frameOf, reachable, second } from './fakes.js'

const hour = 3600 * second

/** A server with bad days: answers late or never, refuses, crashes channels, closes connections, says nonsense. */
class BadServer implements Transport {
  readonly socket: PhoenixSocket
  readonly seen = new Map<string, number>()
  isUp = true
  isKind = false
  private n = 0
  private generation = 0

  constructor(readonly timers: FakeTimers) {
    this.socket = new PhoenixSocket({
      timers,
      reconnect: { dial: () => this.dialled(), backoff: { kind: 'faithful' } },
      events: {
        heartbeat: (rtt) => this.count(rtt === undefined ? 'heartbeat late' : 'heartbeat'),
        odd: (word) => this.count(word),
        lost: (code) => this.count(`lost ${code}`),
      },
    })
  }

  count(word: string): void {
    this.seen.set(word, (this.seen.get(word) ?? 0) + 1)
  }

  chance(share: number): boolean {
    this.n += 1
    return !this.isKind && pick('bad days', this.n, 'chance', 1000) < share * 1000
  }

  send(data: string | Uint8Array): void {
    const { joinRef, ref, topic, event } = frameOf(data)
    if (this.chance(0.05)) return this.drop(1012)
    if (this.chance(0.02)) return this.say(10, 'nonsense')
    if (event !== 'heartbeat' && this.chance(0.1))
      return this.say(10, JSON.stringify([joinRef, joinRef, topic, 'phx_error', {}]))
    if (this.chance(0.1)) return
    const status = event !== 'heartbeat' && this.chance(0.1) ? 'error' : 'ok'
    const wait = this.chance(0.1) ? 12 * second : 3_000
    this.say(wait, JSON.stringify([joinRef, ref, topic, 'phx_reply', { status, response: {} }]))
    if (event === 'phx_leave') this.say(wait, JSON.stringify([joinRef, joinRef, topic, 'phx_close', {}]))
  }

  close(code: number): void {
    this.drop(code)
  }

  drop(code: number): void {
    this.generation += 1
    this.timers.after(500, { ring: () => this.socket.closed(code, '') })
  }

  private dialled(): void {
    const ring = (): void => {
      if (this.chance(0.3)) return this.socket.closed(1006, 'refused')
      this.socket.opened(this)
    }
    this.timers.after(2_000, { ring })
  }

  private say(delay: number, text: string): void {
    const { generation } = this
    const ring = (): void => {
      if (generation === this.generation) this.socket.received(text, false, this.timers.now())
    }
    this.timers.after(delay, { ring })
  }
}

test('five hours of a bad server: every question has one answer, and nothing grows', () => {
  const timers = new FakeTimers()
  const server = new BadServer(timers)
  const { socket } = server
  socket.opened(server)
  let asked = 0
  let told = 0
  const done = (reply: ChannelReply): void => {
    told += 1
    server.count(reply.status)
  }
  const channelOf = (topic: string) =>
    socket.channel(topic, () => ({}), {
      rejoined: ({ status }) => server.count(`rejoined ${status}`),
      crashed: () => server.count('crashed'),
      closed: () => server.count('closed by server'),
    })
  let channels = ['a', 'b', 'c'].map((topic) => channelOf(topic))
  const sizes: number[] = []
  for (let step = 1; timers.now() < 5 * hour; step += 1) {
    server.isKind = timers.now() % hour > hour - 180 * second
    const at = step % 3
    const channel = channels[at]
    if (channel === undefined) throw new Error('three channels')
    asked += 1
    if (channel.state === 'closed') channel.join(10 * second, done)
    else if (!server.isKind && step % 50 === 0) {
      asked += 1
      channel.push('work', { step }, 10 * second, done)
      channel.leave(10 * second, done)
      if (step % 100 === 0) {
        channels = channels.map((other) => (other === channel ? channelOf(channel.topic) : other))
      }
    } else channel.push('work', { step }, 10 * second, done)
    timers.advance(5 * second)
    if (timers.now() % hour === 0) {
      timers.advance(second)
      sizes.push(reachable(socket, [timers, server]))
      expect(channels.map(({ state }) => state)).toEqual(['joined', 'joined', 'joined'])
      expect([socket.pending, timers.count]).toEqual([1, 1])
      expect(told).toBe(asked)
      timers.advance(4 * second)
    }
  }
  expect(sizes).toHaveLength(5)
  expect(new Set(sizes).size).toBe(1)
  // Each of the bad days was met.
  const statuses: readonly ReplyStatus[] = ['ok', 'error', 'timed_out', 'crashed', 'closed', 'left']
  const rejoins = ['ok', 'error', 'timed_out', 'crashed'].map((status) => `rejoined ${status}`)
  const others = ['heartbeat', 'heartbeat late', 'broken', 'stray', 'stale_join', 'lost 1012', 'lost 1000']
  const words = [...statuses, ...rejoins, ...others]
  expect(words.filter((word) => !server.seen.has(word))).toEqual([])
  socket.disconnect()
  timers.advance(second)
  expect([socket.pending, timers.count]).toEqual([0, 0])
})
