import { afterEach, expect, test } from 'vitest'
import { originOf } from '../../src/engine/native/http/origin.js'
import { UserError } from '../../src/model/errors.js'
import { endAll, rawServer, switching, Talk } from './ws-harness.js'

afterEach(endAll)

const answers: readonly (readonly [
  name: string,
  answer: (request: string) => string,
  reason: string,
  message: RegExp,
])[] = [
  ['403', () => 'HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n', 'upgrade_403', /with 403\.$/],
  [
    '302',
    () => 'HTTP/1.1 302 Found\r\nlocation: /login?token=secret\r\n\r\n',
    'upgrade_302',
    /302 and sent us to \/login\.$/,
  ],
  ['200', () => 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello', 'upgrade_200', /with 200/],
  ['400', () => 'HTTP/1.0 400 Bad Request\r\n\r\n', 'upgrade_400', /with 400/],
  ['another key', (request) => switching(request, '', 'x'.repeat(28)), 'bad_upgrade', /accept/],
  [
    'no key',
    () => 'HTTP/1.1 101 Yes\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    'bad_upgrade',
    /accept/,
  ],
  ['two keys', (request) => switching(request, 'sec-websocket-accept: x\r\n'), 'bad_upgrade', /accept/],
  [
    'to HTTP/2',
    (request) => switching(request).replace('WebSocket', 'h2c'),
    'bad_upgrade',
    /upgrade: websocket/,
  ],
  [
    'connection: close',
    (request) => switching(request).replace('keep-alive, Upgrade', 'close'),
    'bad_upgrade',
    /connection/,
  ],
  [
    'compression',
    (request) => switching(request, 'sec-websocket-extensions: permessage-deflate\r\n'),
    'bad_upgrade',
    /extension/,
  ],
  [
    'a subprotocol',
    (request) => switching(request, 'sec-websocket-protocol: x\r\n'),
    'bad_upgrade',
    /subprotocol/,
  ],
  ['another tongue', () => 'SSH-2.0-OpenSSH_9.2\r\n', 'malformed', /SSH-2\.0/],
  ['noise', () => '\0\u0001\u0002', 'malformed', /begins with/],
  ['a status of words', () => 'HTTP/1.1 OK\r\n\r\n', 'malformed', /begins with/],
  ['a header of no name', (request) => switching(request, 'nonsense\r\n'), 'malformed', /nonsense/],
  ['a head without end', () => `HTTP/1.1 101 Yes\r\n${'x: y\r\n'.repeat(12_000)}`, 'malformed', /64 KiB/],
]

for (const [name, answer, reason, message] of answers) {
  test(`an answer that is no upgrade has its name: ${name}`, async () => {
    const url = await rawServer((socket, request) => socket.write(answer(request), 'latin1'))
    const talk = new Talk(url)
    const { failed } = (await talk.end()) ?? {}
    expect(failed).toMatchObject({ class: 'target', reason })
    expect(failed?.message).toMatch(message)
    expect(failed?.message).not.toContain('secret')
    expect(talk.times.opened).toBeUndefined()
    expect(talk.meter.connections).toBe(1)
  })
}

test('an answer of the proxy is the edge’s', async () => {
  const url = await rawServer((socket) => socket.write('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
  expect(await new Talk(url).end()).toMatchObject({ failed: { class: 'edge', reason: 'upgrade_502' } })
})

test('an offered subprotocol must be chosen', async () => {
  const headers = { 'sec-websocket-protocol': 'phoenix, base64url.bearer.phx.eA' }
  const choosing = await rawServer((socket, request) =>
    socket.write(switching(request, 'sec-websocket-protocol: phoenix\r\n')),
  )
  await new Talk(choosing, { headers }).isOpen()
  const silent = await rawServer((socket, request) => socket.write(switching(request)))
  expect(await new Talk(silent, { headers }).end()).toMatchObject({ failed: { reason: 'bad_upgrade' } })
})

test('a server that hangs up, resets or never answers before the upgrade', async () => {
  const half = 'HTTP/1.1 101 Swit'
  const [ends, resets, waits, stops] = await Promise.all([
    rawServer((socket) => socket.end(half)),
    rawServer((socket) => socket.resetAndDestroy()),
    rawServer(() => {}),
    rawServer((socket) => socket.write(half)),
  ])
  const reasonOf = async (url: string): Promise<unknown> =>
    (await new Talk(url, { timeout: 1_500_000 }).end())?.failed
  expect(await reasonOf(ends)).toMatchObject({ class: 'target', reason: 'reset' })
  expect(await reasonOf(resets)).toMatchObject({ class: 'target', reason: 'reset' })
  expect(await reasonOf(waits)).toMatchObject({ class: 'target', reason: 'timeout' })
  expect(await reasonOf(stops)).toMatchObject({ class: 'target', reason: 'timeout' })
})

test('a connection that cannot be made says whose fault that is', async () => {
  const url = await rawServer(() => {})
  const origin = originOf(url)
  const named = (lookup: (typeof origin)['lookup']) => ({ ...origin, hostname: 'seats.invalid', lookup })
  const failures = await Promise.all(
    [
      new Talk('http://127.0.0.1:1'),
      new Talk('http://localhost:1'),
      new Talk(url, { localAddress: '192.0.2.7' }),
      new Talk(url, { origin: named(() => {}), timeout: 50_000 }),
      new Talk(url, {
        origin: named((_, __, done) => done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), [])),
      }),
    ].map(async (talk) => (await talk.end())?.failed),
  )
  expect(failures).toMatchObject([
    { class: 'target', reason: 'refused' },
    { class: 'target', reason: 'refused' },
    { class: 'generator', reason: 'no_port' },
    { class: 'target', reason: 'connect_timeout' },
    { class: 'generator', reason: 'unresolved' },
  ])
})

test('it connects from the address that it was given, to an address of the same kind', async () => {
  const from: (string | undefined)[] = []
  const url = await rawServer((socket, request) => {
    from.push(socket.remoteAddress)
    socket.write(switching(request))
  })
  await new Talk(url, { localAddress: '127.0.0.7' }).isOpen()
  const origin = {
    ...originOf(url),
    hostname: 'seats.invalid',
    lookup: ((_, options, done) => {
      const all = [
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ]
      if (options.all === true) done(null, all)
      else done(null, '::1', 6)
    }) satisfies ReturnType<typeof originOf>['lookup'],
  }
  await new Talk(url, { origin, localAddress: '127.0.0.8' }).isOpen()
  await new Talk(url.replace('127.0.0.1', 'localhost')).isOpen()
  expect(from).toEqual(['127.0.0.7', '127.0.0.8', '127.0.0.1'])
  const none = await new Talk(url, { origin, localAddress: '::2' }).end()
  expect(none?.failed).toMatchObject({ class: 'generator' })
})

test('a path or header that would break the request is a mistake of ours', () => {
  for (const part of [
    { path: 'live' },
    { path: '/a b' },
    { path: '/\r\nx: y' },
    { headers: { cookie: 'a\r\nb: c' } },
  ])
    expect(() => new Talk('http://127.0.0.1:1', part), JSON.stringify(part)).toThrow(UserError)
})
