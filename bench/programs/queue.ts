import { createServer, type AddressInfo, type Socket } from 'node:net'
import { lawOf, type LawOptions } from '../queue/law.js'
import { singleServer } from '../queue/server.js'
import '../frame/until-parent-ends.js'
import { yieldToMainThread } from '../../src/machine/yielding.js'

// `queue [LAW]`: a target that is a queue. /serve/N is answered when a single server of that law is done with request N, /practice/N when
// a quick one is, so that the code is compiled before it counts; /late says how late any /serve/N ever was, in microseconds; all else is
// answered at once. Prints {"port": N}. A request comes in one piece, one at a time on a connection.

const [, , text] = process.argv
const quick: LawOptions = { kind: 'constant', mean: 200, seed: '', half: 0 }
const law = text === undefined ? quick : (JSON.parse(text) as LawOptions)
const servers = { serve: singleServer(lawOf(law)), practice: singleServer(lawOf(quick)) }

const answer = (body: string): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
const served = answer('{}')

const micros = (): number => performance.now() * 1_000
const waiting: { readonly socket: Socket; readonly due: number; readonly counts: boolean }[] = []
let first = 0
let latest = 0
let pacing = false

// A timer of Node errs by up to a millisecond, which would be a law of its own.
const timerError = 1_200

const wait = (time: number): void => {
  const sleep = Math.floor((time - timerError) / 1_000)
  if (sleep >= 1) setTimeout(turn, sleep)
  else setImmediate(turn)
}

const turn = (): void => {
  let next = waiting[first]
  let now = micros()
  for (; next !== undefined && next.due <= now; next = waiting[first]) {
    if (next.counts) latest = Math.max(latest, now - next.due)
    next.socket.write(served)
    first += 1
    now = micros()
  }
  pacing = next !== undefined
  if (next !== undefined) {
    wait(next.due - now)
    return
  }
  waiting.length = 0
  first = 0
}

const hear = (socket: Socket, request: string): void => {
  const arrival = micros()
  const [, way, n] = /^GET \/(serve|practice)\/(\d+) /.exec(request) ?? []
  if (way !== 'serve' && way !== 'practice') {
    socket.write(request.startsWith('GET /late ') ? answer(JSON.stringify({ late: latest })) : served)
    return
  }
  waiting.push({ socket, due: servers[way](Number(n), arrival), counts: way === 'serve' })
  if (pacing) return
  pacing = true
  turn()
}

yieldToMainThread()
const server = createServer({ noDelay: true }, (socket) => {
  socket.setEncoding('latin1')
  socket.on('data', (request: string) => hear(socket, request))
  // The generator goes away with its connections open.
  socket.on('error', () => socket.destroy())
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ port })}\n`)
})
