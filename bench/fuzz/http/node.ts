import { request } from 'node:http'
import { Duplex } from 'node:stream'

/** An answer as Node's parser reads it. */
export interface NodeAnswer {
  readonly status: number
  readonly body: Buffer
}

// Gives pieces one by one and takes what is written, as a socket whose peer then ends.
const socketOf = (pieces: readonly Buffer[]): Duplex => {
  const left = [...pieces]
  return new Duplex({
    read() {
      this.push(left.shift() ?? null)
    },
    write: (_, __, done) => done(),
  })
}

/** Reads by `node:http` over a socket that is none: another hand's parser, llhttp. Undefined: it refuses them or waits for more. */
export function readByNode(pieces: readonly Buffer[], method: string): Promise<NodeAnswer | undefined> {
  return new Promise((resolve) => {
    const asked = request({ method, createConnection: () => socketOf(pieces), maxHeaderSize: 1_048_576 })
    let answered = false
    asked.once('response', (response) => {
      answered = true
      const body: Buffer[] = []
      response.on('data', (piece: Buffer) => body.push(piece))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(body) }))
      response.on('error', () => resolve(undefined))
      response.once('close', () => resolve(undefined))
    })
    asked.once('upgrade', () => resolve(undefined))
    asked.on('error', () => resolve(undefined))
    // Its end may come before that of its answer.
    asked.once('close', () => {
      if (!answered) resolve(undefined)
    })
    asked.end()
  })
}
