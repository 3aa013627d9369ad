import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { disconnect } from '../../platform/redis/keys.js'
import { get } from './client.js'
import { metric } from './realtime-actions.js'
import { answered, Bare, Listener, pause, socketUrl, topicOf, until } from './realtime-client.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let tenant: Tenant
let token: string | undefined
const open: Bare[] = []

beforeAll(async () => {
  platform = await startTestPlatform()
  node = await platform.node('socket_backlog_bytes=200000', 'socket_max_channels=3')
  tenant = await makeTenant(node.app)
  token = tenant.buyers[0]?.token
})
afterEach(() => {
  for (const { ws } of open.splice(0)) ws.terminate()
})
afterAll(async () => {
  const last = await Bare.to(node, token)
  await platform.stop()
  // Told before it was cut off, although the HTTP server closed all its connections first.
  const code = await last.closed()
  if (code !== 1012) throw new Error(`at shutdown the socket was closed with ${code}`)
})

async function bare(at = node, as = token): Promise<Bare> {
  const opened = await Bare.to(at, as)
  open.push(opened)
  return opened
}

/** Joins as a client does whose next ref is `ref`. */
async function join(socket: Bare, ref: string, topic = topicOf(tenant)): Promise<readonly unknown[]> {
  socket.send(ref, ref, topic, 'phx_join', {})
  return socket.reply(ref)
}

test('who may connect: serializer 2, a good token, and no origin but our own', async () => {
  const at = (query: string, headers = {}): Promise<Bare | number> =>
    Bare.open(`${socketUrl(node)}/websocket?${query}`, headers)
  const good = `token=${token}&vsn=2.0.0`
  const host = new URL(node.url).host
  const refused = await Promise.all([
    at(`token=${token}`),
    at(`token=${token}&vsn=1.0.0`),
    at('token=nobody&vsn=2.0.0'),
    at('vsn=2.0.0'),
    at(good, { origin: 'http://evil.example' }),
    at(good, { origin: `http://${host}0` }),
    at(good, { origin: 'null' }),
    Bare.open(`${node.url.replace('http', 'ws')}/elsewhere/websocket?${good}`),
  ])
  expect(refused).toEqual([403, 403, 403, 403, 403, 403, 403, 404])
  const own = await at(good, { origin: `http://${host}` })
  if (typeof own === 'number') throw new Error(`refused with ${own}`)
  expect(own.ws.extensions).toBe('')
  own.ws.terminate()
  expect((await get(`${node.url}/socket/websocket?${good}`)).status).toBe(400)
})

test('a heartbeat is answered, and what fits no channel is told so', async () => {
  const socket = await bare()
  socket.send(null, '7', 'phoenix', 'heartbeat', {})
  socket.send('3', '8', topicOf(tenant), 'ping', {})
  socket.send('3', '9', topicOf(tenant), 'phx_leave', {}, 'a sixth element')
  socket.send('4', '10', 'room:1', 'phx_join', {})
  expect(await socket.reply('7')).toEqual([null, '7', 'phoenix', 'phx_reply', { status: 'ok', response: {} }])
  const unmatched = { status: 'error', response: { reason: 'unmatched topic' } }
  expect(await socket.reply('8')).toEqual([null, '8', topicOf(tenant), 'phx_reply', unmatched])
  expect((await socket.reply('9')).at(4)).toEqual({ status: 'ok', response: {} })
  expect(await socket.reply('10')).toEqual([null, '10', 'room:1', 'phx_reply', unmatched])
})

test.each(['no json', '{}', '["1","1","t","e"]', '["1",2,"t","e",{}]', '["1","2","t","e",[]]'])(
  'a frame that is none closes the socket with 1011: %s',
  async (text) => {
    const socket = await bare()
    socket.ws.send(text)
    expect(await socket.closed()).toBe(1011)
  },
)

