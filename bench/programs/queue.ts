import { createServer, type AddressInfo, type Socket } from 'node:net'
import { lawOf, type LawOptions } from '../queue/law.js'
import { singleServer } from '../queue/server.js'
import '../frame/until-parent-ends.js'

// `queue [LAW]`: a target that is a queue. /serve/N is answered when a single server of that law is done with request N; /late says how
// late it ever was with that, in microseconds; all else is answered at once. Prints {"port": N}. A request comes in one piece, one at a
// time on a connection.

const [, , text] = process.argv
const serve = text === undefined ? undefined : singleServer(lawOf(JSON.parse(text) as LawOptions))

const answer = (body: string): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
const served = answer('{}')

const micros = (): number => performance.now() * 1_000
const waiting: { readonly socket: Socket; readonly due: number }[] = []
let first = 0
let latest = 0
let spinning = false

// Waits busily: a timer of Node errs by up to a millisecond, which would be a law of its own.
const turn = (): void => {
  let next = waiting[first]
  for (let now = micros(); next !== undefined && next.due <= now; next = waiting[first]) {
    latest = Math.max(latest, now - next.due)
    next.socket.write(served)
    first += 1
    now = micros()
  }
  spinning = next !== undefined
  if (spinning) {
    setImmediate(turn)
  } else {
    waiting.length = 0
    first = 0
  }
}

const hear = (socket: Socket, request: string): void => {
  const arrival = micros()
  const n = /^GET \/serve\/(\d+) /.exec(request)?.[1]
  if (n === undefined || serve === undefined) {
    socket.write(request.startsWith('GET /late ') ? answer(JSON.stringify({ late: latest })) : served)
    return
  }
  waiting.push({ socket, due: serve(Number(n), arrival) })
  if (spinning) return
  spinning = true
  setImmediate(turn)
}

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
