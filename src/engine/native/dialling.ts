import type { Socket } from 'node:net'
import { monotonic } from '../journey/clock.js'

/** Connections that may be on their way at once, for each `roundTrip` that the target is away: below a usual listen backlog. */
export const atOnce = 128
const roundTrip = 2_000

// Before the first address: the kernel chooses.
const kernel = -1

/**
 * How sockets to one origin are opened: from which addresses of this machine, and how many at once.
 *
 * A storm of connections would fill the target's listen queue; those that find it full come a second later, and that second would be of
 * our making. So no more than `atOnce` are on their way: more to a distant target, by its shortest handshake, so that it gets as many a second as a
 * near one. A request that has no connection yet does not wait for one of its own: it takes the first that becomes free,
 * opened or given back. Until then its time is `connect`, and a time-out is the target's: those ahead of it are not taken either. Only
 * the wait for a full pool is `queue`, which is ours. Bursts and watchers are opened ahead of the load, and wait for nobody.
 */
export class Dialling {
  /** Sockets that are bound to no address by us; beyond them each gets one of `addresses`. */
  private plain = Number.POSITIVE_INFINITY
  private addresses: readonly string[] = []
  private turn = 0
  private open = 0
  private onWay = 0
  private shortest = Number.POSITIVE_INFINITY
  /** Called each time that a socket is there, or will never be. */
  settled: () => void = () => {}

  /** `now`: microseconds of a monotonic clock. */
  constructor(private readonly now: () => number = monotonic) {}

  /** From now on the first `plain` sockets go out as the kernel likes, the others from these addresses by turns. */
  from(addresses: readonly string[], plain: number): void {
    this.addresses = addresses
    this.plain = plain
  }

  /** Whether another one may be on its way. */
  get room(): boolean {
    const away = Number.isFinite(this.shortest) ? Math.max(1, Math.ceil(this.shortest / roundTrip)) : 1
    return this.onWay < atOnce * away
  }

  /** Addresses to try before a socket that finds no port is given up. */
  get choices(): number {
    return this.addresses.length
  }

  /** The place where the next socket is tried first; after it come the following ones, as many as there are `choices`. */
  begin(): number {
    if (this.open < this.plain) return kernel
    this.turn = (this.turn + 1) % Math.max(1, this.addresses.length)
    return this.turn
  }

  /** The address of a place; undefined leaves it to the kernel. */
  at(place: number): string | undefined {
    return place === kernel ? undefined : this.addresses[place % this.addresses.length]
  }

  /** Counts a socket until it is gone. Returns what ends the counting. */
  count(): () => void {
    this.open += 1
    let counted = true
    return () => {
      if (counted) this.open -= 1
      counted = false
    }
  }

  /** Counts a socket as on its way until it says `ready`, or closes. */
  watch(socket: Socket, ready: 'connect' | 'secureConnect'): void {
    const began = this.now()
    this.onWay += 1
    const settle = (): void => {
      socket.off(ready, arrived)
      socket.off('close', settle)
      this.onWay -= 1
      this.settled()
    }
    const arrived = (): void => {
      this.shortest = Math.min(this.shortest, this.now() - began)
      settle()
    }
    socket.on(ready, arrived)
    socket.on('close', settle)
  }
}
