import {
  atLeast,
  atMost,
  burst,
  call,
  inOrder,
  ms,
  open,
  perSecond,
  phase,
  scenario,
  seconds,
} from 'vge-perf'

const reserving = { p95: ms(200), p99: ms(500) }

/** Buyers choose seats: a steady stream that gives most of them back, a rush on the whole map, and a run on one seat. */
export default scenario('seat-selection', {
  slice: 'seating',
  steps: {
    reserve: call('reserve', { 201: 'won', 409: 'conflict', 429: 'rate_limited' }),
    repeat: call('reserve', { 200: 'same', 201: 'another', 409: 'lost' }),
    release: call('release', { 200: 'released' }),
    trespass: call('reserve', {
      400: 'denied',
      403: 'denied',
      404: 'denied',
      // Somebody else is being refused at that very moment: right on an event that is closed, and too much said to a stranger (I9).
      409: 'taken',
      200: 'leaked',
      201: 'leaked',
    }),
  },
  data: ({ arrivals }) => ({
    events: 1,
    seats: 5_000,
    hot: 1,
    buyers: arrivals,
    strangers: 10,
    closed: 10,
    expiring: 100,
  }),

  row({ n, phase: stretch, entity, size, zipf }) {
    const half = Math.floor(size('seats') / 2)
    const popular = zipf('seat', half, 1)
    const every = 50
    const oneIn = (rest: number) => stretch === 'select' && n % every === rest
    const turn = Math.floor(n / every)
    const stranger = oneIn(7)
    const closed = oneIn(33)
    const expiring = oneIn(21)
    const seat = closed
      ? entity('closed', turn)
      : expiring
        ? entity('expiring', turn)
        : stretch === 'one-seat'
          ? entity('hot', 0)
          : entity('seats', stretch === 'rush' ? half + popular : popular)
    return {
      seat: { event: seat.event, seat: seat.id },
      buyer: stranger ? entity('strangers', turn) : entity('buyers', n),
      trespasses: stranger || closed,
      repeats: stretch === 'select' && n % 4 === 2,
      keeps: expiring || stretch !== 'select',
      contested: stretch === 'one-seat',
    }
  },

  async journey(vu, { seat, buyer, trespasses, repeats, keeps, contested }) {
    const who = { ...seat, buyer: buyer.id }
    const request = { ...seat, as: buyer.token }
    if (trespasses) {
      const { outcome } = await vu.trespass(request)
      vu.receipt('trespass', { ...who, outcome })
      return outcome
    }
    const held = await vu.reserve(request)
    if (held.outcome === 'error') vu.receipt('unknown', who)
    if (held.outcome === 'conflict' && contested) vu.receipt('conflict', who)
    if (held.outcome !== 'won') return held.outcome
    const hold = held.json.hold_id
    vu.receipt('hold', { ...who, hold, until: held.json.held_until_unix, answered: held.at })
    if (repeats) {
      const again = await vu.repeat(request)
      vu.receipt('repeat', { ...who, hold, outcome: again.outcome, again: again.json.hold_id })
    }
    if (keeps) return 'won'
    await vu.think(ms(80))
    const sent = Date.now()
    const { outcome } = await vu.release(request)
    vu.receipt('release', { ...who, hold, sent, outcome })
    return 'won'
  },

  profiles: {
    smoke: {
      leastLoad: 0.35,
      load: inOrder(
        phase('select', open(perSecond(400), seconds(4))),
        phase('rush', burst(300)),
        phase('one-seat', burst(50)),
      ),
      budgets: { reserve: reserving, errors: 0.001 },
      data: ({ arrivals }) => ({
        events: 1,
        seats: 1_000,
        hot: 1,
        buyers: arrivals,
        strangers: 10,
        closed: 10,
        expiring: 100,
      }),
    },
    ci: {
      load: inOrder(
        phase('select', open(perSecond(400), seconds(40))),
        phase('rush', burst(1_000)),
        phase('one-seat', burst(100)),
      ),
      budgets: { reserve: reserving, errors: 0.01 },
    },
    full: {
      load: inOrder(
        phase('select', open(perSecond(400), seconds(60))),
        phase('rush', burst(10_000)),
        phase('one-seat', burst(1_000)),
      ),
      budgets: { reserve: reserving, drain: seconds(30), errors: 0.01 },
      timeout: seconds(60),
    },
  },
  mix: { reserve: { won: atLeast(0.1), rate_limited: atMost(0.001) } },
  // Two busy cores spread a unit's p50 by 5 to 10 %: the default margins would often stay undecided.
  tolerances: { reserve: { ignore: 0.05, reject: 0.2 }, release: { ignore: 0.05, reject: 0.2 } },
  wins: { reserve: { won: 'hold' } },
  invariants: [
    'one-live-hold-a-seat',
    'every-win-is-kept',
    'no-oversell',
    'seat-agrees',
    'bitmap-equals-database',
    'registry-equals-database',
    'holds-expire',
    'tenants-are-apart',
    'idempotent',
    'event-state',
    'limits-hold',
    'unique-indexes-stand',
  ],
})
