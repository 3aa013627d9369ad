import { createServer, type Socket } from 'node:net'
import '../frame/until-parent-ends.js'

// `fast`: a target that costs as little as Node can: no HTTP library, answers built beforehand. GET: 200, POST: 201, both small JSON.

const answer = (status: string, body: object): Buffer => {
  const text = JSON.stringify(body)
  return Buffer.from(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  )
}

const seen = answer('200 OK', { id: 'item-1', version: 7, price: 1250, status: 'ready' })
const placed = answer('201 Created', { id: 'order-1', status: 'placed' })
const headEnd = Buffer.from('\r\n\r\n')
const get = 'G'.charCodeAt(0)

const bodyLength = (head: string): number => Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)

/** Answers the complete requests in `data`; returns where the first incomplete one begins. */
const serve = (socket: Socket, data: Buffer): number => {
  let at = 0
  for (;;) {
    const end = data.indexOf(headEnd, at)
    if (end < 0) return at
    const isGet = data[at] === get
    const next = end + 4 + (isGet ? 0 : bodyLength(data.toString('latin1', at, end)))
    if (next > data.length) return at
    socket.write(isGet ? seen : placed)
    if (next === data.length) return next
    at = next
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer | undefined
  socket.on('data', (chunk: Buffer) => {
    const data = rest === undefined ? chunk : Buffer.concat([rest, chunk])
    const served = serve(socket, data)
    rest = served === data.length ? undefined : data.subarray(served)
  })
  socket.on('error', () => socket.destroy())
})

server.listen({ port: 0, host: '127.0.0.1', backlog: 1_024 }, () => {
  const address = server.address()
  if (typeof address === 'object') process.stdout.write(`${JSON.stringify({ port: address?.port })}\n`)
})
