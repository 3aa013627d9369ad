import { defaultMaxUnits } from '../../src/config/read.js'
import { unitsAStart } from '../../src/jobs/want.js'
import { defaultTolerance } from '../../src/scenario/define.js'
import { drawsOf } from './draws.js'
import { mostStarts, runGate } from './loop.js'
import { noises, sessionOf, type Noise } from './noise.js'
import { tallyOf, type Tally } from './tally.js'

/** Spreads of a unit's log ratio; up to the third a metric may gate. */
export const sigmas = [0.01, 0.02, 0.03, 0.04, 0.05] as const
export const mayGate = 0.03
/** The change that must be caught. */
export const wanted = 0.1

/** One kind of noise at one spread: gates where nothing changed, where the change is the very margin, and where it must be caught. */
export interface Cell {
  readonly noise: string
  readonly sigma: number
  readonly same: Tally
  readonly margin: Tally
  readonly worse: Tally
}

export interface Sizes {
  /** Gates where nothing changed, for each noise and spread. */
  readonly same: number
  /** The same with a change. */
  readonly changed: number
  /** Gates of twenty metrics, for each noise. */
  readonly wide: number
  /** Sessions of the operating curve, for each noise and effect. */
  readonly curve: number
  /** Replays of each real metric and effect. */
  readonly replays: number
  /** Canaries of each kind. */
  readonly canaries: number
}

const starts = mostStarts(defaultMaxUnits)

/** All kinds of noise at all spreads. */
export function allCells(sizes: Sizes, seed: string): readonly Cell[] {
  return noises.flatMap((noise) =>
    sigmas.map((sigma) => {
      const tally = (effect: number, cases: number): Tally => {
        const draws = drawsOf(`${seed} ${noise.name} ${sigma} ${effect}`)
        return tallyOf(cases, () => {
          const series = sessionOf({ noise, sigma, effect }, draws, starts, unitsAStart)
          return runGate([{ tolerance: defaultTolerance, starts: series }], defaultMaxUnits)
        })
      }
      return {
        noise: noise.name,
        sigma,
        same: tally(0, sizes.same),
        margin: tally(defaultTolerance.ignore, sizes.changed),
        worse: tally(wanted, sizes.changed),
      }
    }),
  )
}

/** Metrics of a wide gate. */
export const wide = 20

/** Share of gates of twenty metrics that call a regression where nothing changed, at the largest spread that may gate. */
export function wideAlarms(noise: Noise, cases: number, seed: string): number {
  const draws = drawsOf(`${seed} wide ${noise.name}`)
  let alarms = 0
  for (let index = 0; index < cases; index += 1) {
    const series = Array.from({ length: wide }, () => ({
      tolerance: defaultTolerance,
      starts: sessionOf({ noise, sigma: mayGate, effect: 0 }, draws, starts, unitsAStart),
    }))
    const { metrics } = runGate(series, defaultMaxUnits)
    if (metrics.some(({ decision }) => decision === 'regression')) alarms += 1
  }
  return alarms / cases
}
