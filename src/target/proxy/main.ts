// The program of a delaying proxy: listens on loopback, a port for each address that it leads to, and ends when its standard input does.
import { writeSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import * as v from 'valibot'
import { orderSchema } from './delay.js'
import { relay } from './relay.js'
import { Releaser } from './releaser.js'

/** One line, to whoever started it. */
function say(what: object): void {
  try {
    writeSync(1, `${JSON.stringify(what)}\n`)
  } catch {
    // Nobody listens any more.
  }
}

const { delay, to } = v.parse(orderSchema, JSON.parse(process.argv[2] ?? ''))
const releaser = new Releaser()

const open = (host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      relay(client, connect({ host, port, allowHalfOpen: true, noDelay: true }), delay, releaser)
    })
    server.once('error', reject)
    // Bursts dial thousands at once.
    server.listen({ host: '127.0.0.1', port: 0, backlog: 65_535 }, () =>
      resolve((server.address() as AddressInfo).port),
    )
  })

const end = (): never => {
  say(releaser.facts())
  process.exit(0)
}
process.on('SIGTERM', end)
process.stdin.on('end', end)
process.stdin.on('error', end)
process.stdin.resume()

say({ ready: true, ports: await Promise.all(to.map(({ host, port }) => open(host, port))) })
