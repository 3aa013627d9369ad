import { lookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { UserError } from '../../../model/errors.js'
import { Dialling } from '../dialling.js'

/** Where requests of one pool go. */
export interface Origin {
  readonly url: string
  readonly secure: boolean
  readonly hostname: string
  readonly port: number
  /** Value of the `host` header. */
  readonly host: string
  /** Path of the address itself, put before each operation's; without a slash at its end. */
  readonly prefix: string
  /** Asks the resolver once, not at each of 10,000 connections. */
  readonly lookup: LookupFunction | undefined
  /** How its sockets are opened. */
  readonly dialling: Dialling
}

const lookupOnce = (hostname: string): LookupFunction => {
  let asked: Promise<LookupAddress[]> | undefined
  const ask = () =>
    new Promise<LookupAddress[]>((resolve, reject) => {
      lookup(hostname, { all: true }, (error, addresses) =>
        error === null ? resolve(addresses) : reject(error),
      )
    })
  return (_host, options, callback) => {
    asked ??= ask()
    asked.then(
      (addresses) => {
        const first = addresses[0]
        if (options.all === true) callback(null, addresses)
        else callback(null, first?.address ?? '', first?.family)
      },
      (error: NodeJS.ErrnoException) => {
        asked = undefined
        callback(error, [])
      },
    )
  }
}

/** Reads the address of a target. Throws `UserError` when it is none of HTTP. */
export function originOf(url: string): Origin {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new UserError(`"${url}" is not the address of a target.`, {
      hint: 'Expected http://host:port or https://host:port.',
    })
  }
  const secure = parsed.protocol === 'https:'
  const hostname = parsed.hostname.replace(/^\[|\]$/g, '')
  return {
    url,
    secure,
    hostname,
    port: parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port),
    host: parsed.host,
    prefix: parsed.pathname.replace(/\/+$/, ''),
    lookup: isIP(hostname) === 0 ? lookupOnce(hostname) : undefined,
    dialling: new Dialling(),
  }
}
