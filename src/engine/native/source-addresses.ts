import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { UserError } from '../../model/errors.js'
import type { Origin } from './http/origin.js'
import { connectionLimit } from './limits.js'

const readRange = (): number => {
  try {
    const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    const [low, high] = range.trim().split(/\s+/)
    const ports = Number(high) - Number(low) + 1
    if (ports > 0) return ports
  } catch {
    // Not Linux.
  }
  // The dynamic ports of RFC 6335 §6.
  return 65_535 - 49_152 + 1
}

/** Ports that the kernel gives to the outgoing connections of one address. */
export const portsOfAddress = readRange()

/** Connections from one address to one target when the kernel chooses both: it gives one half of the ports to connect() before the other. */
const half = Math.floor(portsOfAddress / 2)
/**
 * Connections from an address that we bind, to all targets: such a port is nobody else's. Up to a quarter of the ports bind() finds a free one
 * in about 30 µs; beyond it, it searches all that are taken, for more than 1 ms (28,232 ports, Linux 6.18, 2026-11-25).
 */
const quarter = Math.floor(portsOfAddress / 4)

/** Where connections to an origin go out. */
export interface Sources {
  readonly addresses: readonly string[]
  /** Connections that go out as the kernel likes before one of `addresses` is taken. */
  readonly plain: number
  /** Connections of all workers that the ports suffice for. */
  readonly most: number
}

/** 127.0.0.2, 127.0.0.3 and so on. */
const loopback = (number: number): string => `127.0.${Math.floor(number / 250)}.${(number % 250) + 2}`

/**
 * An address has some 28,000 ports for one target. A target on loopback, named by its number, is reached from 127.0.0.2, 127.0.0.3, … as
 * well, once half of the ports of 127.0.0.1 are in use; Linux has all of 127.0.0.0/8. All workers and both arms share these addresses, which
 * suffice for both at their limit. Another target is reached from the addresses that the configuration
 * names, of the target's kind, by turns; without any, from one that the kernel chooses.
 */
export function sourcesOf(
  { hostname }: Pick<Origin, 'hostname'>,
  workers: number,
  configured: readonly string[],
): Sources {
  if (process.platform === 'linux' && /^127(\.\d{1,3}){3}$/.test(hostname)) {
    const count = Math.ceil((2 * connectionLimit) / quarter)
    return {
      addresses: Array.from({ length: count }, (_, number) => loopback(number)),
      plain: Math.max(1, Math.floor(half / workers)),
      most: connectionLimit,
    }
  }
  const kind = isIP(hostname)
  const addresses = configured.filter((address) => kind === 0 || isIP(address) === kind)
  return { addresses, plain: 0, most: half * Math.max(1, addresses.length) }
}

/** Throws `UserError` (exit 2) for an address that this machine does not have. */
export function assertOwnAddresses(addresses: readonly string[]): void {
  const own = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? [])
  const foreign = addresses.find((address) => !own.includes(address))
  if (foreign === undefined) return
  throw new UserError(`generator.sourceAddresses: ${foreign} is no address of this machine.`, {
    hint: `It has: ${own.join(', ')}.`,
    reason: 'foreign_address',
  })
}
