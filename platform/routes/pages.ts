import { occupancyOf } from '../occupancy.js'
import { refuse } from '../errors.js'
import type { App, Reply, Req, Route } from '../kernel.js'

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

interface Row {
  id: string
  organization_id: string
  name: string
  status: string
}

/** A public page of an event; drafts, archived events and inactive organizations are hidden (contract §3, §4). */
async function handleEventPage(app: App, req: Req<undefined>): Promise<Reply> {
  const [event] = await app.pg.query<Row>(
    `SELECT e.id, e.organization_id, e.name, e.status FROM events e
     JOIN organizations o ON o.id = e.organization_id AND o.status = 'active'
     WHERE o.slug = $1 AND e.slug = $2 AND e.status NOT IN ('draft', 'archived')`,
    [req.params.slug ?? '', req.params.event_slug ?? ''],
  )
  if (event === undefined) return refuse(404, 'event_not_found')
  const { available, held, sold } = await occupancyOf(app, event.organization_id, event.id)
  const name = escape(event.name)
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${name}</title></head>
<body><main id="event" data-event-id="${event.id}">
<h1>${name}</h1>
<p>${escape(event.status)}</p>
<dl><dt>Available</dt><dd>${available}</dd><dt>Held</dt><dd>${held}</dd><dt>Sold</dt><dd>${sold}</dd></dl>
</main></body></html>
`,
  }
}

export const pageRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/t/:slug/events/:event_slug',
    name: 'event-page',
    auth: 'none',
    handle: handleEventPage,
  },
]
