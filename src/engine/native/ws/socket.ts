import { connect, isIP, type LookupFunction, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Origin } from '../http/origin.js'

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

const lookupOf = ({ lookup }: Origin, localAddress: string | undefined): LookupFunction | undefined =>
  lookup === undefined || localAddress === undefined ? lookup : within(lookup, isIP(localAddress))

/** Opens a socket whose bytes go into the reader's own buffer. Throws `TypeError` when `localAddress` is no IP address. */
export function openSocket(origin: Origin, localAddress: string | undefined, onread: OnReadOpts): Socket {
  const to = {
    host: origin.hostname,
    port: origin.port,
    noDelay: true,
    lookup: lookupOf(origin, localAddress),
    localAddress,
    onread,
  }
  if (!origin.secure) return connect(to)
  return connectTls({
    ...to,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(origin.hostname) === 0 ? { servername: origin.hostname } : {}),
  })
}