test('a bad binary frame closes the socket as well', async () => {
  const socket = await bare()
  socket.ws.send(Buffer.from([0, 200, 1, 1, 1, 65]))
  expect(await socket.closed()).toBe(1011)
})

test('a second join of a topic closes the first, and what was meant for the first is dropped', async () => {
  const socket = await bare()
  const topic = topicOf(tenant)
  expect((await join(socket, '1')).slice(0, 3)).toEqual(['1', '1', topic])
  await join(socket, '2')
  expect(await socket.frame(([, , , event]) => event === 'phx_close')).toEqual([
    '1',
    '1',
    topic,
    'phx_close',
    {},
  ])
  expect(socket.frames.map(([joinRef, , , event]) => [joinRef, event])).toEqual([
    ['1', 'phx_reply'],
    ['2', 'phx_reply'],
    ['1', 'phx_close'],
  ])
  socket.send('1', '3', topic, 'ping', {})
  socket.send('2', '4', topic, 'ping', { n: 1 })
  socket.send(null, '5', topic, 'ping', {})
  expect(await socket.reply('4')).toEqual([
    '2',
    '4',
    topic,
    'phx_reply',
    { status: 'ok', response: { n: 1 } },
  ])
  await socket.reply('5')
  expect(socket.frames.some(([, ref]) => ref === '3')).toBe(false)
  expect(await metric(node, 'voelgoedevents_channels{domain="seating"}')).toBe(1)
})

test('to leave is answered with ok and a close, and the topic can be joined again', async () => {
  const listener = new Listener(node, token)
  const { channel } = await listener.join(topicOf(tenant))
  expect((await answered(channel.leave())).status).toBe('ok')
  expect((await listener.join(topicOf(tenant))).status).toBe('ok')
  listener.end()
  await until(async () => (await metric(node, 'voelgoedevents_channels{domain="seating"}')) === 0)
})

test('what a channel does not know crashes it: no answer, an error, and the client joins anew', async () => {
  const socket = await bare()
  await join(socket, '1')
  socket.send('1', '2', topicOf(tenant), 'nonsense', {})
  socket.send('1', '3', topicOf(tenant), 'ping', {})
  expect(await socket.frame(([, , , event]) => event === 'phx_error')).toEqual([
    '1',
    '1',
    topicOf(tenant),
    'phx_error',
    {},
  ])
  await join(socket, '4')
  expect(socket.frames.map(([, ref]) => ref)).toEqual(['1', '1', '4'])

  const listener = new Listener(node, token)
  const channel = listener.channel(topicOf(tenant))
  let joins = 0
  channel.join().receive('ok', () => (joins += 1))
  await until(() => joins === 1)
  channel.push('nonsense', {})
  await until(() => joins === 2, 'the rejoin')
  listener.end()
})

test('bytes go both ways', async () => {
  const listener = new Listener(node, token)
  const { channel } = await listener.join(topicOf(tenant))
  const { status, response } = await answered(channel.push('ping', Uint8Array.from([0, 1, 254, 255]).buffer))
  expect(status).toBe('ok')
  expect(response).toBeInstanceOf(ArrayBuffer)
  expect(response instanceof ArrayBuffer ? [...new Uint8Array(response)] : []).toEqual([0, 1, 254, 255])
  listener.end()
})

test('beyond the limit of channels a join is refused, and one that is given up makes room', async () => {
  const socket = await bare()
  const others = await Promise.all([makeTenantEvent(), makeTenantEvent(), makeTenantEvent()])
  const [first, second, third] = others
  await join(socket, '1')
  await join(socket, '2', first)
  await join(socket, '3', second)
  const error = { status: 'error', response: { reason: 'too many channels joined' } }
  expect((await join(socket, '4', third)).at(4)).toEqual(error)
  socket.send('2', '5', first, 'phx_leave', {})
  await socket.reply('5')
  expect((await join(socket, '6', third)).at(4)).toMatchObject({ status: 'ok' })
})

