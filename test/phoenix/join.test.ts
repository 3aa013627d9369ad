import { expect, test } from 'vitest'
import { Bench, frameOf, heard, reachable, second } from './fakes.js'

const textOf = (data: string | Uint8Array | undefined): string => frameOf(data ?? '').text

test('live navigation: leave and join the same topic at once, each with its own answer', () => {
  const bench = new Bench().open()
  const seen: string[] = []
  const channel = bench.joined('lv:x', { message: ({ event }) => seen.push(event) })
  const [left, joined] = [heard(), heard()]
  channel.leave(second, left.done)
  channel.join(second, joined.done)
  expect(bench.wire.slice(1)).toEqual([
    '["1","2","lv:x","phx_leave",{}]',
    '["3","3","lv:x","phx_join",{"token":"x"}]',
  ])
  bench.receive('1', '1', 'lv:x', 'phx_close')
  bench.receive('1', '2', 'lv:x', 'phx_reply', { status: 'ok', response: {} })
  bench.receive('1', null, 'lv:x', 'old')
  bench.receive('3', '3', 'lv:x', 'phx_reply', { status: 'ok', response: {} })
  bench.receive('3', null, 'lv:x', 'new')
  expect([left.said, joined.said, channel.state, seen]).toEqual([['ok'], ['ok'], 'joined', ['new']])
  expect(bench.told).toEqual(['stale_join: old on lv:x'])
})

test('joining a topic anew: the old join ends, its close trails, its pushes are left', () => {
  const bench = new Bench().open()
  const channel = bench.joined('r', { closed: () => expect.unreachable() })
  const [pushed, joined] = [heard(), heard()]
  channel.push('a', {}, second, pushed.done)
  channel.join(second, joined.done)
  bench.reply()
  bench.receive('1', '1', 'r', 'phx_close')
  expect([pushed.said, joined.said, channel.state]).toEqual([['left joined_anew'], ['ok'], 'joined'])
})

test('another channel on the topic: the first one leaves before it joins', () => {
  const bench = new Bench().open()
  const seen: string[] = []
  const first = bench.joined('r', { closed: () => seen.push('closed'), message: () => seen.push('first') })
  const next = bench.socket.channel('r', () => ({}), { message: () => seen.push('next') })
  next.join(second, () => undefined)
  expect(bench.wire.slice(1)).toEqual(['["1","2","r","phx_leave",{}]', '["3","3","r","phx_join",{}]'])
  bench.receive('1', '2', 'r', 'phx_reply', { status: 'ok', response: {} })
  bench.receive('3', '3', 'r', 'phx_reply', { status: 'ok', response: {} })
  bench.receive(null, null, 'r', 'ev')
  expect([first.state, next.state, seen]).toEqual(['closed', 'joined', ['closed', 'next']])
})

test('another channel on a topic that is being left: the leave is heard, nobody is told of an end', () => {
  const bench = new Bench().open()
  const first = bench.joined('r', { closed: () => expect.unreachable() })
  const left = heard()
  first.leave(second, left.done)
  const leave = bench.last
  bench.socket.channel('r', () => ({}), {}).join(second, () => undefined)
  bench.reply('ok', {}, leave)
  expect([left.said, bench.wire.length]).toEqual([['ok'], 3])
})

test('a refused join is an error with the reason; without a plan to redial it is not tried again', () => {
  const bench = new Bench().open()
  const channel = bench.socket.channel('org:2', () => ({}), {})
  const all = heard()
  channel.join(second, all.done)
  bench.receive(null, '1', 'org:2', 'phx_reply', { status: 'error', response: { reason: 'unmatched topic' } })
  expect([all.said, channel.state]).toEqual([['error unmatched topic'], 'errored'])
  bench.timers.advance(20 * second)
  expect(bench.wire).toHaveLength(1)
})

test('refused joins leave nothing behind', () => {
  const bench = new Bench().open()
  const sizes = [1, 100].map((tries) => {
    for (let n = 0; n < tries; n += 1) {
      bench.socket.channel(`org:${n}`, () => ({}), {}).join(second, () => undefined)
      bench.reply('error', { reason: 'unauthorized' })
    }
    return reachable(bench.socket, [bench, bench.timers])
  })
  expect(sizes[1]).toBe(sizes[0])
})

test('a join in time-out: leaves, joins again after 1, 2, 5, 10 and 10 s, and late ok answers count for nothing', () => {
  const bench = Bench.redialling().open()
  const rejoined = heard()
  const joined = heard()
  const channel = bench.socket.channel('r', () => ({}), { rejoined: rejoined.done })
  channel.join(second, joined.done)
  const first = bench.last
  bench.timers.advance(second)
  expect([joined.said, channel.state]).toEqual([['timed_out timeout'], 'errored'])
  const leave = bench.last
  expect(bench.wire[1]).toBe('["1","2","r","phx_leave",{}]')
  bench.reply('ok', {}, first)
  bench.reply('ok', {}, leave)
  expect(channel.state).toBe('errored')
  expect(bench.told).toEqual(['stale_join: phx_reply on r'])
  for (const delay of [1, 2, 5, 10, 10]) {
    const before = bench.wire.length
    bench.timers.advance(delay * second - 1)
    expect(bench.wire).toHaveLength(before)
    bench.timers.advance(1)
    expect([bench.last.event, channel.state]).toEqual(['phx_join', 'joining'])
    bench.reply('error', { reason: 'join crashed' })
  }
  bench.timers.advance(10 * second)
  bench.reply('ok', { back: 1 })
  expect([joined.said, channel.state]).toEqual([['timed_out timeout'], 'joined'])
  expect(rejoined.said).toEqual([...Array.from({ length: 5 }, () => 'error join crashed'), 'ok'])
  const before = bench.wire.length
  bench.receive(bench.last.joinRef, null, 'r', 'phx_error')
  bench.timers.advance(second)
  expect(bench.wire).toHaveLength(before + 1)
})

test('leaving a channel that waits for its rejoin ends that', () => {
  const bench = Bench.redialling().open()
  const channel = bench.joined('r', { rejoined: () => expect.unreachable() })
  bench.receive('1', '1', 'r', 'phx_error')
  channel.leave(second)
  bench.timers.advance(20 * second)
  expect([channel.state, bench.wire.length]).toEqual(['closed', 1])
})

test('params are asked for at every join', () => {
  const bench = Bench.redialling().open()
  let mounts = 0
  const channel = bench.socket.channel('r', () => ({ _mounts: mounts++ }), {})
  channel.join(second, () => undefined)
  bench.reply()
  bench.receive('1', '1', 'r', 'phx_error')
  bench.timers.advance(second)
  expect(bench.sent.map((data) => textOf(data))).toEqual(['{"_mounts":0}', '{"_mounts":1}'])
})
