import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { WebSocket, WebSocketServer } from 'ws'
import { createServer as createHttpServer } from 'node:http'
import { Agent, request } from 'node:http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { compiled } from '../../src/model/package.js'
import { bits } from '../../src/schedule/random.js'
import { isAlive } from '../../src/machine/alive.js'
import { noDelay, type Delay } from '../../src/target/proxy/delay.js'
import { Releaser } from '../../src/target/proxy/releaser.js'
import { startProxy } from '../../src/target/proxy/start.js'
import { runFolders, scratch } from './support.js'

const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const server = (serve: (socket: Socket) => void): Promise<string> =>
  listening(
    createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      socket.on('error', () => undefined)
      serve(socket)
    }),
  )

const proxied = async (url: string, delay: Delay) => {
  const proxy = await startProxy({ urls: [url], delay })
  onTestFinished(async () => void (await proxy.stop()))
  const through = proxy.urls[0] ?? ''
  const dial = async (): Promise<Socket> => {
    const socket = connect({
      host: '127.0.0.1',
      port: Number(new URL(through).port),
      allowHalfOpen: true,
      noDelay: true,
    })
    await once(socket, 'connect')
    onTestFinished(() => void socket.destroy())
    return socket
  }
  return { proxy, through, dial }
}

const until = (socket: Socket, count: number): Promise<Buffer> =>
  new Promise((resolve) => {
    const parts: Buffer[] = []
    let length = 0
    const hear = (chunk: Buffer): void => {
      parts.push(chunk)
      length += chunk.length
      if (length < count) return
      socket.off('data', hear)
      resolve(Buffer.concat(parts))
    }
    socket.on('data', hear)
  })

/** Milliseconds from a question of one byte to the answer, several times over. */
const answerTimes = async (socket: Socket, times: number): Promise<readonly number[]> => {
  const found: number[] = []
  for (let turn = 0; turn < times; turn += 1) {
    const asked = performance.now()
    const answer = until(socket, 1)
    socket.write('?')
    await answer
    found.push(performance.now() - asked)
  }
  return found
}

const echo = (socket: Socket): void => void socket.pipe(socket)

test('a fixed delay below a millisecond is never cut short, and what was held is counted', async () => {
  const url = await server(echo)
  const { dial, proxy } = await proxied(url, { kind: 'fixed', micros: 300 })
  const times = await answerTimes(await dial(), 100)
  expect(Math.min(...times)).toBeGreaterThan(0.3)
  expect(await proxy.stop()).toMatchObject({ held: 100 })
})

test('a longer delay is waited for without spinning through it', async () => {
  const { dial, proxy } = await proxied(await server(echo), { kind: 'fixed', micros: 40_000 })
  const times = await answerTimes(await dial(), 15)
  expect(Math.min(...times)).toBeGreaterThan(40)
  expect((await proxy.stop())?.spun).toBeLessThan(0.3)
})

test('a share is one of the time that the target took for the answer', async () => {
  const slow = await server((socket) =>
    socket.on('data', (asked) => void setTimeout(() => socket.write(asked), 100)),
  )
  const times = await answerTimes(await (await proxied(slow, { kind: 'share', share: 0.5 })).dial(), 10)
  expect(Math.min(...times)).toBeGreaterThan(148)
  // The fastest, which nothing else on the machine held up: three times the target's own time would be another dose.
  expect(Math.min(...times)).toBeLessThan(300)
})

test('bytes arrive as they were sent, both ways, in any pieces and from several connections at once', async () => {
  const { dial } = await proxied(await server(echo), { kind: 'share', share: 1 })
  const one = async (seed: string): Promise<void> => {
    const sent = Buffer.from(Array.from({ length: 200_000 }, (_, n) => bits(seed, n, 'byte') & 255))
    const socket = await dial()
    const back = until(socket, sent.length)
    for (let at = 0, piece = 0; at < sent.length; piece += 1) {
      const length = 1 + (bits(seed, piece, 'length') % 9_000)
      socket.write(sent.subarray(at, at + length))
      at += length
      if (piece % 5 === 0) await sleep(bits(seed, piece, 'pause') % 3)
    }
    expect((await back).equals(sent)).toBe(true)
  }
  await Promise.all(['a', 'b', 'c', 'd'].map(one))
})

