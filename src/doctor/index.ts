import { cores, placement } from './cores.js'
import { embedded } from './embedded.js'
import type { Check } from './examined.js'
import { governor } from './governor.js'
import { openFiles } from './limits.js'
import { memory } from './memory.js'
import { node } from './node.js'
import { noise } from './noise.js'
import { ports } from './ports.js'
import { targets } from './targets.js'
import { timers } from './timers.js'
import { tools } from './tools.js'

export type { NamedTarget } from './examined.js'
export { thisMachine, type Machine } from './machine.js'

/** Every check, in the order of the page, one after the other: noise is measured while nothing else is done. */
export const checks: readonly Check[] = [
  node,
  cores,
  placement,
  governor,
  memory,
  openFiles,
  ports,
  timers,
  noise,
  tools,
  embedded,
  targets,
]
