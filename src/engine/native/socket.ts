import {
  connect,
  isIP,
  type LookupFunction,
  type OnReadOpts,
  Socket,
  type SocketConstructorOpts,
  type TcpNetConnectOpts,
  type TcpSocketConnectOpts,
} from 'node:net'
import { connect as connectTls } from 'node:tls'
import { codeOf } from '../journey/errors.js'
import type { Origin } from './http/origin.js'

const unreachable = (host: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${host} has no address of the kind of the local address.`), {
    code: 'ENOTFOUND',
  })

/** Only addresses that a socket bound to one of `family` can reach. */
const within =
  (lookup: LookupFunction, family: number): LookupFunction =>
  (host, options, callback) =>
    lookup(host, { ...options, all: true }, (error, found) => {
      const fitting = typeof found === 'string' ? [] : found.filter((one) => one.family === family)
      const first = fitting[0]
      if (error !== null) callback(error, [])
      else if (first === undefined) callback(unreachable(host), [])
      else if (options.all === true) callback(null, fitting)
      else callback(null, first.address, first.family)
    })

const way = ({ hostname, port, lookup }: Origin, localAddress: string | undefined): TcpSocketConnectOpts => ({
  host: hostname,
  port,
  localAddress,
  lookup: lookup === undefined || localAddress === undefined ? lookup : within(lookup, isIP(localAddress)),
})

// bind() says EADDRINUSE for an address whose ports are all taken, connect() EADDRNOTAVAIL.
const noPort: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EADDRINUSE'])

/** A socket that goes out from one address of several: where no port is left, it is tried from each of the others. */
class RovingSocket extends Socket {
  private place: number
  private left: number
  private readonly gone: () => void

  constructor(
    private readonly origin: Origin,
    onread: OnReadOpts | undefined,
  ) {
    const options: SocketConstructorOpts & Pick<TcpNetConnectOpts, 'onread'> =
      onread === undefined ? {} : { onread }
    super(options)
    this.setNoDelay(true)
    const { dialling } = origin
    this.place = dialling.begin()
    this.left = dialling.choices
    this.gone = dialling.count()
    this.tryNext()
  }

  override destroy(error?: Error): this {
    if (!this.destroyed && this.left > 0 && noPort.has(codeOf(error))) return this.tryNext()
    this.gone()
    return super.destroy(error)
  }

  private tryNext(): this {
    const from = this.origin.dialling.at(this.place)
    this.place += 1
    if (from !== undefined) this.left -= 1
    return this.connect(way(this.origin, from))
  }
}

const tlsOptions = (hostname: string) => ({
  ALPNProtocols: ['http/1.1'],
  ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
})

// Over a socket of ours Node ignores `onread`: what comes is copied to where the reader looks for it.
const pump = (socket: Socket, { buffer, callback }: OnReadOpts): void => {
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length;) {
      const place = typeof buffer === 'function' ? buffer() : buffer
      const bytes = chunk.copy(place, 0, at)
      at += bytes
      callback(bytes, place)
    }
  })
}

const openSecure = (origin: Origin, plain: Socket | undefined, to: TcpNetConnectOpts): Socket => {
  if (plain === undefined) return connectTls({ ...to, ...tlsOptions(origin.hostname) })
  const socket = connectTls({ socket: plain, ...tlsOptions(origin.hostname) })
  if (to.onread !== undefined) pump(socket, to.onread)
  return socket
}

/**
 * Opens a socket to an origin, from the address that its dialling names, or from `localAddress` alone. With `onread` its bytes go
 * into the reader's own buffer. Throws `TypeError` when `localAddress` is no IP address.
 */
export function openSocket(
  origin: Origin,
  { localAddress, onread }: { readonly localAddress?: string | undefined; readonly onread?: OnReadOpts } = {},
): Socket {
  const { dialling, secure } = origin
  const roving = localAddress === undefined && dialling.choices > 0
  const to = { ...way(origin, localAddress), noDelay: true, ...(onread === undefined ? {} : { onread }) }
  const plain = roving ? new RovingSocket(origin, secure ? undefined : onread) : undefined
  const socket = secure ? openSecure(origin, plain, to) : (plain ?? connect(to))
  dialling.watch(socket, secure ? 'secureConnect' : 'connect')
  return socket
}
