import { normalTail, normalUpper } from './normal.js'

/** `hits` of `of` trials. */
export interface Share {
  readonly hits: number
  readonly of: number
}

/** The same stretch of load on both arms. */
export interface SharePair {
  readonly control: Share
  readonly candidate: Share
}

export interface ShareDifference {
  readonly control: number
  readonly candidate: number
  /** Candidate − control. */
  readonly difference: number
  readonly error: number
}

/** All trials of some units together. */
export function pooled(shares: readonly Share[]): Share {
  return {
    hits: shares.reduce((sum, one) => sum + one.hits, 0),
    of: shares.reduce((sum, one) => sum + one.of, 0),
  }
}

export const shareOf = (share: Share): number => (share.of === 0 ? NaN : share.hits / share.of)

/** Variance of a share, with one hit and one miss added so that none in few is not taken for none at all. */
function variance({ hits, of }: Share): number {
  const share = (hits + 1) / (of + 2)
  return (share * (1 - share)) / (of + 2)
}

/** Pearson's χ² over its degrees of freedom, at least 1: how much more units differ than luck would make them. */
export function overDispersion(arms: readonly (readonly Share[])[]): number {
  let sum = 0
  let freedom = 0
  for (const units of arms) {
    const expected = shareOf(pooled(units))
    if (!(expected > 0 && expected < 1)) continue
    for (const { hits, of } of units)
      sum += of === 0 ? 0 : (hits - of * expected) ** 2 / (of * expected * (1 - expected))
    freedom += units.length - 1
  }
  return freedom === 0 ? 1 : Math.max(1, sum / freedom)
}

/** How far the candidate's share lies from the control's; the unit of load is the unit of chance, not the request. */
export function compareShares(pairs: readonly SharePair[]): ShareDifference {
  const control = pooled(pairs.map((pair) => pair.control))
  const candidate = pooled(pairs.map((pair) => pair.candidate))
  const factor = overDispersion([pairs.map((pair) => pair.control), pairs.map((pair) => pair.candidate)])
  const error = Math.sqrt(factor * (variance(control) + variance(candidate)))
  const [was, is] = [shareOf(control), shareOf(candidate)]
  return { control: was, candidate: is, difference: is - was, error }
}

/** Whether a share over some units is surely more than `limit`, one-sided at `level`. */
export function surelyAbove(units: readonly Share[], limit: number, level: number): boolean {
  const all = pooled(units)
  const error = Math.sqrt(overDispersion([units]) * variance(all))
  return normalTail((shareOf(all) - limit) / error) < level
}

/** Whether the difference is surely more than `margin`, one-sided at `level`. */
export function surelyMore(found: ShareDifference, margin: number, level: number): boolean {
  return normalTail((found.difference - margin) / found.error) < level
}

/** How many times so many units would show that a share over some of them, as large as it is, is surely more than `limit`. */
export function timesNeeded(units: readonly Share[], limit: number, level: number): number {
  const all = pooled(units)
  const error = Math.sqrt(overDispersion([units]) * variance(all))
  return ((normalUpper(level) * error) / (shareOf(all) - limit)) ** 2
}
