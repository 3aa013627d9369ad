import { kayenta } from './kayenta.js'
import { pinpoint } from './pinpoint.js'
import { benchstat, fixed, mannWhitneyOfRequests, welchOfRequests } from './plain.js'
import type { Rival } from './rival.js'

/** What people use today; a new one is one entry. */
export const rivals: readonly Rival[] = [
  fixed,
  benchstat,
  welchOfRequests,
  mannWhitneyOfRequests,
  pinpoint,
  kayenta,
]
