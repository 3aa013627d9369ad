import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { OurClient, RealClient, type Client } from './oracle-clients.js'
import { OracleServer } from './oracle-server.js'

type Conversation = (client: Client, server: OracleServer) => Promise<string[]>
interface Told {
  readonly log: readonly string[]
  readonly closes: readonly string[]
  readonly answers: readonly string[]
  readonly heard: readonly string[]
}

const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

const hold = async (
  make: (url: string, heartbeat: number) => Client,
  conversation: Conversation,
  heartbeat: number,
): Promise<Told> => {
  const server = new OracleServer()
  ending.push(async () => server.close())
  const client = make(await server.url(), heartbeat)
  ending.push(async () => client.end())
  await client.open()
  const answers = await conversation(client, server)
  return { log: [...server.log], closes: [...server.closes], answers, heard: client.heard }
}

/** Holds the conversation once with the npm client and once with ours; they must not differ. Returns what was the same. */
const both = async (conversation: Conversation, heartbeat = 1_000_000): Promise<Told> => {
  const [real, ours] = await Promise.all([
    hold((url, every) => new RealClient(url, every), conversation, heartbeat),
    hold((url, every) => new OurClient(url, every), conversation, heartbeat),
  ])
  expect(ours).toEqual(real)
  return ours
}

const untilClosed = async (server: OracleServer): Promise<void> => {
  await vi.waitUntil(() => server.closes.length > 0, { interval: 2, timeout: 12_000 })
}

const untilJoined = async (client: Client, times: number): Promise<void> => {
  await vi.waitUntil(() => client.joined >= times, { interval: 2, timeout: 12_000 })
}

test('join, push with ok, error and no answer, messages, leave, join again', async () => {
  const { log, answers, heard } = await both(async (client) => [
    await client.join('room:1'),
    await client.push('room:1', 'echo', { seat: 'A"1é' }),
    await client.push('room:1', 'refuse', {}),
    await client.push('room:1', 'silent', {}, 20),
    await client.push('room:1', 'notify', {}),
    await client.join('room:2'),
    await client.push('room:2', 'echo', { n: [1, null] }),
    await client.leave('room:1'),
    await client.join('room:1'),
  ])
  expect(log).toEqual([
    'open',
    'r1 r1 room:1 phx_join {"token":"x"}',
    'r1 r2 room:1 echo {"seat":"A\\"1é"}',
    'r1 r3 room:1 refuse {}',
    'r1 r4 room:1 silent {}',
    'r1 r5 room:1 notify {}',
    'r6 r6 room:2 phx_join {"token":"x"}',
    'r6 r7 room:2 echo {"n":[1,null]}',
    'r1 r8 room:1 phx_leave {}',
    'r9 r9 room:1 phx_join {"token":"x"}',
  ])
  expect(answers[2]).toBe('error {"reason":"sold_out"}')
  expect(heard).toEqual(['to_all {"n":1}', 'to_you {"n":2}'])
})

test('crash: the channel joins again', async () => {
  const { log } = await both(async (client) => {
    await client.join('room:1')
    void client.push('room:1', 'crash', {})
    await untilJoined(client, 2)
    return [await client.push('room:1', 'echo', {})]
  })
  expect(log.at(-2)).toBe('r3 r3 room:1 phx_join {"token":"x"}')
})

test('orderly end by the server: no rejoin', async () => {
  const { log } = await both(async (client) => {
    await client.join('room:1')
    void client.push('room:1', 'end', {})
    await sleep(150)
    return [await client.join('room:2')]
  })
  expect(log).toHaveLength(4)
})

test('refused join: tried again', async () => {
  const { log, answers } = await both(async (client) => {
    const first = await client.join('room:busy')
    await untilJoined(client, 1)
    return [first, await client.push('room:busy', 'echo', {})]
  })
  expect(answers[0]).toBe('error {"reason":"busy"}')
  expect(log.filter((line) => line.includes('phx_join'))).toHaveLength(2)
})

test('join in time-out: leave, join again; the late ok counts for nothing', async () => {
  const { log, answers } = await both(async (client) => {
    const first = await client.join('room:slow', 1_000)
    await untilJoined(client, 1)
    return [first, String(client.joined), await client.push('room:slow', 'echo', {})]
  })
  expect(answers.slice(0, 2)).toEqual(['timeout', '1'])
  expect(log.slice(1)).toEqual([
    'r1 r1 room:slow phx_join {"token":"x"}',
    'r1 r2 room:slow phx_leave {}',
    'r3 r3 room:slow phx_join {"token":"x"}',
    'r3 r4 room:slow echo {}',
  ])
})

test('two channels on one topic: the first leaves', async () => {
  const { log } = await both(async (client) => [await client.join('room:1'), await client.join('room:1')])
  expect(log.slice(2)).toEqual(['r1 r2 room:1 phx_leave {}', 'r3 r3 room:1 phx_join {"token":"x"}'])
})

test('binary push and binary reply', async () => {
  const { log, answers } = await both(async (client) => [
    await client.join('room:1'),
    await client.push('room:1', 'up', new Uint8Array([0, 255, 7])),
  ])
  expect(log.at(-1)).toBe('r1 r2 room:1 up 00ff07')
  expect(answers.at(-1)).toBe('ok 00ff07')
})

test.each([1001, 1012])('after %i: dial again, join again at once', async (code) => {
  const { log, closes } = await both(async (client, server) => {
    await client.join('room:1')
    await client.join('room:2')
    void client.push('room:1', 'drop', { code })
    await untilClosed(server)
    await untilJoined(client, 4)
    return [await client.push('room:2', 'echo', {})]
  })
  expect(log.filter((line) => line === 'open')).toHaveLength(2)
  expect(closes[0]).toContain(String(code))
})

test('after 1000: never again', async () => {
  const { log } = await both(async (client, server) => {
    await client.join('room:1')
    void client.push('room:1', 'drop', { code: 1000 })
    await untilClosed(server)
    await sleep(250)
    return []
  })
  expect(log.filter((line) => line === 'open')).toHaveLength(1)
})

test('heartbeats are answered and go on; one that is not closes with 1000, and all begins anew', async () => {
  const { log, closes } = await both(async (client, server) => {
    server.heartbeatsAnswered = 2
    await client.join('room:1')
    await untilClosed(server)
    await untilJoined(client, 2)
    return []
  }, 700)
  expect(closes).toEqual(['1000 heartbeat timeout'])
  expect(log).toEqual([
    'open',
    'r1 r1 room:1 phx_join {"token":"x"}',
    '- r2 phoenix heartbeat {}',
    '- r3 phoenix heartbeat {}',
    '- r4 phoenix heartbeat {}',
    'open',
    'r5 r5 room:1 phx_join {"token":"x"}',
  ])
})
