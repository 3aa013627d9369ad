import { createServer, Socket } from 'node:net'
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
const shared = Buffer.allocUnsafe(65_536)
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

const take = (handle: object): void => {
  let rest: Buffer | undefined
  const options = {
    handle,
    allowHalfOpen: false,
    onread: {
      buffer: shared,
      callback: (size: number) => {
        const chunk = shared.subarray(0, size)
        const data = rest === undefined ? chunk : Buffer.concat([rest, chunk])
        const served = serve(socket, data)
        rest = served === data.length ? undefined : Buffer.from(data.subarray(served))
        return true
      },
    },
  }
  const socket = new Socket(options)
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.read(0)
}

// Node reads into a buffer of ours only for sockets that it is told to make: this one is made anew around the connection.
const server = createServer({ pauseOnConnect: true }, (accepted) => {
  if ('_handle' in accepted && typeof accepted._handle === 'object' && accepted._handle !== null)
    take(accepted._handle)
})

server.listen({ port: 0, host: '127.0.0.1', backlog: 1_024 }, () => {
  const address = server.address()
  if (typeof address === 'object') process.stdout.write(`${JSON.stringify({ port: address?.port })}\n`)
})
