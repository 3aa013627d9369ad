import { Refusal } from '../errors.js'
import type { App, PageEvent, UserCaller } from '../kernel.js'
import type { Visit } from './page.js'

interface EventRow {
  id: string
  organization_id: string
  name: string
  slug: string
}

const publicEvent = `
  SELECT e.id, e.organization_id, e.name, e.slug FROM events e
  JOIN organizations o ON o.id = e.organization_id AND o.status = 'active'
  WHERE o.slug = $1 AND e.slug = $2 AND e.status NOT IN ('draft', 'archived')`

/** The event of a page's path, within its tenant; drafts, archived events and inactive tenants are hidden (contract §3, §4). */
export async function findPageEvent(
  app: App,
  slug: string,
  eventSlug: string,
): Promise<PageEvent | undefined> {
  const [row] = await app.pg.query<EventRow>(publicEvent, [slug, eventSlug])
  if (row === undefined) return undefined
  return { id: row.id, organizationId: row.organization_id, name: row.name, slug: row.slug }
}

/**
 * The tenant of a path, for a caller of that tenant.
 * @throws Refusal 404 for other tenants' users (C16), 403 for a role that is not among those given.
 */
export async function tenantFor(
  app: App,
  { slug, caller }: Visit & { readonly caller: UserCaller },
  roles?: readonly string[],
): Promise<{ readonly organizationId: string }> {
  const [row] = await app.pg.query<{ id: string }>(
    "SELECT id FROM organizations WHERE slug = $1 AND status = 'active'",
    [slug],
  )
  if (row === undefined || !app.seams.mayTouch(caller, { organizationId: row.id }))
    throw new Refusal(404, 'organization_not_found')
  if (roles !== undefined && !roles.includes(caller.role)) throw new Refusal(403, 'forbidden')
  return { organizationId: row.id }
}
