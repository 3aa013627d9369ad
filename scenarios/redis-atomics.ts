import { atLeast, call, inOrder, ms, open, perSecond, phase, scenario, seconds } from 'vge-perf'

const redisOp = { p99: ms(50) }
const promised = {
  lock: redisOp,
  unlock: redisOp,
  take: redisOp,
  giveBack: redisOp,
  count: redisOp,
}

/** The platform's atomic operations straight on Redis: first alone, then beside buyers who reserve over HTTP. */
export default scenario('redis-atomics', {
  slice: 'seating',
  needs: ['redis'],
  steps: {
    lock: call('lock', { OK: 'won', nil: 'conflict' }),
    enter: call('enter', { alone: 'alone', crowded: 'crowded' }),
    leave: call('leave', { left: 'left' }),
    unlock: call('unlock', { 1: 'unlocked', 0: 'not_owner' }),
    take: call('takeHold', { 1: 'won', 0: 'conflict' }),
    giveBack: call('giveBackHold', { 1: 'given_back', 0: 'not_owner' }),
    count: call('countInWindow', { accepted: 'accepted', limited: 'limited' }),
    reserve: call('reserve', { 201: 'won', 409: 'conflict', 429: 'rate_limited' }),
    release: call('release', { 200: 'released' }),
  },
  data: ({ arrivals }) => ({
    events: 1,
    seats: 500,
    buyers: Math.ceil(arrivals / 2),
    slots: 64,
    counters: 8,
  }),

  row({ n, phase: stretch, entity, size, zipf, pick }) {
    const work =
      stretch === 'beside' && n % 2 === 0 ? 'buy' : (['lock', 'take', 'lock', 'count'] as const)[(n >> 1) % 4]
    const slot = entity('slots', zipf('slot', size('slots'), 1))
    return {
      work,
      slot: {
        organization: slot.organization,
        event: slot.event,
        seat: slot.id,
        index: slot.index,
      },
      counter: entity('counters', pick('counter', size('counters'))),
      seat: entity('seats', zipf('seat', size('seats'), 1)),
      buyer: entity('buyers', n >> 1),
      user: `user-${n}`,
    }
  },

  async journey(vu, { work, slot, counter, seat, buyer, user }) {
    const expires = Math.floor(Date.now() / 1_000) + 60
    const owner = `${slot.seat}-${user}:${user}:${expires}`
    const who = { seat: slot.seat, event: slot.event, organization: slot.organization, owner }
    if (work === 'lock') {
      const locked = await vu.lock({ ...slot, owner })
      if (locked.outcome === 'error') vu.receipt('unknown', who)
      if (locked.outcome !== 'won') return locked.outcome
      vu.receipt('lock', { ...who, answered: locked.at })
      const entered = await vu.enter(slot)
      vu.receipt('enter', { ...who, outcome: entered.outcome })
      await vu.think(ms(5))
      const sent = Date.now()
      const left = await vu.leave(slot)
      const unlocked = await vu.unlock({ ...slot, owner })
      vu.receipt('unlock', { ...who, sent, left: left.outcome, outcome: unlocked.outcome })
      return 'locked'
    }
    if (work === 'take') {
      const taken = await vu.take({ ...slot, seat: `${slot.seat}-hold`, owner, expires })
      if (taken.outcome === 'error') vu.receipt('unknown', who)
      if (taken.outcome !== 'won') return taken.outcome
      vu.receipt('take', { ...who, index: slot.index, answered: taken.at })
      await vu.think(ms(5))
      const sent = Date.now()
      const { outcome } = await vu.giveBack({ ...slot, seat: `${slot.seat}-hold`, owner })
      vu.receipt('give-back', { ...who, sent, outcome })
      return 'taken'
    }
    if (work === 'count') {
      const { outcome, json, at } = await vu.count({
        organization: counter.organization,
        device: counter.id,
      })
      vu.receipt('count', { counter: counter.id, outcome, count: json.count, ends: json.ends, at })
      return outcome
    }
    const request = { event: seat.event, seat: seat.id, as: buyer.token }
    const who2 = { event: seat.event, seat: seat.id, buyer: buyer.id }
    const held = await vu.reserve(request)
    if (held.outcome === 'error') vu.receipt('unknown', who2)
    if (held.outcome !== 'won') return held.outcome
    const hold = held.json.hold_id
    vu.receipt('hold', { ...who2, hold, until: held.json.held_until_unix, answered: held.at })
    await vu.think(ms(50))
    const sent = Date.now()
    const { outcome } = await vu.release(request)
    vu.receipt('release', { ...who2, hold, sent, outcome })
    return 'bought'
  },

  profiles: {
    smoke: {
      leastLoad: 0.35,
      load: inOrder(
        phase('alone', open(perSecond(800), seconds(4))),
        phase('beside', open(perSecond(500), seconds(4))),
      ),
      budgets: { ...promised, errors: 0.001 },
    },
    ci: {
      load: inOrder(
        phase('alone', open(perSecond(800), seconds(25))),
        phase('beside', open(perSecond(500), seconds(25))),
      ),
      budgets: { ...promised, errors: 0.01 },
    },
    full: {
      load: inOrder(
        phase('alone', open(perSecond(1_000), seconds(60))),
        phase('beside', open(perSecond(500), seconds(60))),
      ),
      budgets: { ...promised, errors: 0.01 },
    },
  },
  mix: { lock: { won: atLeast(0.5) }, count: { accepted: atLeast(0.1) } },
  // A lock takes tens of microseconds and may take 50 ms: only a change of another order matters, and the luck of a start is large.
  tolerances: { lock: { ignore: 0.5, reject: 1.5 }, reserve: { ignore: 0.05, reject: 0.2 } },
  wins: { lock: { won: 'lock' }, take: { won: 'take' }, reserve: { won: 'hold' } },
  invariants: [
    'mutual-exclusion',
    'limits-hold',
    'one-live-hold-a-seat',
    'every-win-is-kept',
    'seat-agrees',
    'bitmap-equals-database',
    'registry-equals-database',
    'tenants-are-apart',
  ],
})
