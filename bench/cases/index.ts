import type { Bench } from '../frame/bench.js'
import { burst } from './burst.js'
import { httpCost } from './http-cost.js'
import { httpProfile } from './http-profile.js'
import { idleChannels } from './idle-channels.js'
import { journeyCost } from './journey-cost.js'
import { k6Compile, k6Engine, k6Reader } from './k6-engine.js'
import { liveViews } from './live-views.js'
import { maxRate } from './max-rate.js'
import { recordCost } from './record-cost.js'
import { schedule } from './schedule.js'
import { truths } from './truth.js'

/** All benches, in the order in which they run. A new one is a file and a line here. */
export const benches: readonly Bench[] = [
  schedule,
  burst,
  httpCost,
  httpProfile,
  maxRate,
  journeyCost,
  recordCost,
  idleChannels,
  liveViews,
  ...truths,
  k6Reader,
  k6Compile,
  k6Engine,
]
