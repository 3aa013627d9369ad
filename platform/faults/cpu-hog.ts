import type { Fault } from '../kernel.js'
import { startLoop } from './loop.js'
import { readValue, share } from './value.js'

const periodMs = 20

export const cpuHog: Fault = {
  name: 'cpu-hog',
  summary: `A share of each ${periodMs} ms is burned in the node's own event loop`,
  example: 'cpu-hog=0.4',
  value: { accepted: 'a share of one core, above 0 and at most 1', usual: '0.4' },
  plant: async (_app, value) => {
    const burned = readValue(cpuHog, value, share)
    return startLoop('cpu-hog', periodMs * (1 - burned), async () => {
      const until = performance.now() + periodMs * burned
      while (performance.now() < until);
    })
  },
}
