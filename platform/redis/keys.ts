import type { Hold } from '../kernel.js'

/** The keys of contract §6, column D. Arguments: organization, event, seat, hold, checkout as ids. */
export const keys = {
  lock: (org: string, seat: string) => `voelgoed:org:${org}:seat:${seat}:hold`,
  holds: (org: string, event: string) => `voelgoed:org:${org}:event:${event}:seat_holds`,
  meta: (org: string, hold: string) => `voelgoed:org:${org}:hold:${hold}:meta`,
  bitmap: (org: string, event: string) => `voelgoed:org:${org}:event:${event}:seats:bitmap`,
  occupancy: (org: string, event: string) => `voelgoed:org:${org}:event:${event}:occupancy`,
  checkout: (org: string, checkout: string) => `voelgoed:org:${org}:checkout:${checkout}`,
  lastScan: (org: string, code: string) => `voelgoed:org:${org}:ticket:${code}:last_scan`,
  recentScans: (org: string, event: string) => `voelgoed:org:${org}:event:${event}:scans:recent`,
  /** Hash of guests let in: by gate id, and `total`. */
  admissions: (org: string, event: string) => `voelgoed:org:${org}:event:${event}:admissions`,
  /** Channel of what happens at an event. */
  events: (org: string, event: string) => `voelgoed:org:${org}:event:${event}:events`,
  /** Channel of one node's messages to itself. */
  pulse: (node: string) => `voelgoed:node:${node}:pulse`,
  webhook: (event: string) => `webhook:payment:${event}`,
  apiRate: (org: string, what: string, who: string) => `api:rate:org:${org}:${what}:${who}`,
  publicRate: (ip: string) => `api:rate:org:public:ip:${ip}`,
  scanRate: (org: string, device: string) => `scan:rate:org:${org}:device:${device}`,
  loginRate: (scope: 'ip' | 'email' | 'email_ip', who: string) => `vge:rl:auth:login:${scope}:${who}`,
}

/** Channel on which nodes hear that a hold ended: `{organization}:{seat}`. */
export const holdEnded = 'voelgoed:hold_ended'

/** Channel on which nodes hear whose sockets are to be closed: `{organization}:{user}`. */
export const disconnect = 'voelgoed:disconnect'

/** A lock's value, `{hold}:{user}:{expiry_unix}`. */
export const lockValue = (hold: Hold): string =>
  `${hold.id}:${hold.userId}:${Math.floor(hold.heldUntil / 1000)}`

/** A member of the list of holds, `{seat}:{hold}:{user}:{iso}`. */
export const member = (hold: Hold, heldUntil = hold.heldUntil): string =>
  `${hold.seatId}:${hold.id}:${hold.userId}:${new Date(heldUntil).toISOString()}`
