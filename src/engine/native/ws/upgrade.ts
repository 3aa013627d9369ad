import { createHash, randomBytes } from 'node:crypto'
import { UserError } from '../../../model/errors.js'
import type { Failure } from '../../journey/errors.js'
import { headerLine } from '../http/header-line.js'
import type { Origin } from '../http/origin.js'

/** A request to speak WebSocket, and what only a server that read it can answer. */
export interface Upgrade {
  readonly text: string
  /** The `sec-websocket-accept` that belongs to the key. */
  readonly accept: string
  /** Subprotocols that were offered. */
  readonly protocols: readonly string[]
}

// Fixed by RFC 6455 §1.3.
const suffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

const listOf = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/**
 * Writes the request. `path` with its query goes behind the origin's own; `headers` hold `origin`, `cookie`, `sec-websocket-protocol`
 * and the like. No extension is offered. Throws `UserError` for what would break the request. Source: RFC 6455 §4.1.
 */
export function writeUpgrade(
  origin: Origin,
  path: string,
  headers: Readonly<Record<string, string>>,
): Upgrade {
  if (!/^\/[!-~]*$/.test(path)) {
    throw new UserError(`"${path.slice(0, 80)}" is not the path of a socket.`, {
      hint: 'It begins with / and is URL-encoded.',
    })
  }
  const key = randomBytes(16).toString('base64')
  const accept = createHash('sha1')
    .update(key + suffix)
    .digest('base64')
  let text = `GET ${origin.prefix}${path} HTTP/1.1\r\nhost: ${origin.host}\r\nuser-agent: vge-perf\r\n`
  text += `connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n`
  let protocols: string[] = []
  for (const [name, value] of Object.entries(headers)) {
    text += headerLine(name, value)
    if (name.toLowerCase() === 'sec-websocket-protocol') protocols = listOf(value)
  }
  return { text: `${text}\r\n`, accept, protocols }
}

/** The server did not begin to speak WebSocket; `failure` says why. */
export class UpgradeError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message)
    this.name = 'UpgradeError'
  }
}

const broken = (reason: string, message: string): UpgradeError =>
  new UpgradeError({ class: 'target', reason, message })

const malformed = (found: string): UpgradeError =>
  broken('malformed', `Not an HTTP/1.1 answer to the upgrade: ${found}.`)

const bad = (what: string): UpgradeError => broken('bad_upgrade', `The 101 answer has ${what}.`)

const headersOf = (lines: readonly string[]): Map<string, string> => {
  const headers = new Map<string, string>()
  for (const text of lines) {
    const colon = text.indexOf(':')
    if (colon <= 0) throw malformed(`a header line "${text.slice(0, 40)}"`)
    const name = text.slice(0, colon).toLowerCase()
    const value = text.slice(colon + 1).trim()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return headers
}

const refused = (status: number, headers: ReadonlyMap<string, string>): UpgradeError => {
  // Without the query: it may hold a token.
  const location = headers.get('location')?.split('?')[0]
  const where = location === undefined ? '' : ` and sent us to ${location.slice(0, 80)}`
  return new UpgradeError({
    class: status === 502 || status === 504 ? 'edge' : 'target',
    reason: `upgrade_${status}`,
    message: `The target answered the upgrade with ${status}${where}.`,
  })
}

/** True when the server agrees, false for another 1xx, whose answer is still to come. Source: RFC 6455 §4.1, last list. */
const agrees = (head: string, { accept, protocols }: Upgrade): boolean => {
  const [first = '', ...lines] = head.split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1])
  if (Number.isNaN(status)) throw malformed(`it begins with "${first.slice(0, 40)}"`)
  const headers = headersOf(lines)
  if (status >= 100 && status < 200 && status !== 101) return false
  if (status !== 101) throw refused(status, headers)
  if (headers.get('upgrade')?.toLowerCase() !== 'websocket') throw bad('no "upgrade: websocket"')
  if (!listOf(headers.get('connection')?.toLowerCase() ?? '').includes('upgrade'))
    throw bad('no "connection: upgrade"')
  if (headers.get('sec-websocket-accept') !== accept) throw bad('a wrong or no sec-websocket-accept')
  if (listOf(headers.get('sec-websocket-extensions') ?? '').length > 0)
    throw bad('an extension that was not offered')
  const chosen = headers.get('sec-websocket-protocol')
  if (chosen === undefined ? protocols.length > 0 : !protocols.includes(chosen))
    throw bad('another subprotocol than those offered')
  return true
}

const nothing = Buffer.alloc(0)
const headLimit = 65_536

/** Reads the answer to an upgrade, however the bytes are cut. */
export class UpgradeReader {
  private rest: Buffer = nothing

  constructor(readonly request: Upgrade) {}

  /** Gives where in `data` the frames begin, undefined when the answer is not complete. Throws `UpgradeError`. */
  feed(data: Buffer): number | undefined {
    const all = this.rest.length === 0 ? data : Buffer.concat([this.rest, data])
    let at = 0
    for (;;) {
      const begin = all.toString('latin1', at, at + 7)
      // Else a server that speaks something else would be taken for one that does not answer.
      if (!'HTTP/1.'.startsWith(begin)) throw malformed(`it begins with "${begin}"`)
      const end = all.indexOf('\r\n\r\n', at, 'latin1')
      if (end < 0) break
      const complete = agrees(all.toString('latin1', at, end), this.request)
      at = end + 4
      if (complete) return at - this.rest.length
    }
    if (all.length - at > headLimit) throw malformed('a head of more than 64 KiB')
    this.rest = Buffer.from(all.subarray(at))
    return undefined
  }
}
