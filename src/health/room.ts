import type { GeneratorHealth } from '../model/engine.js'

/** Beyond these, waiting for a core is most of what is measured; between what `rules.ts` doubts and what it rejects. */
const most = { busy: 0.8, runQueue: 0.17 }

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
