import { Logger, run, type Runner, type TaskList } from 'graphile-worker'
import type { App } from '../kernel.js'
import { checkoutAbandon } from './checkout-abandon.js'
import { occupancyRebuild } from './occupancy-rebuild.js'
import { ticketDelivery } from './ticket-delivery.js'

/** Background work of one node on the shared queue, standing for Oban. Jobs themselves are added in SQL, with what they belong to. */
export interface Jobs {
  running(): boolean
  /** Asks for a recount of an event's seats within five seconds; asking again meanwhile asks for nothing more. */
  occupancyChanged(organizationId: string, eventId: string): void
  stop(): Promise<void>
}

const debounceMs = 5_000

/** Starts the workers once the app around them exists. */
export class Queue implements Jobs {
  #runner: Runner | undefined
  readonly #due = new Map<string, NodeJS.Timeout>()
  #add: (organizationId: string, eventId: string) => Promise<unknown> = async () => undefined

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
    this.#add = (organizationId, eventId) =>
      app.pg.query(
        `SELECT graphile_worker.add_job('occupancy_rebuild',
           json_build_object('event_id', $1::uuid, 'organization_id', $2::uuid), job_key := 'occupancy:' || $1::text)`,
        [eventId, organizationId],
      )
  }

  running(): boolean {
    return this.#runner !== undefined
  }

  occupancyChanged(organizationId: string, eventId: string): void {
    if (this.#due.has(eventId)) return
    const timer = setTimeout(() => {
      this.#due.delete(eventId)
      // A recount that is not asked for is made by the next reader (C17).
      this.#add(organizationId, eventId).catch(() => undefined)
    }, debounceMs)
    timer.unref()
    this.#due.set(eventId, timer)
  }

  async stop(): Promise<void> {
    for (const timer of this.#due.values()) clearTimeout(timer)
    const runner = this.#runner
    this.#runner = undefined
    await runner?.stop().catch(() => undefined)
  }
}
