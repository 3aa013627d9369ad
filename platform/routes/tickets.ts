import { findCheckout } from '../checkout/find.js'
import type { App, Reply, Req, Route, UserCaller } from '../kernel.js'

interface Row {
  id: string
  seat_id: string
  ticket_code: string
  status: string
}

async function handleTickets(app: App, req: Req<UserCaller>): Promise<Reply> {
  const checkout = await findCheckout(app, req.caller, req.query.get('checkout_id') ?? undefined)
  const rows = await app.pg.query<Row>(
    'SELECT id, seat_id, ticket_code, status FROM tickets WHERE checkout_id = $1 ORDER BY ticket_code',
    [checkout.id],
  )
  return {
    status: 200,
    body: {
      checkout_id: checkout.id,
      tickets: rows.map((row) => ({
        ticket_id: row.id,
        ticket_code: row.ticket_code,
        seat_id: row.seat_id,
        event_id: checkout.eventId,
        status: row.status,
        qr_code_url: `/qr/${row.ticket_code}.svg`,
      })),
    },
  }
}

export const ticketRoutes: readonly Route[] = [
  { method: 'GET', path: '/api/tickets', name: 'tickets', auth: 'user', handle: handleTickets },
]
