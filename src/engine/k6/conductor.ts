import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Word } from './orders.js'

// k6 asks again then.
const longestWait = 20_000

interface Place {
  /** Orders as JSON texts, by number; those that are known to have come are empty. */
  readonly orders: string[]
  /** Number of the order that is waited for. */
  wanted: number
  /** Number of the words that come next. */
  next: number
  waiting: ServerResponse | undefined
  timer: NodeJS.Timeout | undefined
}

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/**
 * Gives orders to the VUs of one k6 and hears their words, on loopback, at an address that only they are told. A VU asks for its next
 * order and is answered when there is one; when nobody answers any more, it ends.
 */
export class Conductor {
  private readonly secret = randomBytes(16).toString('hex')
  private readonly places = new Map<number, Place>()
  private readonly server: Server

  /** `gone` hears that a VU waits for orders no more: k6 ends one whose script throws, and goes on with the others. */
  constructor(
    private readonly hear: (vu: number, word: Word) => void,
    private readonly gone: (vu: number) => void,
  ) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy())
    })
    this.server.requestTimeout = 0
    // A kept connection that is closed while k6 sends on it breaks what it sent.
    this.server.keepAliveTimeout = 600_000
  }

  /** Resolves with its address, `http://127.0.0.1:port/secret`. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(0, '127.0.0.1', resolve)
    })
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${this.secret}`
  }

  /** `order` is JSON text. */
  order(vu: number, order: string): void {
    const place = this.placeOf(vu)
    place.orders.push(order)
    this.serve(place)
  }

  close(): void {
    for (const place of this.places.values()) clearTimeout(place.timer)
    this.server.close()
    this.server.closeAllConnections()
  }

  private placeOf(vu: number): Place {
    const found = this.places.get(vu) ?? {
      orders: [],
      wanted: 0,
      next: 0,
      waiting: undefined,
      timer: undefined,
    }
    this.places.set(vu, found)
    return found
  }

  private serve(place: Place): void {
    const { waiting, wanted } = place
    const next = place.orders[wanted]
    if (waiting === undefined || next === undefined) return
    clearTimeout(place.timer)
    place.waiting = undefined
    waiting.setHeader('content-type', 'application/json')
    waiting.end(next)
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, secret, what, place, which] = (request.url ?? '').split('/')
    const [vu, number] = [Number(place), Number(which)]
    if (secret !== this.secret || !Number.isInteger(vu) || !Number.isInteger(number)) {
      response.writeHead(404).end()
      return
    }
    const body = await read(request)
    if (what === 'words') this.take(vu, number, body, response)
    else this.wait(vu, number, response)
  }

  /** Words that were sent twice, since the answer to them was lost, count once. */
  private take(vu: number, number: number, body: string, response: ServerResponse): void {
    const place = this.placeOf(vu)
    if (number === place.next) {
      place.next += 1
      for (const word of JSON.parse(body) as Word[]) this.hear(vu, word)
    }
    response.writeHead(204).end()
  }

  private wait(vu: number, number: number, response: ServerResponse): void {
    const place = this.placeOf(vu)
    clearTimeout(place.timer)
    place.wanted = number
    if (number > 0) place.orders[number - 1] = ''
    place.waiting = response
    response.once('close', () => {
      if (place.waiting === response) this.gone(vu)
    })
    place.timer = setTimeout(() => {
      if (place.waiting !== response) return
      place.waiting = undefined
      response.writeHead(204).end()
    }, longestWait)
    this.serve(place)
  }
}
