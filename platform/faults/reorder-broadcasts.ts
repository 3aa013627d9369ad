import type { Fault } from '../kernel.js'
import type { DomainEvent } from '../realtime/kernel.js'
import { hook } from './seam.js'
import { readValue, share } from './value.js'

/** What is held back goes out after this time, if nothing came that could overtake it. */
const patienceMs = 2_000

/** Events whose order clients rely on: those of one seat, or of one kind. */
const lineOf = ({ eventId, domain, payload: { seat_id: seat } }: DomainEvent): string =>
  `${eventId}:${domain}:${typeof seat === 'string' ? seat : ''}`

export const reorderBroadcasts: Fault = {
  name: 'reorder-broadcasts',
  summary:
    'A share of what happens at events is held back until the next thing that happens to the same seat was told to the clients of this node',
  example: 'reorder-broadcasts=0.2',
  value: { accepted: 'a share above 0 and at most 1', usual: '0.2' },
  plant: async (app, value) => {
    const some = readValue(reorderBroadcasts, value, share)
    const held = new Map<string, () => void>()
    const remove = hook(app.seams.broadcasts, (event, next) => {
      const line = lineOf(event)
      const release = held.get(line)
      if (release !== undefined || Math.random() >= some) {
        next(event)
        return release?.()
      }
      const timer = setTimeout(() => held.get(line)?.(), patienceMs).unref()
      held.set(line, () => {
        clearTimeout(timer)
        held.delete(line)
        next(event)
      })
    })
    return async () => {
      remove()
      for (const release of held.values()) release()
    }
  },
}