/** Another event of the tenant, as its topic. */
async function makeTenantEvent(): Promise<string> {
  const [row] = await node.app.pg.query<{ id: string }>(
    "INSERT INTO events (organization_id, slug, status) VALUES ($1, gen_random_uuid()::text, 'live') RETURNING id",
    [tenant.org],
  )
  return `org:${tenant.org}:event:${row?.id}:seating`
}

test('joins of a socket are made one after another, and everything on it waits', async () => {
  const socket = await bare()
  const slow = await makeTenantEvent()
  const honest = node.app.seams.joinDelay
  node.app.seams.joinDelay = (topic) => (topic === slow ? 150 : 0)
  try {
    await join(socket, '1')
    const started = performance.now()
    socket.send('2', '2', slow, 'phx_join', {})
    socket.send('3', '3', await makeTenantEvent(), 'phx_join', {})
    socket.send(null, '4', 'phoenix', 'heartbeat', {})
    await socket.reply('4')
    expect(performance.now() - started).toBeGreaterThan(140)
    expect(socket.frames.map(([, ref]) => ref)).toEqual(['1', '2', '3', '4'])
  } finally {
    node.app.seams.joinDelay = honest
  }
})

test('a join that crashes is answered, and the socket lives on', async () => {
  const socket = await bare()
  const honest = node.app.seams.mayJoin
  node.app.seams.mayJoin = () => {
    throw new Error('planted by the test')
  }
  const crashed = await join(socket, '1').finally(() => (node.app.seams.mayJoin = honest))
  expect(crashed.at(4)).toEqual({ status: 'error', response: { reason: 'join crashed' } })
  expect((await join(socket, '2')).at(4)).toMatchObject({ status: 'ok' })
})

test('who reads too slowly is cut off, and counted', async () => {
  const socket = await bare()
  await join(socket, '1')
  const before = await metric(node, 'voelgoedevents_sockets_overrun_total')
  socket.ws.pause()
  const much = 'x'.repeat(1_000_000)
  for (let ref = 2; ref < 30; ref += 1) socket.send('1', String(ref), topicOf(tenant), 'ping', { much })
  await until(
    async () => (await metric(node, 'voelgoedevents_sockets_overrun_total')) === before + 1,
    'the overrun',
  )
  // What was written before the close can still be read, and then the reason.
  socket.ws.resume()
  expect(await socket.closed()).toBe(1011)
})

test('a user who is logged out by force loses the sockets of that tenant with 1001, and stays outside', async () => {
  const [, other, gone] = tenant.buyers
  const [mine, others] = [await bare(node, gone?.token), await bare(node, other?.token)]
  await node.app.pg.query("UPDATE memberships SET status = 'revoked' WHERE user_id = $1", [gone?.id])
  await node.app.redis.publish(disconnect, `${tenant.org}:${gone?.id}`)
  expect(await mine.closed()).toBe(1001)
  expect(others.code).toBeUndefined()
  expect(await Bare.open(`${socketUrl(node)}/websocket?token=${gone?.token}&vsn=2.0.0`)).toBe(403)
})

test('a silent socket is closed with 1002, one that beats is not; at shutdown all go with 1012', async () => {
  const restless = await platform.node('socket_idle_s=0.3')
  const [silent, beating] = [await bare(restless), await bare(restless)]
  let ref = 0
  const beat = setInterval(() => beating.send(null, String((ref += 1)), 'phoenix', 'heartbeat', {}), 100)
  try {
    expect(await silent.closed()).toBe(1002)
    await pause(200)
    expect(beating.code).toBeUndefined()
    const labels = '{endpoint="/socket"}'
    expect(await metric(restless, `voelgoedevents_sockets${labels}`)).toBe(1)
    await restless.app.sockets.drain()
    expect(await beating.closed()).toBe(1012)
    const refused = await Bare.open(`${socketUrl(restless)}/websocket?token=${token}&vsn=2.0.0`)
    expect(refused).toBe(503)
  } finally {
    clearInterval(beat)
  }
})
