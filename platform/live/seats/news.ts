import { microsOf } from '../../realtime/instant.js'
import type { DomainEvent } from '../../realtime/kernel.js'
import { textOf } from '../json.js'
import type { Holder, News, Status } from './model.js'

const statuses: Readonly<Record<string, Status>> = {
  seat_held: 'held',
  seat_released: 'available',
  seat_sold: 'sold',
  seat_blocked: 'blocked',
}

/** What an event says of a seat; undefined when it is of something else (contract §7). */
export function readNews({ event, payload, internal }: DomainEvent): News | undefined {
  const status = statuses[event]
  const { version } = payload
  const seatId = textOf(payload, 'seat_id')
  if (status === undefined || seatId === undefined || typeof version !== 'number') return undefined
  const userId = textOf(internal, 'user_id')
  const holdId = textOf(internal, 'hold_id')
  const whose: Holder | undefined =
    userId === undefined || holdId === undefined ? undefined : { userId, holdId }
  const committed = microsOf(textOf(payload, 'timestamp') ?? '')
  const at = Number.isNaN(committed) ? 0 : committed
  return status === 'held'
    ? { seatId, status, version, at, holder: whose, former: undefined }
    : { seatId, status, version, at, holder: undefined, former: whose }
}
