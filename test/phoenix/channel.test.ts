import { expect, test } from 'vitest'
import { Bench, frameOf, heard, second } from './fakes.js'

test('join, push, reply, server push and leave, with one counter of refs', () => {
  const bench = new Bench().open()
  const seen: string[] = []
  const channel = bench.socket.channel('room:1', () => ({ token: 'x' }), {
    message: (frame, at) => seen.push(`${frame.event} ${frame.text} ${at}`),
    closed: () => seen.push('closed'),
  })
  const all = heard()
  expect(channel.state).toBe('closed')
  channel.join(second, all.done)
  expect(channel.state).toBe('joining')
  bench.timers.advance(20)
  bench.reply('ok', { hello: 1 })
  expect(channel.state).toBe('joined')
  channel.push('a', { n: 1 }, second, all.done)
  bench.reply('error', { reason: 'sold_out' })
  bench.receive('1', null, 'room:1', 'seat_held', { seat: 'A1' })
  bench.receive(null, null, 'room:1', 'seat_held', { seat: 'A2' })
  channel.leave(second, all.done)
  expect(channel.state).toBe('leaving')
  bench.reply()
  bench.receive('1', '1', 'room:1', 'phx_close')
  expect(channel.state).toBe('closed')
  expect(bench.wire).toEqual([
    '["1","1","room:1","phx_join",{"token":"x"}]',
    '["1","2","room:1","a",{"n":1}]',
    '["1","3","room:1","phx_leave",{}]',
  ])
  expect(all.said).toEqual(['ok', 'error sold_out', 'ok'])
  expect(all.replies[0]).toMatchObject({ response: { hello: 1 }, at: 20 })
  expect(seen).toEqual(['seat_held {"seat":"A1"} 20', 'seat_held {"seat":"A2"} 20'])
  expect(bench.told).toEqual([])
})

test('replies are matched by ref, in any order, and only with the topic and join_ref of the question', () => {
  const bench = new Bench().open()
  const channel = bench.joined('room:1')
  const [first, second_] = [heard(), heard()]
  channel.push('a', {}, second, first.done)
  channel.push('b', {}, second, second_.done)
  bench.receive('1', '3', 'room:1', 'phx_reply', { status: 'ok', response: { b: 1 } })
  bench.receive('1', '2', 'room:2', 'phx_reply', { status: 'ok', response: {} })
  bench.receive('9', '2', 'room:1', 'phx_reply', { status: 'ok', response: {} })
  bench.receive('1', '9', 'room:1', 'phx_reply', { status: 'ok', response: {} })
  expect(second_.replies[0]?.response).toEqual({ b: 1 })
  expect(first.replies).toEqual([])
  bench.receive(null, '2', 'room:1', 'phx_reply', { response: { a: 1 }, status: 'ok' })
  expect(first.replies[0]?.response).toEqual({ a: 1 })
  expect(bench.told).toEqual([
    'stray: phx_reply on room:2',
    'stale_join: phx_reply on room:1',
    'stray: phx_reply on room:1',
  ])
})

test('binary push and binary reply', () => {
  const bench = new Bench().open()
  const channel = bench.joined('r')
  const all = heard()
  channel.push('up', new Uint8Array([1, 2]), second, all.done)
  expect(bench.sent[1]).toEqual(new Uint8Array([0, 1, 1, 1, 2, 49, 50, 114, 117, 112, 1, 2]))
  bench.socket.received(new Uint8Array([1, 1, 1, 1, 2, 49, 50, 114, 111, 107, 9]), true, 5)
  expect(all.replies).toMatchObject([{ status: 'ok', bytes: new Uint8Array([9]), at: 5, size: 11 }])
  expect(() => channel.push('e'.repeat(300), new Uint8Array(), second, all.done)).toThrow(RangeError)
  expect(bench.socket.pending).toBe(1 /* the timer */)
})

test('a push on a channel that is not joined is closed at once, and nothing is sent', () => {
  const bench = new Bench()
  const channel = bench.socket.channel('r', () => ({}), {})
  const all = heard()
  channel.join(second, all.done)
  bench.open()
  channel.push('a', {}, second, all.done)
  channel.leave(second, all.done)
  channel.join(second, all.done)
  channel.push('a', {}, second, all.done)
  expect(all.said).toEqual(['closed not_open', 'closed not_joined', 'closed not_joined', 'closed not_joined'])
  expect(bench.wire).toEqual(['["1","1","r","phx_join",{}]'])
})

test('a push that is not answered in time is timed out, its late answer is stray, and the channel stays', () => {
  const bench = new Bench().open()
  const channel = bench.joined('r')
  const all = heard()
  channel.push('slow', {}, second, all.done)
  const asked = bench.last
  channel.push('slower', {}, 2 * second, all.done)
  bench.timers.advance(second - 1)
  expect(all.said).toEqual([])
  bench.timers.advance(1)
  expect(all.said).toEqual(['timed_out timeout'])
  expect(all.replies[0]?.at).toBe(second)
  bench.reply('ok', {}, asked)
  bench.timers.advance(second)
  expect(all.said).toEqual(['timed_out timeout', 'timed_out timeout'])
  expect(channel.state).toBe('joined')
  expect(bench.told).toEqual(['stray: phx_reply on r'])
})

