import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { App } from '../kernel.js'
import type { Metrics } from '../metrics.js'
import type { Settings } from '../settings.js'
import { Connection, type Visitor } from './connection.js'

/** At shutdown clients have this long to answer; then they are cut off. Milliseconds. */
const drainMs = 700

/** All WebSockets of one node, on whatever endpoint. */
export class Sockets {
  readonly #open = new Set<Connection>()
  readonly #server: WebSocketServer
  readonly #sweep: NodeJS.Timeout | undefined
  #draining = false

  constructor(
    settings: Settings,
    readonly metrics: Metrics,
  ) {
    this.#server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      clientTracking: false,
      maxPayload: settings.socket_max_frame_bytes,
      // Any other would be chosen by default, as far as it is offered (phoenix-wire §1).
      handleProtocols: (protocols) => protocols.has('phoenix') && 'phoenix',
    })
    const idleMs = settings.socket_idle_s * 1_000
    if (idleMs > 0) {
      const everyMs = Math.min(1_000, Math.max(20, idleMs / 20))
      this.#sweep = setInterval(() => this.#closeIdle(idleMs), everyMs).unref()
    }
  }

  get draining(): boolean {
    return this.#draining
  }

  /** Finishes the upgrade of a visitor who may come in; what is no WebSocket handshake is answered with 4xx. */
  accept(app: App, visitor: Visitor, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const labels = `endpoint="${visitor.endpoint.path}"`
      const connection = new Connection(app, ws, visitor, (code) => {
        this.#open.delete(connection)
        this.metrics.level('voelgoedevents_sockets', labels, -1)
        this.metrics.count('voelgoedevents_sockets_closed_total', `${labels},code="${code}"`)
      })
      this.#open.add(connection)
      this.metrics.level('voelgoedevents_sockets', labels, 1)
      this.metrics.count('voelgoedevents_sockets_opened_total', labels)
      for (const hook of app.seams.socketOpened) hook(connection)
      if (this.#draining) connection.close(1012, 'service restart')
    })
  }

  /** Forced logout: a user's sockets in a tenant are closed with 1001, as Phoenix's "disconnect" broadcast does. */
  disconnect(organizationId: string, userId: string): void {
    for (const connection of this.#open) {
      const { caller } = connection
      if (caller?.organizationId === organizationId && caller.userId === userId)
        connection.close(1001, 'disconnected')
    }
  }

  /** Closes all with 1012 and resolves when none is left. */
  async drain(): Promise<void> {
    this.#draining = true
    clearInterval(this.#sweep)
    for (const connection of this.#open) connection.close(1012, 'service restart')
    const end = performance.now() + drainMs
    while (this.#open.size > 0 && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 10))
    for (const connection of this.#open) connection.ws.terminate()
  }

  // 1002 is Bandit's word for it (phoenix-wire §1).
  #closeIdle(idleMs: number): void {
    const since = performance.now() - idleMs
    for (const connection of this.#open)
      if (connection.heardAt < since && !connection.busy) connection.close(1002, 'idle')
  }
}
