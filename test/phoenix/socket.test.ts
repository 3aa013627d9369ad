import { expect, test } from 'vitest'
import { Bench, heard, second } from './fakes.js'

test('heartbeats: 30 s after opening, then 30 s after each answer, with a null join_ref', () => {
  const bench = new Bench().open()
  bench.timers.advance(30 * second - 1)
  expect(bench.wire).toEqual([])
  bench.timers.advance(1)
  expect(bench.wire).toEqual(['[null,"1","phoenix","heartbeat",{}]'])
  bench.timers.advance(4 * second)
  bench.reply()
  bench.timers.advance(30 * second - 1)
  expect(bench.wire).toHaveLength(1)
  bench.timers.advance(1)
  expect(bench.wire).toHaveLength(2)
  expect(bench.told).toEqual(['heartbeat 4000000'])
})

test('the first heartbeat may have a phase of its own', () => {
  const bench = new Bench({ heartbeatEvery: 10 * second, firstHeartbeat: 3 * second }).open()
  bench.timers.advance(3 * second)
  bench.reply()
  bench.timers.advance(10 * second)
  expect(bench.wire).toHaveLength(2)
})

test('a late heartbeat gives the connection up with 1000, and dials again when it is gone', () => {
  const bench = Bench.redialling().open()
  const channel = bench.joined('r')
  const all = heard()
  channel.push('a', {}, 90 * second, all.done)
  bench.timers.advance(60 * second)
  expect(bench.closes).toEqual([[1000, 'heartbeat timeout']])
  expect(all.said).toEqual(['closed heartbeat_timeout'])
  expect(bench.told).toEqual(['lost 1000 heartbeat timeout', 'heartbeat undefined'])
  expect([bench.socket.isOpen, channel.state]).toEqual([false, 'errored'])
  bench.timers.advance(60 * second)
  expect(bench.dials).toBe(0)
  bench.socket.closed(1000, '')
  bench.timers.advance(10_000)
  expect(bench.dials).toBe(1)
  bench.open()
  expect(bench.last.event).toBe('phx_join')
  expect(bench.told).toHaveLength(2)
})

test.each([1001, 1006, 1011, 1012])(
  'after %i: pending fails with the code, dial, rejoin at once on opening',
  (code) => {
    const bench = Bench.redialling().open()
    const rejoined = heard()
    const [one, two] = [bench.joined('one', { rejoined: rejoined.done }), bench.joined('two')]
    const all = heard()
    one.push('a', {}, second, all.done)
    two.leave(second, all.done)
    bench.socket.closed(code, 'why')
    expect(all.said).toEqual([`closed ${code}`, `closed ${code}`])
    expect([one.state, two.state]).toEqual(['errored', 'closed'])
    expect(bench.told).toEqual([`lost ${code} why`])
    bench.socket.received('["1","1","one","phx_error",{}]', false, 0)
    one.push('b', {}, second, all.done)
    expect(all.said.at(-1)).toBe('closed not_joined')
    bench.timers.advance(9_999)
    expect(bench.dials).toBe(0)
    bench.timers.advance(1)
    expect(bench.dials).toBe(1)
    const before = bench.wire.length
    bench.open()
    expect(bench.wire.slice(before)).toEqual(['["5","5","one","phx_join",{"token":"x"}]'])
    bench.reply()
    expect([rejoined.said, one.state]).toEqual([['ok'], 'joined'])
  },
)

test('after 1000 by the server it is lost for good, and it is told', () => {
  const bench = Bench.redialling().open()
  const channel = bench.joined('r')
  bench.socket.closed(1000, 'bye')
  expect([bench.socket.pending, bench.timers.count]).toEqual([0, 0])
  bench.socket.closed(1006, 'said twice')
  bench.timers.advance(3600 * second)
  expect([bench.dials, channel.state, bench.socket.pending]).toEqual([0, 'errored', 0])
  expect(bench.told).toEqual(['lost 1000 bye'])
})

test('redials that fail: the steps of the browser client; the counter starts anew on opening, not on joining', () => {
  const bench = Bench.redialling()
  bench.socket.closed(1006, 'refused')
  const steps = [10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 5000]
  for (const [index, step] of steps.entries()) {
    bench.timers.advance(step * 1000 - 1)
    expect(bench.dials).toBe(index)
    bench.timers.advance(1)
    expect(bench.dials).toBe(index + 1)
    bench.socket.closed(1006, 'refused')
  }
  bench.timers.advance(5 * second)
  bench.open()
  bench.socket.closed(1012, '')
  bench.timers.advance(10_000)
  expect(bench.dials).toBe(steps.length + 2)
  expect(bench.told).toEqual(['lost 1012 '])
})

