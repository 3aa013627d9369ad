import type { SharePair } from './shares.js'

/** Chance, over all looks of however long a canary, of rolling back one that is no worse than its control. Source: statistics.md. */
export const rollbackLevel = 0.001

/** How many times the control's share the canary's may be: bet on in equal parts. Less than twice is no reason to roll back. */
const ratios: readonly number[] = [2, 4, 8, 16, 32]

/** What a canary has shown so far of one kind of hit: errors, or requests over a threshold. Logarithm of what each bet has become. */
export interface Evidence {
  readonly bets: readonly number[]
}

export const noEvidence: Evidence = { bets: ratios.map(() => 0) }

/**
 * Adds a stretch of time that canary and control served side by side; where one of them served nothing, nothing was compared.
 *
 * Of `n` hits on both, `k` fall on the canary. Where its share is no higher than the control's, each of them does so with a chance of at
 * most c, its part of the requests in this stretch; were it r times as high, with r c / (1 + c (r − 1)). The ratio of these
 * likelihoods, r^k / (1 + c (r − 1))^n, is the factor by which a bet on r grows: at most 1 in the mean as long as the canary is no worse,
 * whatever c is and however it changes, and so is a mean of such bets, at any moment at which somebody looks (Ville). Requests
 * are drawn without replacement; that only makes the mean smaller.
 *
 * `dispersion` ≥ 1: how many hits come as one event (`overDispersion`), from what was seen before this stretch. All hits of an event
 * count as one.
 *
 * Sources: Ramdas, Grünwald, Vovk, Shafer, Game-Theoretic Statistics and Safe Anytime-Valid Inference, 2023 (bets, mixtures);
 * Przyborowski and Wileński, 1940 (two rates, given the sum); Hoeffding, 1963, section 6 (without replacement).
 */
export function weigh({ bets }: Evidence, { control, candidate }: SharePair, dispersion = 1): Evidence {
  const part = candidate.of / (candidate.of + control.of)
  const hits = candidate.hits + control.hits
  if (!(part > 0 && part < 1) || hits === 0) return { bets }
  const factor = (ratio: number): number =>
    candidate.hits * Math.log(ratio) - hits * Math.log1p(part * (ratio - 1))
  return { bets: bets.map((bet, index) => bet + factor(ratios[index] ?? 1) / dispersion) }
}

/** What one coin that was put on the canary being worse has become: 1 / chance, in the worst case, that so much came by luck. */
export function wealth({ bets }: Evidence): number {
  return bets.reduce((sum, bet) => sum + Math.exp(bet), 0) / bets.length
}

/** Whether the canary is surely worse in any of these: one coin is split among them, so that the level is that of all together. */
export function surelyWorse(evidence: readonly Evidence[], level = rollbackLevel): boolean {
  const all = evidence.reduce((sum, one) => sum + wealth(one), 0)
  return evidence.length > 0 && all / evidence.length >= 1 / level
}
