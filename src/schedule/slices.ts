import type { Arrivals } from '../model/load.js'
import type { Micros } from '../model/time.js'
import { micros } from '../model/time.js'
import { pick } from './random.js'
import { startsOf } from './starts.js'

/** Arrivals of a phase, alternating between two arms. Column-wise; `first` says which arm opened each pair of slices. */
export interface Sliced {
  readonly at: readonly number[]
  readonly arm: readonly number[]
  /** Number of the journey within the phase: both arms get the same ones. */
  readonly row: readonly number[]
  readonly order: readonly number[]
  readonly rows: number
}

/** Whether a phase can alternate between arms: its rate must not change over time. */
export function sliceable(arrivals: Arrivals): arrivals is Extract<Arrivals, { kind: 'open' | 'constant' }> {
  return arrivals.kind === 'open' || arrivals.kind === 'constant'
}

/**
 * Lays `length` of load out in pairs of slices, one an arm, the order within each pair drawn. Both arms of a pair get the same
 * arrivals, at the phase's own rate.
 */
export function sliced(
  arrivals: Arrivals,
  options: { readonly length: Micros; readonly slice: Micros; readonly seed: string; readonly unit: number },
): Sliced {
  const { slice, seed, unit } = options
  const pairs = Math.max(1, Math.round(options.length / (2 * slice)))
  const at: number[] = []
  const arm: number[] = []
  const row: number[] = []
  const order: number[] = []
  let rows = 0
  for (let pair = 0; pair < pairs; pair += 1) {
    const name = `unit ${unit} pair ${pair}`
    const stretch = sliceable(arrivals) ? { ...arrivals, duration: micros(slice) } : arrivals
    const starts = startsOf(stretch, seed, name)
    const first = pick(seed, pair, `unit ${unit} order`, 2)
    order.push(first, 1 - first)
    for (const [place, side] of [first, 1 - first].entries()) {
      starts.forEach((start, index) => {
        at.push((2 * pair + place) * slice + start)
        arm.push(side)
        row.push(rows + index)
      })
    }
    rows += starts.length
  }
  return { at, arm, row, order, rows }
}
