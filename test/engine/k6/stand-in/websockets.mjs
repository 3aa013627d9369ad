import { WebSocket as Ws } from 'ws'

/** k6's WebSocket tells of a close neither code nor reason, but by the error of one that is not 1000 or 1001. */
export const websocketsModule = () => ({
  WebSocket: class {
    constructor(url, _protocols, { headers = {} } = {}) {
      this.socket = new Ws(url, { headers, perMessageDeflate: false })
      this.socket.on('open', () => this.onopen?.())
      this.socket.on('message', (data, binary) =>
        this.onmessage?.({ data: binary ? new Uint8Array(data).buffer : data.toString() }),
      )
      this.socket.on('error', (error) => {
        this.failed = true
        const said = /Unexpected server response/.test(error.message)
          ? 'websocket: bad handshake'
          : error.message
        this.onerror?.({ error: said })
      })
      this.socket.on('close', (code, reason) => {
        if (!this.failed && code !== 1_000 && code !== 1_001 && code !== 1_005)
          this.onerror?.({ error: `websocket: close ${code}: ${reason.toString()}` })
        this.onclose?.()
      })
    }
    get bufferedAmount() {
      return this.socket.bufferedAmount
    }
    send(data) {
      this.socket.send(data)
    }
    close(code, reason) {
      this.socket.close(code, reason)
    }
  },
})
