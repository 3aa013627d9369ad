import { WebSocket } from 'k6/websockets'
import { CookieJar } from 'k6/http'
import type { RequestTools } from '../../../model/contract.js'
import { monotonic } from '../../journey/clock.js'
import type { Failure } from '../../journey/errors.js'
import type { Node, SocketCall } from '../../journey/live/node.js'
import type { Wire, WireEvents } from '../../journey/live/wire.js'
import { messageOf } from '../../../model/errors.js'
import { targetWriter, usualHeaders } from '../../journey/request.js'
import { failureOf } from './failure.js'
import { ask, brokenBy, count, headerOf, headersOf, type Response } from './http.js'
import type { Place } from './place.js'

/** A WebSocket of k6's. It tells neither when its connection was there nor, of a clean close, the code. */
class K6Wire implements Wire {
  isOpen = false
  private readonly socket: WebSocket
  private over = false
  private error: string | undefined

  constructor(
    url: string,
    headers: Readonly<Record<string, string>>,
    private readonly events: WireEvents,
    private readonly place: Place,
  ) {
    this.socket = new WebSocket(url, null, { headers: { ...headers }, jar: new CookieJar() })
    this.socket.binaryType = 'arraybuffer' as typeof this.socket.binaryType
    this.socket.onopen = () => this.opened()
    // `binaryType` sees to it that it is no blob.
    this.socket.onmessage = (event) => this.message(event?.data as string | ArrayBuffer | undefined)
    this.socket.onerror = (event) => {
      this.error ??= event?.error ?? ''
    }
    this.socket.onclose = () => this.closed()
  }

  get buffered(): number {
    return this.socket.bufferedAmount
  }

  send(data: string | Uint8Array): number {
    if (!this.isOpen) return 0
    this.socket.send(data)
    this.place.meter.bytesSent += data.length
    return data.length
  }

  close(code: number, reason: string): void {
    if (this.isOpen) this.socket.close(code, reason)
    else this.destroy()
  }

  destroy(): void {
    this.over = true
    // Told to close one that is on its way, k6 waits for it, and its VU stands still meanwhile.
    if (this.isOpen) this.socket.close()
    this.isOpen = false
  }

  private opened(): void {
    if (this.over) {
      this.socket.close()
      return
    }
    const at = monotonic()
    this.isOpen = true
    this.place.meter.connections += 1
    this.events.connected?.(at)
    this.events.opened(at)
  }

  private message(data: string | ArrayBuffer | undefined): void {
    if (this.over || data === undefined) return
    const at = monotonic()
    const read = typeof data === 'string' ? data : new Uint8Array(data)
    this.place.meter.bytesReceived += read.length
    this.events.message(read, typeof data !== 'string', at, read.length)
  }

  private closed(): void {
    if (this.over) return
    this.over = true
    if (!this.isOpen) {
      this.events.failed(handshakeFailure(this.error ?? ''))
      return
    }
    this.isOpen = false
    const [, code = '1005', reason = ''] = /close (\d{4})[^:]*(?:: (.*))?/.exec(this.error ?? '') ?? []
    this.events.closed(Number(this.error === undefined ? 1000 : code), reason, this.error === undefined)
  }
}

const handshakeFailure = (error: string): Failure =>
  /bad handshake/.test(error)
    ? { class: 'target', reason: 'upgrade_refused', message: `The upgrade was refused: ${error}.` }
    : failureOf(0, error === '' ? 'connection reset before the upgrade' : error)

const later = (work: () => void): void => {
  setTimeout(work, 0)
}

/** The cookies of an answer, as `set-cookie` headers. */
const cookiesOf = ({ cookies }: Response): string[] =>
  Object.values(cookies).flatMap((all) =>
    // Its types name only two of what k6 gives.
    all.map(({ name, value, ...rest }) => {
      const ended = 'max_age' in rest && typeof rest.max_age === 'number' && rest.max_age < 0
      return `${name}=${value}${ended ? '; max-age=0' : ''}`
    }),
  )

/** A node of a target, by k6's own clients. `timeout` in microseconds. */
export function nodeAt(
  place: Place,
  tools: RequestTools,
  always: Readonly<Record<string, string>>,
  timeout: number,
): Node {
  return {
    origin: place.origin,
    page: (operation, args, cookie, events) => {
      let over = false
      const url = place.url + targetWriter(operation)(args)
      const headers = {
        ...headersOf(operation, '', args, tools, { ...usualHeaders, ...always }),
        accept: 'text/html',
        ...(cookie === '' ? {} : { cookie }),
      }
      ask('GET', url, null, headers, timeout, new CookieJar()).then(
        (response) => {
          if (over) return
          count(place, '', response)
          const failure = brokenBy(response)
          if (failure !== undefined) {
            events.failed(failure)
            return
          }
          events.answered({
            status: response.status,
            location: headerOf(response, 'Location'),
            cookies: cookiesOf(response),
            text: () => response.body ?? '',
          })
        },
        (error: unknown) => {
          if (!over) events.failed({ class: 'generator', reason: 'not_sent', message: messageOf(error) })
        },
      )
      return {
        url,
        release: () => {
          over = true
        },
        late: () => undefined,
      }
    },
    socket: (call, events) => open(place, call, events),
  }
}

function open(place: Place, { path, headers }: SocketCall, events: WireEvents): Wire {
  const url = place.url.replace(/^http/, 'ws') + path
  try {
    return new K6Wire(url, headers, events, place)
  } catch (error) {
    // As every other opening that comes to nothing: told later, never from here.
    later(() => events.failed({ class: 'generator', reason: 'not_sent', message: messageOf(error) }))
    return { isOpen: false, buffered: 0, send: () => 0, close: () => {}, destroy: () => {} }
  }
}
