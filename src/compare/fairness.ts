import type { Run, UnitRecord } from '../model/artefact.js'
import type { MetricVerdict } from '../model/verdict.js'
import { kendallTau } from '../stats/rank.js'
import { figureMetric } from './figure-metric.js'
import type { Compared } from './units.js'
import { answeredAt, winKinds } from './wins.js'

/** From fewer winners an order is luck. */
const fewestWinners = 20

/**
 * How fair a surge was: Kendall's τ-b between the order in which winners came and that in which they won. 1 is first come, first
 * served; 0 a lottery. Only over winners, each by its first win: a promised win whose receipt says when it was `answered`.
 */
export function fairness(compared: Compared): readonly MetricVerdict[] {
  const surges = compared.pairs.flatMap(({ candidate }) =>
    (candidate.phases ?? []).flatMap(({ name, arrivals }) => (arrivals === 'surge' ? [name] : [])),
  )
  return [...new Set(surges)].map((phase) =>
    figureMetric(
      compared,
      compared.pairs.filter(({ candidate }) => candidate.phases?.some(({ name }) => name === phase)),
      {
        name: `fairness@${phase}`,
        title: `fairness @${phase}: order of wins against order of arrival`,
        step: 'whole',
        statistic: 'fairness',
        unit: 'share',
        better: 'higher',
      },
      (run, unit) => tauOf(run, unit, phase),
    ),
  )
}

function tauOf(run: Run, unit: UnitRecord, phase: string): number | undefined {
  const rows = unit.phases?.find(({ name }) => name === phase)
  if (rows === undefined) return undefined
  const kinds = winKinds(run)
  const first = new Map<number, number>()
  for (const receipt of run.receipts()) {
    const { unit: index, kind, n } = receipt
    if (index !== unit.index || !kinds.has(kind)) continue
    const at = answeredAt(receipt)
    if (at === undefined || n < rows.firstRow || n >= rows.firstRow + rows.rows) continue
    first.set(n, Math.min(at, first.get(n) ?? Infinity))
  }
  if (first.size < fewestWinners) return undefined
  const tau = kendallTau([...first])
  return Number.isNaN(tau) ? undefined : tau
}