test('jitter: a share of the same steps', () => {
  let dials = 0
  const shares = [0.5, 0, 0.999]
  const bench = new Bench({
    reconnect: { dial: () => (dials += 1), backoff: { kind: 'jitter', random: () => shares.shift() ?? 0 } },
  })
  for (const [index, wait] of [5_000, 0, 99_900].entries()) {
    bench.socket.closed(1006, '')
    if (wait > 0) bench.timers.advance(wait - 1)
    expect(dials).toBe(index)
    bench.timers.advance(1)
    expect(dials).toBe(index + 1)
  }
})

test('a rejoin waits for a connection, overtakes its own delay, and counts its tries anew', () => {
  const bench = Bench.redialling().open()
  const channel = bench.joined('r')
  bench.receive('1', '1', 'r', 'phx_error')
  bench.timers.advance(second)
  bench.reply('error', {})
  bench.socket.closed(1006, '')
  bench.timers.advance(10 * second)
  expect([bench.dials, channel.state, bench.wire.length]).toEqual([1, 'errored', 2])
  bench.open()
  expect([channel.state, bench.wire.length]).toEqual(['joining', 3])
  bench.reply('error', {})
  bench.timers.advance(second)
  expect(bench.wire).toHaveLength(4)
})

test('disconnect leaves nothing: pending told, timers ended, transport closed, late dials closed', () => {
  const bench = Bench.redialling().open()
  const channel = bench.joined('r', { closed: () => expect.unreachable() })
  const all = heard()
  channel.push('a', {}, second, all.done)
  channel.push('b', {}, second, all.done)
  bench.socket.disconnect(1001, 'going')
  expect(all.said).toEqual(['closed disconnect', 'closed disconnect'])
  expect([bench.socket.pending, bench.timers.count, channel.state]).toEqual([0, 0, 'closed'])
  expect(bench.closes).toEqual([[1001, 'going']])
  bench.socket.closed(1006, '')
  bench.open()
  expect(bench.closes.at(-1)).toEqual([1000, ''])
  channel.join(second, all.done)
  expect(all.said.at(-1)).toBe('closed not_open')
  expect([bench.dials, bench.socket.isOpen, bench.timers.count, bench.told]).toEqual([0, false, 0, []])
})

test('disconnect while a redial waits ends it', () => {
  const bench = Bench.redialling().open()
  bench.socket.closed(1006, '')
  bench.socket.disconnect()
  bench.timers.advance(60 * second)
  expect([bench.dials, bench.timers.count]).toEqual([0, 0])
})

test('disconnect from within what is told of a loss: no dial follows', () => {
  const bench = Bench.redialling().open()
  const channel = bench.joined('r')
  channel.push('a', {}, second, () => bench.socket.disconnect())
  bench.socket.closed(1006, '')
  bench.timers.advance(60 * second)
  expect([bench.dials, bench.timers.count, bench.closes]).toEqual([0, 0, []])
})

test('one timer, however much is pending', () => {
  const bench = Bench.redialling().open()
  const channel = bench.joined('r')
  for (let n = 0; n < 50; n += 1) channel.push('a', {}, (50 - n) * second, () => undefined)
  expect([bench.timers.count, bench.socket.pending]).toEqual([1, 51])
  bench.timers.advance(25 * second)
  expect([bench.timers.count, bench.socket.pending]).toEqual([1, 26])
})

test('frames that nobody can read or that belong to nobody are told by a word and change nothing', () => {
  const bench = new Bench().open()
  const channel = bench.joined('r', { message: () => expect.unreachable() })
  bench.receiveText('hello')
  bench.socket.received(new Uint8Array([1, 9]), true, 0)
  bench.receive(null, '99', 'phoenix', 'phx_reply', { status: 'ok', response: {} })
  bench.receive(null, null, 'elsewhere', 'ev')
  bench.receive('7', null, 'r', 'ev')
  bench.receive('1', null, 'r', 'phx_unheard_of')
  expect(bench.told).toEqual([
    'broken: not JSON',
    'broken: binary header cut',
    'stray: phx_reply on phoenix',
    'stray: ev on elsewhere',
    'stale_join: ev on r',
    'stray: phx_unheard_of on r',
  ])
  expect(channel.state).toBe('joined')
})

test('a join whose answer cannot be read is malformed', () => {
  const bench = new Bench().open()
  const all = heard()
  const channel = bench.socket.channel('r', () => ({}), {})
  channel.join(second, all.done)
  bench.receiveText('["1","1","r","phx_reply",{"status":"ok"}]')
  expect([all.said, channel.state]).toEqual([['malformed reply without response'], 'errored'])
})
