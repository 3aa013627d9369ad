import type { Redis } from 'ioredis'
import type { Database } from '../database.js'
import type { Hold } from '../kernel.js'
import { keys, lockValue, member } from './keys.js'

interface Stores {
  readonly redis: Redis
  readonly pg: Database
  readonly graceS: number
}

interface SeatRow {
  organization_id: string
  seat_id: string
  seat_index: number
  status: string
  hold_id: string | null
  user_id: string | null
  held_until: Date | null
}

/**
 * Writes an event's bitmap, list of holds and locks from Postgres. An existing bitmap is kept unless `replace`: then
 * somebody else built it in the meantime, and later changes went into it.
 */
export async function rebuild(
  { redis, pg, graceS }: Stores,
  org: string | undefined,
  eventId: string,
  replace: boolean,
): Promise<void> {
  const seats = await pg.query<SeatRow>(
    `SELECT s.organization_id, s.id AS seat_id, s.seat_index, s.status, h.id AS hold_id, h.user_id, h.held_until
     FROM seats s LEFT JOIN seat_holds h ON h.id = s.seat_hold_id AND h.status = 'active' AND s.status = 'held'
     WHERE s.event_id = $1`,
    [eventId],
  )
  const tenant = org ?? seats[0]?.organization_id
  if (tenant === undefined || seats.length === 0) return
  const bits = Buffer.alloc(Math.ceil((Math.max(...seats.map((seat) => seat.seat_index)) + 1) / 8))
  const held: Hold[] = []
  for (const seat of seats) {
    const byte = seat.seat_index >> 3
    if (seat.status !== 'available') bits[byte] = (bits[byte] ?? 0) | (0x80 >> (seat.seat_index & 7))
    if (seat.hold_id === null || seat.user_id === null || seat.held_until === null) continue
    held.push({
      id: seat.hold_id,
      organizationId: tenant,
      eventId,
      seatId: seat.seat_id,
      userId: seat.user_id,
      heldUntil: seat.held_until.getTime(),
    })
  }
  const batch = redis.pipeline()
  if (replace) batch.del(keys.holds(tenant, eventId), keys.occupancy(tenant, eventId))
  for (const hold of held) {
    const at = Math.floor(hold.heldUntil / 1000)
    batch.zadd(keys.holds(tenant, eventId), at, member(hold))
    batch.call(
      'SET',
      keys.lock(tenant, hold.seatId),
      lockValue(hold),
      'EXAT',
      at + graceS,
      ...(replace ? [] : ['NX']),
    )
  }
  if (replace) batch.set(keys.bitmap(tenant, eventId), bits)
  else batch.setnx(keys.bitmap(tenant, eventId), bits)
  for (const [error] of (await batch.exec()) ?? []) if (error) throw error
}
