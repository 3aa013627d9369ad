import type { Route } from '../kernel.js'
import { liveRoutes } from '../live/routes.js'
import { availabilityRoutes } from './availability.js'
import { checkoutRoutes } from './checkouts.js'
import { healthRoutes } from './health.js'
import { loginRoutes } from './login.js'
import { manifestRoutes } from './manifest.js'
import { scanRoutes } from './scans.js'
import { seatRoutes } from './seats.js'
import { syncRoutes } from './sync.js'
import { ticketRoutes } from './tickets.js'
import { webhookRoutes } from './webhooks.js'

/** All that the platform answers to. */
export const routes: readonly Route[] = [
  ...healthRoutes,
  ...loginRoutes,
  ...seatRoutes,
  ...checkoutRoutes,
  ...webhookRoutes,
  ...ticketRoutes,
  ...availabilityRoutes,
  ...scanRoutes,
  ...syncRoutes,
  ...manifestRoutes,
  ...liveRoutes,
]
