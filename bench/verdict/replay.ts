import { unitsAStart } from '../../src/jobs/want.js'
import type { Tolerance } from '../../src/model/scenario.js'
import type { Draws } from './draws.js'
import type { Starts } from './noise.js'
import { requestsAUnit, type RequestUnit, type Session } from './requests.js'
import { shares, type RecordedMetric, type RecordedSeries } from './series.js'

type RecordedUnit = RecordedMetric['starts'][number][number]

/** All whole starts that were recorded of one metric. */
export interface Pool {
  readonly name: string
  readonly tolerance: Tolerance
  readonly starts: readonly (readonly RecordedUnit[])[]
  /** Spread of a unit's log ratio within its start, and of the means of starts; of equal builds, whose true ratio is 0. */
  readonly sigma: number
  readonly ofStarts: number
  /** How much of what a unit is off by is left in the next of its start: 0 of independent units. */
  readonly lag: number
}

/** Of fewer starts the luck of one would be shown again and again, as if it were the build. */
const fewestStarts = 4

const root = (values: readonly number[], freedom: number): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / Math.max(1, freedom))
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** What was recorded, by scenario and metric. */
export function poolsOf(series: readonly RecordedSeries[]): readonly Pool[] {
  const found = new Map<string, { tolerance: Tolerance; starts: (readonly RecordedUnit[])[] }>()
  for (const { scenario, metrics } of series.flatMap(({ scenarios }) => scenarios))
    for (const { name, tolerance, starts } of metrics) {
      const key = `${scenario} ${name}`
      const pool = found.get(key) ?? { tolerance, starts: [] }
      found.set(key, pool)
      pool.starts.push(...starts.filter((units) => units.length >= unitsAStart))
    }
  return [...found]
    .filter(([, { starts }]) => starts.length >= fewestStarts)
    .map(([name, { tolerance, starts }]) => {
      const ratios = starts.map((units) => units.map(({ logRatio }) => logRatio))
      const means = ratios.map(mean)
      const within = ratios.flatMap((units, index) => units.map((unit) => unit - (means[index] ?? NaN)))
      return {
        name,
        tolerance,
        starts,
        sigma: root(within, within.length - starts.length),
        ofStarts: root(means, means.length),
        lag: lagOf(ratios),
      }
    })
}

/** The true mean is known, so that few units a start are no matter. */
function lagOf(starts: Starts): number {
  const pairs = starts.flatMap((units) =>
    units.slice(1).map((unit, index) => [units[index] ?? NaN, unit] as const),
  )
  const product = pairs.reduce((sum, [first, second]) => sum + first * second, 0)
  return product / pairs.reduce((sum, [first, second]) => sum + (first ** 2 + second ** 2) / 2, 0)
}

const swapped = ({ logRatio, control, candidate }: RecordedUnit): RecordedUnit => ({
  logRatio: -logRatio,
  control: candidate,
  candidate: control,
})

/**
 * A session of starts that were drawn again from those recorded, with a true change planted in the candidate. The builds were equal,
 * so that either arm may have been called the candidate: the coin that decides it, for each start, makes the true ratio 0.
 */
export function resampled(
  pool: Pool,
  effect: number,
  starts: number,
  draws: Draws,
): readonly (readonly RecordedUnit[])[] {
  return Array.from({ length: starts }, () => {
    const units = pool.starts[Math.floor(draws.uniform() * pool.starts.length)] ?? []
    const turn = draws.sign() < 0
    return units.slice(0, unitsAStart).map((unit) => {
      const { logRatio, control, candidate } = turn ? swapped(unit) : unit
      return {
        logRatio: logRatio + Math.log1p(effect),
        control,
        candidate: candidate.map((value) => value * (1 + effect)),
      }
    })
  })
}

export const ratiosOf = (session: readonly (readonly RecordedUnit[])[]): Starts =>
  session.map((units) => units.map(({ logRatio }) => logRatio))

/** The session with requests rebuilt from the quantiles that were kept, between which logarithms are straight, in an order that was drawn. */
export function rebuilt(session: readonly (readonly RecordedUnit[])[], draws: Draws, units: number): Session {
  const arm = (quantiles: readonly number[]): Float64Array => {
    const values = Float64Array.from({ length: requestsAUnit }, (_, n) =>
      valueAt(quantiles, (n + 0.5) / requestsAUnit),
    )
    for (let last = values.length - 1; last > 0; last -= 1) {
      const other = Math.floor(draws.uniform() * (last + 1))
      ;[values[last], values[other]] = [values[other] ?? NaN, values[last] ?? NaN]
    }
    return values
  }
  const rebuiltUnits = session
    .flat()
    .slice(0, units)
    .map(({ control, candidate }): RequestUnit => ({ control: arm(control), candidate: arm(candidate) }))
  return { ratios: ratiosOf(session), units: rebuiltUnits }
}

function valueAt(quantiles: readonly number[], share: number): number {
  const above = shares.findIndex((one) => one >= share)
  const at = above < 0 ? shares.length - 1 : Math.max(1, above)
  const [from = 0, to = 1] = [shares[at - 1], shares[at]]
  const [low, high] = [Math.log(quantiles[at - 1] ?? NaN), Math.log(quantiles[at] ?? NaN)]
  const along = Math.min(1, Math.max(0, (share - from) / (to - from)))
  return Math.exp(low + along * (high - low))
}
