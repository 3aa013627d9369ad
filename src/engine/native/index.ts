import { assertCores, assertNice } from '../../machine/pin.js'
import type { GeneratorConfig } from '../../model/config.js'
import { parts, type Engine } from '../../model/engine.js'
import { checkDescriptors, connectionLimit } from './limits.js'
import { Run } from '../conduct/run.js'
import { assertOwnAddresses } from './source-addresses.js'
import { Workers } from './workers.js'

/**
 * The engine that is written in Node: worker processes with a client of our own, kept warm between runs.
 * `workers` overrules the plan's number. One run at a time.
 */
export function createNativeEngine(generator: GeneratorConfig = {}): Engine {
  const workers = new Workers(generator)
  let busy = false
  return {
    name: 'native',
    capabilities: {
      parts: parts.filter((part) => part !== 'unattributed'),
      transports: ['http', 'redis', 'socket'],
    },
    assertRoom: (connections) => {
      checkDescriptors(Math.min(connections, connectionLimit), generator.workers ?? 1)
      assertCores(generator.cores, 'generator.cores')
      assertNice(generator.nice)
      assertOwnAddresses(generator.sourceAddresses ?? [])
    },
    // What this process can import its workers can.
    assertAble: async () => {},
    run: async (plan, sink, signal) => {
      if (busy) throw new Error('The native engine runs one plan at a time.')
      busy = true
      try {
        return await new Run(
          plan,
          workers.take(Math.max(1, generator.workers ?? plan.workers)),
          sink,
          signal,
        ).complete()
      } catch (error) {
        // What a worker was doing is unknown now: begin the next run with new ones.
        await workers.close()
        throw error
      } finally {
        busy = false
      }
    },
    close: () => workers.close(),
  }
}
