import { monotonic } from '../../journey/clock.js'
import { atOnce } from '../dialling.js'
import type { Failure } from '../../journey/errors.js'
import { HttpConnection, type ConnectionOwner } from './connection.js'
import type { Exchange, Meter } from './exchange.js'
import type { Origin } from './origin.js'
import { WaitingLine } from './waiting-line.js'

const tooFew: Failure = {
  class: 'generator',
  reason: 'timeout_in_queue',
  message: 'It waited for a connection until it was too late, while the target answered others.',
}

const held: Failure = {
  class: 'generator',
  reason: 'timeout_behind_target',
  message: 'It waited for a connection until it was too late: the target did not answer those that had one.',
}

const notTaken: Failure = {
  class: 'target',
  reason: 'connect_timeout',
  message: 'The target did not take the connection in time.',
}

/**
 * Connections to one origin. A request takes an idle connection, else opens one, else waits its turn once `cap` are open, or as many
 * are on their way as `Dialling` allows. They outlive a run; `meter` is the running one's.
 */
export class HttpPool implements ConnectionOwner {
  /** The last request that had a connection in good time was not answered. */
  silent = false
  private readonly idle: HttpConnection[] = []
  private readonly all = new Set<HttpConnection>()
  private readonly waiting = new WaitingLine()
  private changed: ((failure: Failure | undefined) => void) | undefined

  constructor(
    readonly origin: Origin,
    public cap: number,
    public meter: Meter,
  ) {
    origin.dialling.settled = () => this.serve()
  }

  submit(exchange: Exchange): void {
    const connection = this.takeIdle(exchange.split.since)
    if (connection !== undefined) {
      connection.send(exchange)
    } else if (this.mayOpen) {
      this.open(exchange)
    } else {
      exchange.split.enter(this.all.size < this.cap ? 'connect' : 'queue', monotonic())
      this.waiting.join(exchange)
    }
  }

  /**
   * Hears that a request is given up as late. Returns why when most of its time went by in the queue, whatever it got at last: the target
   * had no fair chance. It is the cap's doing while the target answers those that have one, else the target holds the connections.
   */
  late({ split, retried }: Exchange): Failure | undefined {
    const now = monotonic()
    const queued = split.of('queue') + (split.stage === 'queue' ? now - split.since : 0)
    if (!retried && (split.stage === 'queue' || queued * 2 > now - split.begun))
      return this.silent ? held : tooFew
    this.silent = true
    return undefined
  }

  /**
   * Opens connections until `wanted` are idle, or as many as the cap allows. Stops when `stop` says so.
   * Resolves with the failure that hindered it: a refused attempt is repeated, and one that is not taken awaited, for `patience` microseconds.
   */
  async warm(wanted: number, patience: number, stop: () => boolean): Promise<Failure | undefined> {
    this.dropStale()
    let refusedSince: number | undefined
    // A peer that closes what it accepted must not keep us here for ever.
    let attempts = 10 * Math.ceil(wanted / atOnce) + patience / 100_000
    while (
      this.idle.length < Math.min(wanted, this.cap) &&
      this.all.size < this.cap &&
      attempts > 0 &&
      !stop()
    ) {
      attempts -= 1
      const since: number = refusedSince ?? monotonic()
      const over = (): boolean => stop() || monotonic() - since >= patience
      const failure = await this.openSome(Math.min(wanted, this.cap) - this.idle.length, over)
      if (failure === undefined) {
        refusedSince = undefined
        continue
      }
      refusedSince = since
      if (failure.class === 'generator' || monotonic() - since >= patience) return failure
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return undefined
  }

  close(): void {
    for (const connection of this.all) connection.destroy()
  }

  free(connection: HttpConnection): void {
    const next = this.waiting.next()
    if (next === undefined) this.idle.push(connection)
    else connection.send(next)
    this.changed?.(undefined)
  }

  gone(connection: HttpConnection, failure: Failure | undefined): void {
    this.all.delete(connection)
    const index = this.idle.lastIndexOf(connection)
    if (index >= 0) this.idle.splice(index, 1)
    this.serve()
    this.changed?.(failure)
  }

  broke(exchange: Exchange, failure: Failure): void {
    // A peer may close an idle connection just as a request leaves: harmless to repeat what changes nothing.
    if (exchange.method === 'GET' && failure.reason === 'reset' && !exchange.retried) {
      exchange.retried = true
      this.submit(exchange)
      return
    }
    exchange.split.end(monotonic())
    exchange.failed(failure)
  }

  private get mayOpen(): boolean {
    return this.all.size < this.cap && this.origin.dialling.room
  }

  private open(exchange: Exchange): void {
    exchange.split.enter('connect', monotonic())
    this.all.add(new HttpConnection(this, exchange))
  }

  /** Opens connections for those who wait. */
  private serve(): void {
    while (this.mayOpen) {
      const next = this.waiting.next()
      if (next === undefined) return
      this.open(next)
    }
  }

  private takeIdle(now: number): HttpConnection | undefined {
    for (;;) {
      const connection = this.idle.pop()
      if (connection === undefined || connection.usable(now)) return connection
      connection.destroy()
    }
  }

  private dropStale(): void {
    const now = monotonic()
    for (const connection of this.idle.filter((one) => !one.usable(now))) connection.destroy()
  }

  /** What is still on its way once `over` says so is given up. */
  private openSome(wanted: number, over: () => boolean): Promise<Failure | undefined> {
    const batch = Math.max(1, Math.min(atOnce, wanted, this.cap - this.all.size))
    return new Promise((resolve) => {
      let left = batch
      let worst: Failure | undefined
      this.changed = (failure) => {
        left -= 1
        worst ??= failure
        if (left > 0) return
        this.changed = undefined
        clearInterval(timer)
        resolve(worst)
      }
      const opened = Array.from({ length: batch }, () => new HttpConnection(this, undefined))
      for (const connection of opened) this.all.add(connection)
      const timer = setInterval(() => {
        const late = over() ? opened.filter(({ open }) => !open) : []
        if (late.length > 0) worst ??= notTaken
        for (const connection of late) connection.destroy()
      }, 50)
    })
  }
}
