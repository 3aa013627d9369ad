import type { Fault } from '../kernel.js'
import { cpuHog } from './cpu-hog.js'
import { delay } from './delay.js'
import { doubleAdmission } from './double-admission.js'
import { dropUniqueIndex } from './drop-unique-index.js'
import { error } from './error.js'
import { holdExpiryOff } from './hold-expiry-off.js'
import { lockContention } from './lock-contention.js'
import { reserveRace } from './reserve-race.js'
import { slowRedis } from './slow-redis.js'
import { staleBitmap } from './stale-bitmap.js'
import { tenantLeak } from './tenant-leak.js'
import { webhookTwice } from './webhook-twice.js'

/** All that can be planted, one line a fault. */
export const faults: readonly Fault[] = [
  cpuHog,
  delay,
  doubleAdmission,
  dropUniqueIndex,
  error,
  holdExpiryOff,
  lockContention,
  reserveRace,
  slowRedis,
  staleBitmap,
  tenantLeak,
  webhookTwice,
]

export interface FaultDescription {
  readonly name: string
  readonly summary: string
  readonly example: string
}

/** What a person who plants needs to know, for `--list-faults`. */
export function describeFaults(): readonly FaultDescription[] {
  return faults.map(({ name, summary, example }) => ({ name, summary, example }))
}
