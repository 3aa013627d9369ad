import { createServer, type Socket } from 'node:net'
import { deedOf, reset, rightAnswer, type DeedName } from './deeds.js'

/** What a server does when a connection comes, before it reads. */
export type Greeting = 'serve' | 'end' | 'reset' | 'noise' | 'answer'

export interface Script {
  /** In the order of the connections; those beyond are served. */
  readonly greetings: readonly Greeting[]
  /** What is done with a request, by its id, when it comes for the first, second, … time; the last stands for all further ones. */
  readonly deeds: (id: number) => readonly DeedName[]
}

/** What the server saw, for the books to be weighed against. */
export interface Ledger {
  /** How often the head of each request came. */
  readonly heads: Map<number, number>
  /** Requests that came whole. */
  whole: number
  open: number
}

interface Request {
  readonly id: number
  readonly deed: DeedName
  readonly length: number
}

/** Reads requests of one connection and does what the script says. */
class Talk {
  private text = ''
  private request: Request | undefined

  constructor(
    private readonly socket: Socket,
    private readonly script: Script,
    private readonly ledger: Ledger,
  ) {
    socket.on('data', (chunk: Buffer) => this.hear(chunk.toString('latin1')))
  }

  private hear(text: string): void {
    this.text += text
    for (;;) {
      this.request ??= this.readHead()
      if (this.request === undefined || this.text.length < this.request.length) return
      const { id, deed, length } = this.request
      this.text = this.text.slice(length)
      this.request = undefined
      this.ledger.whole += 1
      if (deedOf(deed).early === undefined) this.act(deed, id)
    }
  }

  private readHead(): Request | undefined {
    const end = this.text.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const head = this.text.slice(0, end)
    this.text = this.text.slice(end + 4)
    const id = Number(/^\w+ \/r\/(\d+) /.exec(head)?.[1])
    const before = this.ledger.heads.get(id) ?? 0
    this.ledger.heads.set(id, before + 1)
    const deeds = this.script.deeds(id)
    const deed = deeds[before] ?? deeds.at(-1) ?? 'whole'
    if (deedOf(deed).early === true) this.act(deed, id)
    return { id, deed, length: Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0) }
  }

  private act(deed: DeedName, id: number): void {
    if (this.socket.writable) deedOf(deed).act(this.socket, id)
  }
}

const greet = (socket: Socket, greeting: Greeting): void => {
  if (greeting === 'end') socket.end()
  else if (greeting === 'reset') reset(socket)
  else if (greeting === 'noise') socket.write('220 mail.example ESMTP\r\n\r\n')
  else if (greeting === 'answer') socket.write(rightAnswer(-1))
}

export interface ScriptedServer {
  readonly url: string
  readonly ledger: Ledger
  /** Resolves with whether all clients have gone by then, at most so many milliseconds later. */
  deserted(patience: number): Promise<boolean>
  close(): Promise<void>
}

/** A server on a free port of 127.0.0.1 that plays a script. */
export async function serve(script: Script): Promise<ScriptedServer> {
  const ledger: Ledger = { heads: new Map(), whole: 0, open: 0 }
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    ledger.open += 1
    socket.on('error', () => {})
    socket.once('close', () => {
      sockets.delete(socket)
      ledger.open -= 1
    })
    const talk = new Talk(socket, script, ledger)
    greet(socket, script.greetings[connections] ?? 'serve')
    connections += 1
    return talk
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    ledger,
    deserted: async (patience) => {
      const until = performance.now() + patience
      while (ledger.open > 0 && performance.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 1))
      return ledger.open === 0
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
