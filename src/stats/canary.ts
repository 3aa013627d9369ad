import type { SharePair } from './shares.js'

/** Chance, over all looks of however long a canary, of rolling back one that is no worse than its control. Measured: `bench/README.md`, "How good the verdict is". */
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
 * Hits come in events, of which one falls on the canary with a chance of at most c, its part of the requests in this stretch, as long as
 * its share is no higher than the control's; were it r times as high, with r c / D, where D = 1 + c (r − 1). A bet on r grows by a
 * factor `a` for each hit on the canary and by `b` for each on the control, such that an event leaves it as it is in the mean:
 * c E[a^size] + (1 − c) E[b^size] = 1. Then what all bets have become is at most 1 in the mean at any moment at which somebody looks,
 * whatever c is and however it changes (Ville). Where each hit is an event, a = r / D and b = 1 / D: the ratio of the likelihoods; that
 * requests are drawn without replacement only makes the mean smaller.
 *
 * `dispersion` ≥ 1, from what was seen before this stretch: variance over mean of the hits of a stretch (`overDispersion`). Sizes of events
 * are taken for geometric, with a mean of (dispersion + 1) / 2.
 *
 * Sources: Ramdas, Grünwald, Vovk, Shafer, Game-Theoretic Statistics and Safe Anytime-Valid Inference, 2023 (bets, mixtures);
 * Przyborowski and Wileński, 1940 (two rates, given the sum); Hoeffding, 1963, section 6 (without replacement).
 */
export function weigh({ bets }: Evidence, { control, candidate }: SharePair, dispersion = 1): Evidence {
  const part = candidate.of / (candidate.of + control.of)
  const hits = candidate.hits + control.hits
  if (!(part > 0 && part < 1) || hits === 0) return { bets }
  const grown = ratios.map((ratio) => {
    const { logA, logB } = factors(ratio, part, 2 / (dispersion + 1))
    return candidate.hits * logA + control.hits * logB
  })
  return { bets: bets.map((bet, index) => bet + (grown[index] ?? 0)) }
}

/** Logarithms of both factors, where an event ends after each hit with the chance `end`: E[x^size] = end x / (1 − (1 − end) x). */
function factors(ratio: number, part: number, end: number): { logA: number; logB: number } {
  const logB = -Math.log1p(part * (ratio - 1)) / (2 / end - 1)
  const b = Math.exp(logB)
  const ofControl = (end * b) / (1 - (1 - end) * b)
  const ofCanary = (1 - (1 - part) * ofControl) / part
  return { logA: Math.log(ofCanary / (end + (1 - end) * ofCanary)), logB }
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
