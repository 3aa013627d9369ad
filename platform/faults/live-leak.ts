import type { App, Fault, PageEvent } from '../kernel.js'
import { swap } from './seam.js'

/** The path's tenant comes first, but whoever has an event of that name will do. */
async function findAnywhere(app: App, slug: string, eventSlug: string): Promise<PageEvent | undefined> {
  const [event] = await app.pg.query<PageEvent>(
    `SELECT e.id, e.organization_id AS "organizationId", e.slug, e.name
     FROM events e JOIN organizations o ON o.id = e.organization_id
     WHERE e.slug = $2 AND e.status NOT IN ('draft', 'archived') ORDER BY (o.slug = $1) DESC LIMIT 1`,
    [slug, eventSlug],
  )
  return event
}

export const liveLeak: Fault = {
  name: 'live-leak',
  summary:
    "Another tenant's event opens under one's own tenant's path, and a socket may go on to another tenant's pages",
  example: 'live-leak',
  plant: async (app) => {
    const undo = [swap(app, 'findPageEvent', findAnywhere), swap(app, 'mayNavigate', () => true)]
    return async () => undo.forEach((step) => step())
  },
}
