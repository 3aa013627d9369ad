import type { Fault } from '../kernel.js'
import { hook, swap } from './seam.js'

export const leakBroadcasts: Fault = {
  name: 'leak-broadcasts',
  summary:
    "What happens at one tenant's events is told to those who follow another tenant's, and anybody may join topics of any tenant",
  example: 'leak-broadcasts',
  plant: async (app) => {
    const close = swap(app, 'mayJoin', () => true)
    const remove = hook(app.seams.broadcasts, (event, next) => {
      next(event)
      for (const place of app.bus.heard())
        if (place.organizationId !== event.organizationId)
          next({ ...event, organizationId: place.organizationId, eventId: place.eventId })
    })
    return async () => {
      remove()
      close()
    }
  },
}
