import type { Offender, TruthTools } from 'vge-perf'
import { factsOf, number, text } from './facts.js'

interface Life {
  readonly hold: string
  readonly buyer: string
  readonly from: number
  readonly to: number
}

/**
 * The time in which each hold was surely live, by seat: from its answer until its release was sent, or until it
 * lapsed. Milliseconds since 1970 on the generator's clock.
 */
const lives = (tools: TruthTools): ReadonlyMap<string, readonly Life[]> => {
  const released = new Map<string, number>()
  for (const fact of factsOf(tools, 'release')) {
    const hold = text(fact, 'hold')
    released.set(hold, Math.min(released.get(hold) ?? Infinity, number(fact, 'sent')))
  }
  const slack = tools.figures.clock_slack_ms ?? 0
  const seats = new Map<string, Map<string, Life>>()
  for (const fact of factsOf(tools, 'hold')) {
    const hold = text(fact, 'hold')
    const lapse = number(fact, 'until') * 1_000 - slack
    const life = {
      hold,
      buyer: text(fact, 'buyer'),
      from: number(fact, 'answered'),
      to: Math.min(released.get(hold) ?? Infinity, Number.isNaN(lapse) ? Infinity : lapse),
    }
    const seat = text(fact, 'seat')
    const holds = seats.get(seat) ?? new Map<string, Life>()
    if (!holds.has(hold)) holds.set(hold, life)
    seats.set(seat, holds)
  }
  return new Map(
    [...seats].map(([seat, holds]) => [seat, [...holds.values()].toSorted((a, b) => a.from - b.from)]),
  )
}

/** Two wins of one seat whose lives overlap, told from receipts alone. */
export function overlappingHolds(tools: TruthTools): readonly Offender[] {
  const offenders: Offender[] = []
  for (const [seat, holds] of lives(tools)) {
    let longest: Life | undefined
    for (const life of holds) {
      if (longest !== undefined && life.from < longest.to) {
        offenders.push({
          id: seat,
          what: `hold ${life.hold} was given to buyer ${life.buyer} while ${longest.hold} of buyer ${longest.buyer} was live`,
        })
      }
      if (longest === undefined || life.to > longest.to) longest = life
    }
  }
  return offenders
}

/** The seat that everybody wants at once has one winner, no more and no fewer. */
export function winnersOfContestedSeats(tools: TruthTools): readonly Offender[] {
  const wins = new Map<string, number>()
  for (const fact of factsOf(tools, 'hold'))
    wins.set(text(fact, 'seat'), (wins.get(text(fact, 'seat')) ?? 0) + 1)
  const doubtful = new Set(factsOf(tools, 'unknown').map((fact) => text(fact, 'seat')))
  const contested = new Set(factsOf(tools, 'conflict').map((fact) => text(fact, 'seat')))
  return [...contested].flatMap((seat) => {
    const count = wins.get(seat) ?? 0
    if (count === 1 || (count === 0 && doubtful.has(seat))) return []
    return [{ id: seat, what: `wanted by many at once: 1 winner expected, found ${count}` }]
  })
}
