import type { Bench } from '../frame/bench.js'
import { idleChannels } from './idle-channels.js'
import { liveViews } from './live-views.js'

/** All benches, in the order in which they run. A new one is a file and a line here. */
export const benches: readonly Bench[] = [idleChannels, liveViews]
