import type { App } from '../../kernel.js'
import { tenantFor } from '../lookup.js'
import type { Page, Screen, Viewer, Visit } from '../page.js'
import { flashPart } from '../parts.js'
import { each, live, type Tree } from '../rendered.js'
import { leaseSeats, type Lease } from '../seats/lease.js'
import type { Flash } from '../session.js'

interface Event {
  readonly id: string
  readonly slug: string
  readonly name: string
}

interface Shown {
  readonly event: Event
  readonly lease: Lease
}

const roles = ['owner', 'admin', 'staff']
/** Events in the list. */
const most = 50

const latest = `
  SELECT id, slug, name FROM events WHERE organization_id = $1 AND status <> 'archived'
  ORDER BY inserted_at DESC, id LIMIT ${most}`

async function show(
  app: App,
  org: string,
  events: readonly Event[],
  query: URLSearchParams,
): Promise<Shown | undefined> {
  const event = events.find(({ slug }) => slug === query.get('event')) ?? events[0]
  return event && { event, lease: await leaseSeats(app, org, event.id) }
}

/** An organiser's view of the sale of one event; the others are a click away. */
class DashboardScreen implements Screen {
  readonly title = 'Dashboard'
  flash: Flash | undefined
  #viewer: Viewer | undefined
  #stop: () => void = () => undefined
  #closed = false

  constructor(
    readonly app: App,
    readonly visit: Visit,
    readonly organizationId: string,
    readonly events: readonly Event[],
    private shown: Shown | undefined,
  ) {
    this.flash = visit.flash
  }

  render(): Tree {
    const { path } = this.visit
    return live`${flashPart(this.flash)}<section id="dashboard"><h1>Dashboard</h1>
<nav><ul id="events">${each(
      this.events,
      ({ id }) => id,
      ({ slug, name }) =>
        live`<li><a href="${path}?event=${encodeURIComponent(slug)}" data-phx-link="patch" data-phx-link-state="push">${name}</a></li>`,
    )}</ul></nav>
${this.#sale()}</section>`
  }

  follow(viewer: Viewer): void {
    this.#viewer = viewer
    this.#listen()
  }

  async event(): Promise<undefined> {
    return undefined
  }

  async params(query: URLSearchParams): Promise<void> {
    const next = await show(this.app, this.organizationId, this.events, query)
    // Who left meanwhile has given back only what was shown.
    if (this.#closed) return next?.lease.end()
    this.#end()
    this.shown = next
    this.#listen()
  }

  close(): void {
    this.#closed = true
    this.#end()
  }

  #sale(): Tree {
    if (this.shown === undefined) return live`<p id="empty">There are no events yet.</p>`
    const { event, lease } = this.shown
    const { counts, at, version } = lease.map.model
    const capacity = counts.available + counts.held + counts.sold + counts.blocked
    const share = capacity === 0 ? 0 : Math.round((counts.sold / capacity) * 1000) / 10
    return live`<h2 id="sale" data-event-id="${event.id}">${event.name}</h2>
<dl><dt>Available</dt><dd id="available">${counts.available}</dd><dt>Held</dt><dd id="held">${counts.held}</dd>
<dt>Sold</dt><dd id="sold">${counts.sold}</dd><dt>Blocked</dt><dd id="blocked">${counts.blocked}</dd>
<dt>Capacity</dt><dd id="capacity">${capacity}</dd><dt>Sold of it</dt><dd id="percent-sold">${share} %</dd></dl>
<div id="sync" data-at="${at}" data-version="${version}"></div>`
  }

  #listen(): void {
    const viewer = this.#viewer
    if (viewer !== undefined)
      this.#stop = this.shown?.lease.map.onChange(() => viewer.changed()) ?? this.#stop
  }

  #end(): void {
    this.#stop()
    this.shown?.lease.end()
  }
}

/** Counts of an event's sale, current with each change: well within the 5 s that the contract allows (§7). */
export const dashboardPage: Page = {
  name: 'dashboard',
  path: '/t/:slug/dashboard',
  open: async (app, visit) => {
    const { caller } = visit
    if (caller === undefined) return 'log-in'
    const { organizationId } = await tenantFor(app, { ...visit, caller }, roles)
    const events = await app.pg.query<Event>(latest, [organizationId])
    const shown = await show(app, organizationId, events, visit.query)
    return new DashboardScreen(app, visit, organizationId, events, shown)
  },
}
