import { createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A server that answers each packet so: the first is 1. Gives its place. */
export const liar = async (
  answer: (socket: Socket, packet: number, said: string) => void,
): Promise<string> => {
  const server = createServer((socket) => {
    let packet = 0
    socket.on('error', () => undefined)
    socket.on('data', (data: Buffer) => answer(socket, (packet += 1), data.toString()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

/** A message of Postgres: its letter, its length, its body. */
export const message = (letter: string, body: string | readonly number[]): Buffer => {
  const bytes = Buffer.from(body)
  const head = Buffer.alloc(5)
  head.write(letter)
  head.writeInt32BE(bytes.length + 4, 1)
  return Buffer.concat([head, bytes])
}
const ready = message('Z', 'I')
/** Lets anybody in. */
export const welcome = Buffer.concat([message('R', [0, 0, 0, 0]), ready])
/** The answer to a query that gives no row. */
export const done = Buffer.concat([message('C', 'SELECT 1\0'), ready])
