import { defaultMaxUnits } from '../../src/config/read.js'
import type { Tolerance } from '../../src/model/scenario.js'
import { defaultTolerance } from '../../src/scenario/define.js'
import { drawsOf } from './draws.js'
import { mostStarts, runGate } from './loop.js'
import { ratiosOf, resampled, type Pool } from './replay.js'
import { wanted } from './spreads.js'
import { tallyOf, type Tally } from './tally.js'

/** What gates over the real series of a metric came to. */
export interface Replayed {
  readonly pool: Pool
  readonly same: Tally
  readonly worse: Tally
  /** Where nothing changed, with the margins that its scenario asks for. */
  readonly own: Tally
}

export function replay(pool: Pool, cases: number, seed: string): Replayed {
  const tally = (effect: number, tolerance: Tolerance): Tally => {
    const draws = drawsOf(`${seed} replay ${pool.name} ${effect}`)
    return tallyOf(cases, () => {
      const starts = ratiosOf(resampled(pool, effect, mostStarts(defaultMaxUnits), draws))
      return runGate([{ tolerance, starts }], defaultMaxUnits)
    })
  }
  return {
    pool,
    same: tally(0, defaultTolerance),
    worse: tally(wanted, defaultTolerance),
    own: tally(0, pool.tolerance),
  }
}
