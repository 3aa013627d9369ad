/** Templates of the platform's Redis keys. Source: contract §6, column D. */
export const keys = {
  seatLock: 'voelgoed:org:{organization}:seat:{seat}:hold',
  eventHolds: 'voelgoed:org:{organization}:event:{event}:seat_holds',
  holdMeta: 'voelgoed:org:{organization}:hold:{hold}:meta',
  bitmap: 'voelgoed:org:{organization}:event:{event}:seats:bitmap',
  /** Ours, inside a made-up tenant: how many hold one lock. */
  inside: 'voelgoed:org:{organization}:seat:{seat}:inside',
  occupancy: 'voelgoed:org:{organization}:event:{event}:occupancy',
  lastScan: 'voelgoed:org:{organization}:ticket:{code}:last_scan',
  scanRate: 'scan:rate:org:{organization}:device:{device}',
  webhook: 'webhook:payment:{id}',
  membership: 'vge:mem:{user}:{organization}',
  ofOrganization: '*:org:{organization}:*',
  naming: '*{id}*',
} as const
