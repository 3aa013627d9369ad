import type { Fault } from '../kernel.js'
import { cpuHog } from './cpu-hog.js'
import { delay } from './delay.js'
import { delayBroadcasts } from './delay-broadcasts.js'
import { doubleAdmission } from './double-admission.js'
import { doubleBroadcasts } from './double-broadcasts.js'
import { dropUniqueIndex } from './drop-unique-index.js'
import { error } from './error.js'
import { forgetCsrf } from './forget-csrf.js'
import { fullRender } from './full-render.js'
import { holdExpiryOff } from './hold-expiry-off.js'
import { leakBroadcasts } from './leak-broadcasts.js'
import { liveLeak } from './live-leak.js'
import { lockContention } from './lock-contention.js'
import { loseBroadcasts } from './lose-broadcasts.js'
import { muteNode } from './mute-node.js'
import { refuseJoins } from './refuse-joins.js'
import { reorderBroadcasts } from './reorder-broadcasts.js'
import { reserveRace } from './reserve-race.js'
import { slowMount } from './slow-mount.js'
import { slowRedis } from './slow-redis.js'
import { socketLeak } from './socket-leak.js'
import { staleBitmap } from './stale-bitmap.js'
import { stalePage } from './stale-page.js'
import { tenantLeak } from './tenant-leak.js'
import { webhookTwice } from './webhook-twice.js'

/** All that can be planted, one line a fault. */
export const faults: readonly Fault[] = [
  cpuHog,
  delay,
  delayBroadcasts,
  doubleAdmission,
  doubleBroadcasts,
  dropUniqueIndex,
  error,
  forgetCsrf,
  fullRender,
  holdExpiryOff,
  leakBroadcasts,
  liveLeak,
  lockContention,
  loseBroadcasts,
  muteNode,
  refuseJoins,
  reorderBroadcasts,
  reserveRace,
  slowMount,
  slowRedis,
  socketLeak,
  staleBitmap,
  stalePage,
  tenantLeak,
  webhookTwice,
]

export interface FaultDescription {
  readonly name: string
  readonly summary: string
  readonly example: string
  /** Absent where it takes no value. */
  readonly value?: { readonly accepted: string; readonly usual: string }
}

/** What a person who plants needs to know, for `--list-faults`. */
export function describeFaults(): readonly FaultDescription[] {
  return faults.map(({ name, summary, example, value }) => ({
    name,
    summary,
    example,
    ...(value === undefined ? {} : { value }),
  }))
}