test('a crash fails all that is pending on its topic and nothing else', () => {
  const bench = new Bench().open()
  const seen: string[] = []
  const one = bench.joined('one', { crashed: (at) => seen.push(`crashed ${at}`) })
  const two = bench.joined('two')
  const [ofOne, ofTwo] = [heard(), heard()]
  one.push('a', {}, second, ofOne.done)
  two.push('a', {}, second, ofTwo.done)
  one.push('b', {}, second, ofOne.done)
  bench.timers.advance(7)
  bench.receive('1', '1', 'one', 'phx_error', { reason: 'channel_crash' })
  expect(ofOne.said).toEqual(['crashed phx_error', 'crashed phx_error'])
  expect(one.state).toBe('errored')
  expect(seen).toEqual(['crashed 7'])
  bench.reply('ok', {}, frameOf('["2","4","two","a",{}]'))
  expect(ofTwo.said).toEqual(['ok'])
  bench.receive('1', null, 'one', 'diff')
  expect(bench.told).toEqual(['stale_join: diff on one'])
  bench.timers.advance(60 * second)
  expect(bench.wire.filter((text) => text.includes('phx_join'))).toHaveLength(2)
})

test('an orderly end by the server closes the channel and fails what is pending', () => {
  const bench = Bench.redialling().open()
  const seen: number[] = []
  const channel = bench.joined('r', { closed: (at) => seen.push(at) })
  const all = heard()
  channel.push('a', {}, second, all.done)
  bench.timers.advance(3)
  bench.receive('1', '1', 'r', 'phx_close')
  expect([all.said, seen, channel.state]).toEqual([['closed phx_close'], [3], 'closed'])
  bench.timers.advance(20 * second)
  expect(bench.wire).toHaveLength(2)
  bench.receive(null, null, 'r', 'ev')
  expect(bench.told).toEqual(['stray: ev on r'])
})

test('leaving tells what was pending, hears both orders of reply and close, and keeps the server quiet', () => {
  for (const closeFirst of [true, false]) {
    const bench = new Bench().open()
    const channel = bench.joined('lv:x', {
      message: () => expect.unreachable(),
      closed: () => expect.unreachable(),
    })
    const [pushed, left] = [heard(), heard()]
    channel.push('a', {}, second, pushed.done)
    const asked = bench.last
    channel.leave(second, left.done)
    const leave = bench.last
    bench.reply('ok', {}, asked)
    bench.receive('1', null, 'lv:x', 'diff')
    bench.receive(null, null, 'lv:x', 'broadcast')
    if (closeFirst) bench.receive('1', '1', 'lv:x', 'phx_close')
    bench.reply('ok', { bye: 1 }, leave)
    if (!closeFirst) bench.receive('1', '1', 'lv:x', 'phx_close')
    expect(pushed.said).toEqual(['left leave'])
    expect(left.replies).toMatchObject([{ status: 'ok', response: { bye: 1 } }])
    expect([channel.state, bench.told]).toEqual(['closed', []])
  }
})

test('a leave while joining tells the join; a leave without an answer ends by its time; one that crashes too', () => {
  const bench = new Bench().open()
  const channel = bench.socket.channel('r', () => ({}), {})
  const [joined, left] = [heard(), heard()]
  channel.join(second, joined.done)
  channel.leave(second, left.done)
  expect(joined.said).toEqual(['left leave'])
  bench.timers.advance(second)
  expect([left.said, channel.state]).toEqual([['timed_out timeout'], 'closed'])
  const other = bench.joined('s')
  other.leave(second, left.done)
  bench.receive(bench.last.joinRef, null, 's', 'phx_error')
  expect([left.said.at(-1), other.state]).toEqual(['crashed phx_error', 'closed'])
})

test('two time-outs at once, of which the first leaves: each push is told once', () => {
  const bench = new Bench().open()
  const channel = bench.joined('r')
  const all = heard()
  channel.push('a', {}, second, (reply) => {
    all.done(reply)
    channel.leave(second)
  })
  channel.push('b', {}, second, all.done)
  bench.timers.advance(second)
  expect(all.said).toEqual(['timed_out timeout', 'left leave'])
})

test('what is told may ask again at once: a crash, a time-out and a refusal that are answered by a new join', () => {
  const bench = new Bench().open()
  const channel = bench.joined('r')
  const again = (): void => channel.join(second, () => undefined)
  channel.push('a', {}, second, again)
  bench.receive('1', '1', 'r', 'phx_error')
  expect([channel.state, bench.last.event]).toEqual(['joining', 'phx_join'])
  bench.reply()
  channel.push('a', {}, second, again)
  bench.timers.advance(second)
  expect([channel.state, bench.last.event]).toEqual(['joining', 'phx_join'])
  bench.reply()
  expect(channel.state).toBe('joined')
})
