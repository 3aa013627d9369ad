import { noEvidence, surelyWorse, weigh, type Evidence } from '../../src/stats/canary.js'
import { overDispersion, type Share } from '../../src/stats/shares.js'
import { drawsOf, type Draws } from './draws.js'

/** A canary in traffic. Rates are of requests a second on both arms together. */
export interface Traffic {
  readonly perSecond: number
  /** The canary's part of it. */
  readonly part: number
  /** Share of the control's requests that are hits: errors, or over a threshold. */
  readonly hits: number
  /** How many times that the canary's share is. */
  readonly times: number
  /** Hits come in events of so many on average, of geometric sizes; 1: each alone. */
  readonly event: number
}

/** Seconds of the control alone from which the dispersion is known, before the canary gets any traffic. */
const before = 1_800

function sizeOf(mean: number, draws: Draws): number {
  if (mean === 1) return 1
  let size = 1
  while (draws.uniform() < 1 - 1 / mean) size += 1
  return size
}

/** A second of `of` requests, which come evenly. */
function served({ hits, event }: Traffic, of: number, times: number, draws: Draws): Share {
  let count = 0
  for (let events = draws.poisson((of * hits * times) / event); events > 0; events -= 1)
    count += sizeOf(event, draws)
  return { hits: Math.min(of, count), of }
}

/** Seconds until the canary is rolled back, looked at after each; undefined when it never was. */
function rolledBack(traffic: Traffic, seconds: number, draws: Draws): number | undefined {
  const { perSecond, part, times } = traffic
  const control = (): Share => served(traffic, perSecond * (1 - part), 1, draws)
  const alone = Array.from({ length: before }, () => served(traffic, perSecond, 1, draws))
  const dispersion = overDispersion([alone])
  let evidence: Evidence = noEvidence
  for (let second = 1; second <= seconds; second += 1) {
    const candidate = served(traffic, perSecond * part, times, draws)
    evidence = weigh(evidence, { control: control(), candidate }, dispersion)
    if (surelyWorse([evidence])) return second
  }
  return undefined
}

/** What became of many canaries. */
export interface CanaryEnd {
  readonly share: number
  /** Median time to the rollback of those that ought to be rolled back; those that were not took for ever. */
  readonly median: number
}

/** So many seeded canaries of so many seconds each. */
export function canaries(traffic: Traffic, seconds: number, cases: number, seed: string): CanaryEnd {
  const draws = drawsOf(`${seed} canary ${JSON.stringify(traffic)}`)
  const times = Array.from({ length: cases }, () => rolledBack(traffic, seconds, draws) ?? Infinity).sort(
    (a, b) => a - b,
  )
  return {
    share: times.filter(Number.isFinite).length / cases,
    median: times[Math.floor(cases / 2)] ?? NaN,
  }
}
