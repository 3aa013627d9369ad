import type { Tolerance } from '../model/scenario.js'
import type { MetricVerdict, Settling } from '../model/verdict.js'
import { unitsNeeded } from '../stats/needed.js'
import { confirms, decidePaired, fewestUnits, type PairedDecision, type PairedUnit } from '../stats/paired.js'
import { levelOfLook, totalLevels } from '../stats/sequential.js'
import { normalUpper } from '../stats/normal.js'
import { compareShares, shareOf, surelyMore, type ShareDifference, type SharePair } from '../stats/shares.js'
import { spreadOf } from '../stats/spread.js'

/** A unit's figure, and whether it was measured again on fresh processes to confirm a finding. */
export type Fresh<T> = T & { readonly confirmation: boolean }

export type Decided = PairedDecision & { readonly confirmed?: boolean; readonly settling?: Settling }

/**
 * The sequential decision, and its confirmation. A regression of the first units stands when the fresh units alone show it too;
 * else the fresh units join the rest and all of them decide. Numbers shown are those of all units once there are fresh ones. What stays
 * undecided when no more units come says what would settle it.
 */
export function decide(
  units: readonly Fresh<PairedUnit>[],
  tolerance: Tolerance,
  final: boolean,
  planned: readonly number[],
): Decided {
  const found = decideAll(units, tolerance, final, planned)
  const open = found.decision === 'undecided' || found.confirmed === false
  return final && open ? { ...found, ...settled(found, tolerance, planned) } : found
}

function settled(
  { spread, n }: PairedDecision,
  tolerance: Tolerance,
  planned: readonly number[],
): { readonly settling?: Settling } {
  if (spread === undefined) return {}
  const each = Math.max(1, Math.round(spread.each))
  const needed = unitsNeeded(spread, tolerance, planned)
  // By its own figures it should have been decided: one start more will mostly do.
  const more = Number.isFinite(needed) ? { units: Math.max(each, needed - n) } : {}
  return { settling: { ...more, noise: each * spread.ofStarts > spread.within ? 'starts' : 'units' } }
}

function decideAll(
  units: readonly Fresh<PairedUnit>[],
  tolerance: Tolerance,
  final: boolean,
  planned: readonly number[],
): Decided {
  const first = units.filter((unit) => !unit.confirmation)
  const fresh = units.filter((unit) => unit.confirmation)
  const found = decidePaired(first, tolerance, { planned, final: final || fresh.length >= fewestUnits })
  if (fresh.length < fewestUnits) return found
  const all = decidePaired(units, tolerance, { planned, final: true })
  if (found.decision !== 'regression')
    return found.decision === 'undecided' ? all : { ...all, decision: found.decision }
  return confirms(fresh, tolerance)
    ? { ...all, decision: 'regression', confirmed: true }
    : { ...all, confirmed: false }
}

export interface DecidedShare extends ShareDifference {
  readonly regression: boolean
  readonly confirmed?: boolean
}

/** A decided share as a verdict tells it: its difference with the interval of the pass side, and a unit's spread. */
export function shareWords(
  found: ShareDifference,
  pairs: readonly SharePair[],
  margin: number,
): Pick<MetricVerdict, 'difference' | 'sigma'> {
  const { difference: mean, error } = found
  const forPass = normalUpper(levelOfLook(totalLevels.pass)) * error
  const forRegression = normalUpper(levelOfLook(totalLevels.regression)) * error
  const apart = pairs.map(({ control, candidate }) => shareOf(candidate) - shareOf(control))
  const units = apart.filter((one) => Number.isFinite(one)).map((value) => ({ group: 0, value }))
  return {
    difference: {
      mean,
      low: mean - forPass,
      high: mean + forPass,
      smallest: margin + forRegression + normalUpper(0.2) * error,
    },
    ...(units.length < 2 ? {} : { sigma: spreadOf(units).sigma }),
  }
}

/** Whether the candidate's share is surely more than the control's by over `margin`, confirmed in the same way. */
export function decideShares(
  pairs: readonly Fresh<SharePair>[],
  margin: number,
  look: boolean,
): DecidedShare {
  const level = levelOfLook(totalLevels.regression)
  const first = pairs.filter((pair) => !pair.confirmation)
  const fresh = pairs.filter((pair) => pair.confirmation)
  const all = compareShares(pairs)
  const seen = look && surelyMore(compareShares(first), margin, level)
  if (fresh.length === 0) return { ...all, regression: seen }
  if (seen && surelyMore(compareShares(fresh), margin, 0.05))
    return { ...all, regression: true, confirmed: true }
  const still = surelyMore(all, margin, level)
  return still ? { ...all, regression: true, confirmed: false } : { ...all, regression: false }
}

export type Words = Pick<
  MetricVerdict,
  'decision' | 'reason' | 'change' | 'sigma' | 'between' | 'smallest' | 'units' | 'confirmed' | 'settling'
>

/** A decision in the words of a verdict. `better: higher` turns the signs back that the test had turned. */
export function inWords(
  found: Decided,
  tolerance: Tolerance,
  better: MetricVerdict['better'],
  final: boolean,
): Words {
  const [low, high] = better === 'lower' ? [found.low, found.high] : [-found.high, -found.low]
  const mean = better === 'lower' ? found.mean : -found.mean
  const known = Number.isFinite(low) && Number.isFinite(high)
  return {
    ...outcome(found, tolerance, final),
    units: found.n,
    ...(known ? { change: { mean: Math.expm1(mean), low: Math.expm1(low), high: Math.expm1(high) } } : {}),
    ...(known ? { sigma: found.sigma, smallest: Math.expm1(found.smallest) } : {}),
    ...(known && found.spread !== undefined ? { between: Math.sqrt(found.spread.ofStarts) } : {}),
    ...(found.settling === undefined ? {} : { settling: found.settling }),
    ...(found.decision === 'regression' && found.confirmed !== undefined
      ? { confirmed: found.confirmed }
      : {}),
  }
}

function outcome(found: Decided, tolerance: Tolerance, final: boolean): Pick<Words, 'decision' | 'reason'> {
  if (found.decision === 'regression')
    return {
      decision: 'regression',
      reason: found.low > Math.log1p(tolerance.reject) ? 'beyond_reject' : 'beyond_ignore',
    }
  if (found.decision === 'improvement') return { decision: 'improvement', reason: 'improved' }
  if (found.decision === 'pass') return { decision: 'pass', reason: 'within_tolerance' }
  if (found.confirmed === false) return { decision: 'inconclusive', reason: 'not_confirmed' }
  const reason = found.n < fewestUnits ? 'too_few_units' : final ? 'undecided_at_cap' : 'undecided'
  return { decision: 'inconclusive', reason }
}
