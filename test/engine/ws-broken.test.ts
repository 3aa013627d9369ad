import type { Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { clientFrames, closeFrame, endAll, rawServer, serverFrame, switching, Talk } from './ws-harness.js'

afterEach(endAll)

const collect = (socket: Socket): Buffer[] => {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  return chunks
}

test('head and frames read the same wherever they are cut', async () => {
  const hints = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'
  const tail = Buffer.concat([
    serverFrame(0x01, 'a'),
    serverFrame(0x89, 'p'),
    serverFrame(0x80, 'bü'),
    serverFrame(0x82, Buffer.alloc(130, 7)),
    closeFrame(1012, 'drain'),
  ])
  const pongs: Buffer[][] = []
  let next = 0
  const url = await rawServer((socket, request) => {
    const all = Buffer.concat([Buffer.from(hints + switching(request), 'latin1'), tail])
    const cut = next
    next += 1
    pongs.push(collect(socket))
    socket.on('end', () => socket.end())
    socket.write(all.subarray(0, cut))
    setTimeout(() => socket.end(all.subarray(cut)), 4)
  })
  const size = hints.length + switching('').length + tail.length
  for (let done = 0; done <= size; done += 80) {
    const talks = Array.from({ length: 80 }, () => new Talk(url))
    for (const talk of talks) {
      expect(await talk.end()).toEqual({ closed: [1012, 'drain', true] })
      expect(talk.messages.map(({ data, wire }) => [data, wire])).toEqual([
        ['abü', 8],
        ['\u0007'.repeat(130), 134],
      ])
      expect(talk.meter.bytesReceived).toBe(size)
    }
  }
  expect(next).toBeGreaterThan(size)
  for (const chunks of pongs) {
    expect(
      clientFrames(Buffer.concat(chunks)).map(({ first, payload }) => [first, payload.toString('latin1')]),
    ).toEqual([
      [0x8a, 'p'],
      [0x88, '\u0003\u00f4'],
    ])
  }
})

test('many frames in one chunk come in order, with the time at which the chunk was read', async () => {
  const url = await rawServer((socket, request) => {
    const frames = Array.from({ length: 1_000 }, (_, index) => serverFrame(0x81, `${index}`))
    socket.write(Buffer.concat([Buffer.from(switching(request)), ...frames]))
  })
  const talk = new Talk(url)
  await talk.until(() => talk.messages.length === 1_000)
  expect(talk.messages.map(({ data }) => data)).toEqual(
    Array.from({ length: 1_000 }, (_, index) => `${index}`),
  )
  const { connected = 0, opened = 0 } = talk.times
  expect(opened).toBeGreaterThanOrEqual(connected)
  expect(new Set(talk.messages.map(({ at }) => at))).toEqual(new Set([opened]))
})

test('a peer that breaks the rules is told so, and no more of it is heard', async () => {
  const heard: Buffer[] = []
  let ended = false
  const url = await rawServer((socket, request) => {
    socket.on('data', (chunk: Buffer) => heard.push(chunk))
    socket.on('end', () => (ended = true))
    const wrong = Buffer.concat([serverFrame(0x81, 'a'), serverFrame(0xc1, 'b'), serverFrame(0x81, 'c')])
    socket.write(Buffer.concat([Buffer.from(switching(request)), wrong]))
    setTimeout(() => socket.write(serverFrame(0x81, 'd')), 20)
  })
  const talk = new Talk(url)
  expect(await talk.end()).toEqual({ closed: [1002, 'reserved_bits', false] })
  expect(talk.messages.map(({ data }) => data)).toEqual(['a'])
  expect(clientFrames(Buffer.concat(heard))).toEqual([
    { first: 0x88, payload: Buffer.concat([Buffer.from([3, 234]), Buffer.from('reserved_bits')]) },
  ])
  expect(ended).toBe(true)
})

test('a connection that is lost while open has no close frame to show', async () => {
  const lossOf = async (lose: (socket: Socket) => void): Promise<unknown> => {
    const url = await rawServer((socket, request) => {
      socket.write(switching(request))
      setTimeout(() => lose(socket), 20)
    })
    return (await new Talk(url).end())?.closed
  }
  expect(await lossOf((socket) => socket.end())).toEqual([1006, 'ended', false])
  expect(await lossOf((socket) => socket.end(Buffer.from([0x82, 100, 1, 2])))).toEqual([
    1006,
    'cut_off',
    false,
  ])
  expect(await lossOf((socket) => socket.end(serverFrame(0x01, 'half')))).toEqual([1006, 'cut_off', false])
  expect(await lossOf((socket) => socket.end(Buffer.from([0x88, 2, 3])))).toEqual([1006, 'cut_off', false])
  expect(await lossOf((socket) => socket.resetAndDestroy())).toEqual([1006, 'reset', false])
})

test('a peer that ends while it leaves our bytes unread does not keep the connection', async () => {
  const url = await rawServer((socket, request) => {
    socket.pause()
    socket.write(switching(request))
    setTimeout(() => socket.end(), 20)
  })
  const talk = new Talk(url)
  await talk.isOpen()
  talk.connection.send(Buffer.alloc(15_000_000))
  expect(talk.connection.buffered).toBeGreaterThan(0)
  expect((await talk.end())?.closed).toEqual([1006, 'ended', false])
})

test('a close that nobody answers, and a socket that nobody closes, end after a second', async () => {
  const deaf = await rawServer((socket, request) => {
    socket.write(switching(request))
    socket.resume()
  })
  const lazy = await rawServer((socket, request) => {
    socket.write(switching(request))
    socket.once('data', () => socket.write(Buffer.concat([serverFrame(0x81, 'late'), closeFrame(1000)])))
  })
  const rude = await rawServer((socket, request) => {
    socket.write(Buffer.concat([Buffer.from(switching(request)), closeFrame(1001, 'out')]))
  })
  const talks = [deaf, lazy, rude].map((url) => new Talk(url))
  await Promise.all(talks.map((talk) => talk.isOpen()))
  const [first, second, third] = talks
  for (const talk of [first, second]) {
    talk?.connection.close(1000, 'bye')
    expect(talk?.connection.isOpen).toBe(false)
    expect(talk?.connection.send('late')).toBe(0)
    talk?.connection.close(1001, 'again')
  }
  expect((await first?.end())?.closed).toEqual([1006, 'close_timeout', false])
  expect((await second?.end())?.closed).toEqual([1000, '', true])
  expect((await third?.end())?.closed).toEqual([1001, 'out', true])
  expect(second?.messages).toEqual([])
})

test('given up: before it is open, while it is open, and from within a message', async () => {
  const url = await rawServer((socket, request) => {
    socket.write(
      Buffer.concat([Buffer.from(switching(request)), serverFrame(0x81, 'a'), serverFrame(0x81, 'b')]),
    )
  })
  const [closed, destroyed, open, within] = [new Talk(url), new Talk(url), new Talk(url), new Talk(url)]
  closed.connection.close(1000, '')
  destroyed.connection.destroy()
  destroyed.connection.destroy()
  within.onMessage = ({ connection }) => connection.destroy()
  expect((await closed.end())?.failed).toMatchObject({ class: 'generator', reason: 'aborted' })
  expect((await destroyed.end())?.failed).toMatchObject({ class: 'generator', reason: 'aborted' })
  await open.until(() => open.messages.length === 2)
  open.connection.destroy()
  expect((await open.end())?.closed).toEqual([1006, 'destroyed', false])
  expect((await within.end())?.closed).toEqual([1006, 'destroyed', false])
  expect(within.messages).toHaveLength(1)
  expect(() => open.connection.close(1006, '')).toThrow(RangeError)
})

test('a peer that pings and never reads does not fill our memory', async () => {
  let sent = 0
  const url = await rawServer((socket, request) => {
    socket.pause()
    socket.write(switching(request))
    const many = Buffer.concat(Array.from({ length: 500 }, () => serverFrame(0x89, 'x'.repeat(125))))
    const flood = (): void => {
      sent += 500
      if (sent < 200_000) socket.write(many, flood)
      else socket.write(serverFrame(0x81, 'done'))
    }
    flood()
  })
  const talk = new Talk(url)
  await talk.until(() => talk.messages.length === 1)
  expect(talk.connection.buffered).toBeGreaterThan(0)
  expect(talk.connection.buffered).toBeLessThan(200_000)
})
