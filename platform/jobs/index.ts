import { Logger, run, type Runner, type TaskList } from 'graphile-worker'
import type { App } from '../kernel.js'
import { Debounce } from '../realtime/debounce.js'
import { tellGate } from '../scanning/gate.js'
import type { Settings } from '../settings.js'
import { checkoutAbandon } from './checkout-abandon.js'
import { occupancyRebuild } from './occupancy-rebuild.js'
import { ticketDelivery } from './ticket-delivery.js'

/** Background work of one node on the shared queue, standing for Oban. Jobs themselves are added in SQL, with what they belong to. */
export interface Jobs {
  running(): boolean
  /** Asks for a recount of an event's seats, and its broadcast, within `occupancy_debounce_ms`. */
  occupancyChanged(organizationId: string, eventId: string): void
  /** Asks for the broadcast of a gate's guests within `gate_debounce_ms`. */
  gateChanged(organizationId: string, eventId: string, gateId: string): void
  stop(): Promise<void>
}

/** One recount an event waits at a time, whichever node asked for it. */
const recount = `
  SELECT graphile_worker.add_job('occupancy_rebuild',
    json_build_object('event_id', $1::uuid, 'organization_id', $2::uuid), job_key := 'occupancy:' || $1::text)`

/** Starts the workers once the app around them exists. */
export class Queue implements Jobs {
  #runner: Runner | undefined
  readonly #seats: Debounce
  readonly #gates: Debounce
  #app: App | undefined

  constructor(settings: Settings) {
    this.#seats = new Debounce(settings.occupancy_debounce_ms)
    this.#gates = new Debounce(settings.gate_debounce_ms)
  }

  async start(app: App, url: string, concurrency: number): Promise<void> {
    const taskList: TaskList = {
      checkout_abandon: (payload) => checkoutAbandon(app, payload),
      ticket_delivery: (payload) => ticketDelivery(app, payload),
      occupancy_rebuild: (payload) => occupancyRebuild(app, payload),
    }
    const silent = new Logger(() => () => undefined)
    this.#runner = await run({
      connectionString: url,
      maxPoolSize: concurrency + 1,
      concurrency,
      taskList,
      noHandleSignals: true,
      logger: silent,
    })
    // The runner's own end is told by running(); a broken connection must not end the process.
    this.#runner.promise.catch(() => (this.#runner = undefined))
    this.#app = app
  }

  running(): boolean {
    return this.#runner !== undefined
  }

  occupancyChanged(organizationId: string, eventId: string): void {
    this.#seats.ask(eventId, () => {
      // A recount that is not asked for is made by the next reader (C17).
      this.#app?.pg.query(recount, [eventId, organizationId]).catch(() => undefined)
    })
  }

  gateChanged(organizationId: string, eventId: string, gateId: string): void {
    const app = this.#app
    if (app === undefined) return
    this.#gates.ask(gateId, () => {
      tellGate(app, { organizationId, eventId }, gateId).catch(() => undefined)
    })
  }

  async stop(): Promise<void> {
    this.#seats.stop()
    this.#gates.stop()
    const runner = this.#runner
    this.#runner = undefined
    await runner?.stop().catch(() => undefined)
  }
}
