import type { Cache } from '../../cache.js'
import type { App } from '../../kernel.js'
import type { DomainEvent } from '../../realtime/kernel.js'
import { loadSeats } from './load.js'
import { SeatMap } from './map.js'

/** The right to use an event's seat map until it is given back. */
export interface Lease {
  readonly map: SeatMap
  end(): void
}

interface Open {
  readonly map: SeatMap
  close(): void
}

interface Entry {
  readonly opening: Promise<Open>
  leases: number
  timer: NodeJS.Timeout | undefined
}

/** A node's seat maps by event; a node is known by what all its requests share. */
const nodes = new WeakMap<Cache, Map<string, Entry>>()

function mapsOf(app: App): Map<string, Entry> {
  const known = nodes.get(app.cache)
  if (known !== undefined) return known
  const maps = new Map<string, Entry>()
  nodes.set(app.cache, maps)
  // While Redis was away nothing was heard.
  app.redis.on('ready', () => {
    for (const { opening } of maps.values()) opening.then(({ map }) => map.refresh()).catch(() => undefined)
  })
  return maps
}

/** Listens first and looks second, so that no change falls in between; versions sort out what came twice. */
async function open(app: App, organizationId: string, eventId: string): Promise<Open> {
  const early: DomainEvent[] = []
  let map: SeatMap | undefined
  const stop = app.bus.subscribe(organizationId, eventId, (event) => {
    if (map === undefined) early.push(event)
    else map.hear(event)
  })
  const load = () => loadSeats(app, organizationId, eventId)
  try {
    await app.bus.ready(organizationId, eventId)
    map = new SeatMap(app, await load(), load)
  } catch (error) {
    stop()
    throw error
  }
  const opened = map
  for (const event of early) opened.hear(event)
  return {
    map: opened,
    close: () => {
      stop()
      opened.close()
    },
  }
}

/**
 * An event's seat map on this node: loaded once however many want it, kept current while anybody uses it, and for
 * `live_linger_ms` afterwards, as a crowd reloads pages.
 */
export async function leaseSeats(app: App, organizationId: string, eventId: string): Promise<Lease> {
  const maps = mapsOf(app)
  const known = maps.get(eventId)
  const entry: Entry = known ?? {
    opening: open(app, organizationId, eventId),
    leases: 0,
    timer: undefined,
  }
  if (known === undefined) maps.set(eventId, entry)
  clearTimeout(entry.timer)
  entry.leases += 1
  const forget = (): void => {
    if (maps.get(eventId) === entry) maps.delete(eventId)
  }
  let opened: Open
  try {
    opened = await entry.opening
  } catch (error) {
    forget()
    throw error
  }
  let ended = false
  return {
    map: opened.map,
    end: () => {
      if (ended) return
      ended = true
      entry.leases -= 1
      if (entry.leases > 0) return
      entry.timer = setTimeout(() => {
        forget()
        opened.close()
      }, app.settings.live_linger_ms).unref()
    },
  }
}
