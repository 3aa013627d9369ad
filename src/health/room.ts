import type { GeneratorHealth } from '../model/engine.js'
import { degradedOver } from './rules.js'

/**
 * Beyond these, what is measured is more and more how all wait for a core, and a unit's p50 spreads about twice as far. For the
 * run-queue it is what `rules.ts` calls degraded. Seen: `docs/generator-health.md`, "A machine without room for the load".
 */
const most = { busy: 0.7, runQueue: degradedOver('run-queue') }

/**
 * Whether a machine that generator and targets share had room for a load, by the mean of some units of it. Always where they are apart:
 * then a generator that is behind needs a better machine, and a target that is behind is what is measured.
 */
export function hadRoom(units: readonly GeneratorHealth[]): boolean {
  const here = units.filter(({ cores }) => cores?.targetHere === true)
  const mean = (of: (health: GeneratorHealth) => number | undefined): number =>
    here.reduce((sum, health) => sum + (of(health) ?? 0), 0) / Math.max(1, here.length)
  return mean(({ cores }) => cores?.busy) <= most.busy && mean(({ runQueue }) => runQueue) <= most.runQueue
}