test('a reader that is slow holds the target up instead of filling the proxy', async () => {
  let sent = 0
  const flood = await server((socket) => {
    const chunk = Buffer.alloc(64 << 10, 7)
    const more = (): void => {
      while (sent < 256 << 20) {
        sent += chunk.length
        if (!socket.write(chunk)) return void socket.once('drain', more)
      }
      socket.end()
    }
    more()
  })
  const { dial } = await proxied(flood, { kind: 'fixed', micros: 1_000 })
  const socket = await dial()
  socket.pause()
  let stuck = -1
  while (sent !== stuck) {
    stuck = sent
    await sleep(700)
  }
  expect(stuck).toBeLessThan(64 << 20)
  let heard = 0
  socket.on('data', (chunk: Buffer) => (heard += chunk.length))
  socket.resume()
  await once(socket, 'end')
  expect(heard).toBe(256 << 20)
})

test('each side may end its half, and the other still answers', async () => {
  const url = await server((socket) => {
    let heard = ''
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()))
    socket.on('end', () => socket.end(`heard ${heard}`))
  })
  const { dial } = await proxied(url, { kind: 'fixed', micros: 3_000 })
  const socket = await dial()
  const answer = once(socket, 'data')
  const ended = once(socket, 'end')
  socket.end('all that I have')
  expect(String((await answer)[0])).toBe('heard all that I have')
  await ended
})

test('a reset is passed on in either direction, and a target that is not there is one', async () => {
  let seen: Promise<unknown> = Promise.resolve()
  const url = await server((socket) => {
    seen = new Promise((resolve) => socket.once('close', resolve))
    socket.once('data', (asked: Buffer) => {
      if (asked.toString() === 'reset') socket.resetAndDestroy()
    })
  })
  const { dial } = await proxied(url, { kind: 'fixed', micros: 2_000 })
  const reset = await dial()
  const error = once(reset, 'error')
  reset.write('reset')
  expect((await error)[0]).toMatchObject({ code: 'ECONNRESET' })

  const mine = await dial()
  mine.write('hello')
  await sleep(50)
  mine.resetAndDestroy()
  await seen

  const nobody = await proxied('http://127.0.0.1:9', noDelay)
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(nobody.through).port) })
  expect((await once(socket, 'error'))[0]).toMatchObject({ code: 'ECONNRESET' })
})

test('kept connections and sockets that were upgraded pass through', async () => {
  let connections = 0
  const http = createHttpServer((asked, answer) => answer.end(asked.url))
  http.on('connection', () => (connections += 1))
  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)))
  const { through } = await proxied(`${await listening(http)}/below`, { kind: 'share', share: 0.5 })
  expect(through).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/below$/)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  for (let turn = 0; turn < 3; turn += 1) {
    const [answer] = await once(request(`${through}/${turn}`, { agent }).end(), 'response')
    let text = ''
    for await (const part of answer) text += String(part)
    expect(text).toBe(`/below/${turn}`)
  }
  expect(connections).toBe(1)
  const socket = new WebSocket(through.replace('http', 'ws'))
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  const back = once(socket, 'message')
  socket.send('a frame')
  expect(String((await back)[0])).toBe('a frame')
})

test('an address of https is refused in a sentence', async () => {
  await expect(startProxy({ urls: ['https://127.0.0.1:1'], delay: noDelay })).rejects.toMatchObject({
    name: 'UserError',
    exit: 2,
    reason: 'proxy_needs_http',
  })
})

test('it ends with whoever started it, and leaves no folder', async () => {
  const script = join(scratch(), 'tool.mjs')
  writeFileSync(
    script,
    `import { startProxy } from ${JSON.stringify(pathToFileURL(compiled('src/target/proxy/start.js')).href)}
    console.log((await startProxy({ urls: ['http://127.0.0.1:9'], delay: { kind: 'fixed', micros: 0 } })).pid)`,
  )
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const tool = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(createInterface({ input: tool.stdout }), 'line')
    const pid = Number(line)
    expect(isAlive(pid)).toBe(true)
    tool.kill(signal)
    await vi.waitFor(() => expect([isAlive(pid), ...runFolders(tool.pid ?? 0)]).toEqual([false]), {
      timeout: 8_000,
      interval: 50,
    })
  }
})

test('what a rest of the proxy made late is counted as held, and as late', async () => {
  const releaser = new Releaser()
  const now = performance.now()
  const order: string[] = []
  // It came half a second ago, and should have been gone for four tenths.
  releaser.at(now - 500, now - 400, () => order.push('late'))
  releaser.at(now, now, () => order.push('due'))
  expect(order).toEqual(['late', 'due'])
  const { held, late } = releaser.facts()
  expect(held).toBe(1)
  expect(late.max).toBeGreaterThanOrEqual(400_000)
})
