import { isUuid } from '../catalogue.js'
import { Refusal } from '../errors.js'
import type { App, UserCaller } from '../kernel.js'

export interface Checkout {
  readonly id: string
  readonly organizationId: string
  readonly userId: string
  readonly eventId: string
  readonly status: string
  readonly expired: boolean
}

interface Row {
  organization_id: string
  user_id: string
  event_id: string
  status: string
  expired: boolean
}

/** A checkout that the caller may touch. @throws Refusal 404, whoever else's it is. */
export async function findCheckout(app: App, caller: UserCaller, id: string | undefined): Promise<Checkout> {
  const [row] = isUuid(id)
    ? await app.pg.query<Row>(
        'SELECT organization_id, user_id, event_id, status, expires_at <= now() AS expired FROM checkouts WHERE id = $1',
        [id],
      )
    : []
  if (id === undefined || row === undefined) throw new Refusal(404, 'checkout_not_found')
  const { organization_id: organizationId, user_id: userId } = row
  if (!app.seams.mayTouch(caller, { organizationId, userId })) throw new Refusal(404, 'checkout_not_found')
  return { id, organizationId, userId, eventId: row.event_id, status: row.status, expired: row.expired }
}
