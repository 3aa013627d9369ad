import type { Invariant, Offender, TruthTools } from 'vge-perf'
import { atomics } from '../atomics.js'
import { byText, factsOf, number, text } from './facts.js'
import { receiptsOf } from './scope.js'

/** Most wins of one buyer that fall into one window, by when they were answered. */
const reserves = (tools: TruthTools): readonly Offender[] => {
  const limit = tools.figures.reserve_limit_count ?? Infinity
  const window = (tools.figures.reserve_window_s ?? 0) * 1_000
  return [...byText(factsOf(tools, 'hold'), 'buyer')].flatMap(([buyer, facts]) => {
    const times = facts.map((fact) => number(fact, 'answered')).toSorted((a, b) => a - b)
    // A limit of fixed windows lets at most two windows' worth through in any stretch of that length.
    const crowded = times.some((time, index) => (times[index + 2 * limit] ?? Infinity) - time < window)
    return crowded ? [{ id: buyer, what: `won more than 2 × ${limit} seats within ${window / 1_000} s` }] : []
  })
}

/** Each call of one window has a number of its own, and only the first ones are accepted. */
const counters = (tools: TruthTools): readonly Offender[] =>
  [...byText(factsOf(tools, 'count'), 'counter')].flatMap(([id, facts]) => {
    const seen = new Set<string>()
    const offenders: Offender[] = []
    for (const fact of facts) {
      const [count, ends] = [number(fact, 'count'), text(fact, 'ends')]
      if (Number.isNaN(count)) continue
      if (seen.has(`${ends} ${count}`))
        offenders.push({ id, what: `number ${count} was given twice in the window to ${ends}` })
      seen.add(`${ends} ${count}`)
      if (text(fact, 'outcome') === 'accepted' && count > atomics.limit) {
        offenders.push({ id, what: `call ${count} was accepted, limit ${atomics.limit}` })
      }
      if (ends.startsWith('-'))
        offenders.push({ id, what: 'the counter has no end: its window would last for ever' })
    }
    return offenders
  })

/** Contract I18, §11. */
export const limitsHold: Invariant = {
  id: 'I18',
  title: 'No more is accepted in a window than its limit',
  needs: ['redis'],
  about: receiptsOf('counted calls', 'hold', 'count'),
  wire: (tools) => [...reserves(tools), ...counters(tools)],
  store: async (tools) => {
    const keys = (tools.dataset.counters ?? []).map(({ organization = '', id = '' }) =>
      tools.key('scanRate', { organization, device: id }),
    )
    const lives = await tools.redis.pipeline(keys.map((key) => ['PTTL', key]))
    return keys.flatMap((key, index) =>
      lives[index] === -1 ? [{ id: key, what: 'counts without an end to its window' }] : [],
    )
  },
}
