import { atMost, call, effect, ms, open, perSecond, scenario, seconds } from 'vge-perf'

const promised = {
  reserve: { p95: ms(200), p99: ms(500) },
  bitmap: { p95: ms(100) },
  heard: { p95: ms(150), p99: ms(500) },
}
// Two busy cores spread a unit's p50 by 5 to 10 %: the default margins would often stay undecided.
const margins = { ignore: 0.05, reject: 0.2 }

/** Writers change seats; readers ask the bitmap and the API, and hear the topic: how long until each of them shows a change? */
export default scenario('availability-sync', {
  slice: 'seating',
  steps: {
    watch: call('seatingTopic', { joined: 'joined' }),
    reserve: call('reserve', { 201: 'won', 409: 'conflict', 429: 'rate_limited' }),
    release: call('release', { 200: 'released' }),
    start: call('checkoutStart', { 200: 'started', 429: 'rate_limited' }),
    pay: call('checkoutComplete', { 202: 'accepted' }),
    webhook: call('webhook', { 200: 'sold' }),
    bitmap: call('seatShown', { taken: 'fresh', free: 'stale' }),
    freed: call('seatShown', { free: 'fresh', taken: 'stale' }),
    kept: call('seatShown', { taken: 'fresh', free: 'stale' }),
    counts: call('availability', { 200: 'read' }),
    heard: effect({ told: 'heard' }),
    shown: effect({ told: 'shown' }),
  },
  data: ({ arrivals }) => ({ events: 1, seats: 2 * arrivals, buyers: arrivals, expiring: 200 }),

  row({ n, entity }) {
    // A seat of its own, so that what its writer reads is its own doing.
    const expires = n % 20 === 7
    const seat = expires ? entity('expiring', Math.floor(n / 20)) : entity('seats', n)
    return { seat, buyer: entity('buyers', n), expires, sells: n % 20 === 13, counts: n % 4 === 1 }
  },

  async audience(vu, { seat, buyer }) {
    const { outcome } = await vu.socket(
      'watch',
      { org: seat.organization, event: seat.event, as: buyer.token },
      { heard: 'heard' },
    )
    return outcome
  },

  async journey(vu, { seat, buyer, expires, sells, counts }) {
    const request = { event: seat.event, seat: seat.id, as: buyer.token }
    const asked = { event: seat.event, index: seat.index, as: buyer.token }
    const who = { event: seat.event, seat: seat.id, buyer: buyer.id }
    const held = await vu.reserve(request)
    if (held.outcome === 'error') vu.receipt('unknown', who)
    if (held.outcome !== 'won') return held.outcome
    const hold = held.json.hold_id
    // A checkout makes its hold last longer: the receipt of one that sells does not say until when.
    const until = sells ? {} : { until: held.json.held_until_unix }
    vu.receipt('hold', { ...who, hold, ...until, answered: held.at })
    const taken = await vu.bitmap(asked)
    if (taken.outcome === 'stale') vu.receipt('stale_read', { ...who, what: 'bitmap', since: held.at })
    else vu.observe('shown', 'told', held.at)
    if (counts) await vu.counts(asked)
    if (expires) return 'won'
    if (sells) {
      const { as } = request
      const started = await vu.start({ seats: [String(seat.id)], as })
      if (started.outcome !== 'started') return started.outcome
      const checkout = started.json.checkout_id
      if (typeof checkout !== 'string') return 'no_checkout'
      const total = Number(started.json.total_cents)
      vu.receipt('checkout', { ...who, checkout, total, subtotal: started.json.subtotal_cents })
      const paid = await vu.pay({ checkout, token: `tok_external_${checkout}`, as })
      if (paid.outcome !== 'accepted') return paid.outcome
      const id = `evt_${checkout}`
      const reference = paid.json.payment_reference
      const created = Math.floor(paid.at / 1_000)
      const sale = { id, checkout, event: seat.event, organization: seat.organization, reference, created }
      const sold = await vu.webhook({ ...sale, amount: total })
      const reply = JSON.stringify(sold.json)
      vu.receipt('webhook', { ...who, checkout, id, outcome: sold.outcome, reply })
      if (sold.outcome !== 'sold') return sold.outcome
      vu.receipt('sale', { ...who, hold, checkout, id, reference, total })
      const kept = await vu.kept(asked)
      if (kept.outcome === 'stale') vu.receipt('stale_read', { ...who, what: 'bitmap', since: sold.at })
      return 'bought'
    }
    await vu.think(ms(40))
    const sent = Date.now()
    const { outcome, at } = await vu.release(request)
    vu.receipt('release', { ...who, hold, sent, outcome })
    if (outcome !== 'released') return outcome
    const freed = await vu.freed(asked)
    if (freed.outcome === 'stale') vu.receipt('stale_read', { ...who, what: 'bitmap', since: at })
    return 'won'
  },

  profiles: {
    smoke: {
      leastLoad: 0.35,
      load: open(perSecond(200), seconds(4)),
      audience: { count: 8, joining: ms(100) },
      budgets: { ...promised, errors: 0.001 },
    },
    ci: {
      load: open(perSecond(200), seconds(50)),
      audience: { count: 50, joining: seconds(1) },
      budgets: { ...promised, errors: 0.01 },
    },
    full: {
      // Each change goes to every watcher: twenty thousand frames a second.
      load: open(perSecond(100), seconds(120)),
      audience: { count: 100, joining: seconds(4) },
      budgets: { ...promised, errors: 0.01 },
    },
  },
  mix: {
    reserve: { conflict: atMost(0.01), rate_limited: atMost(0.001) },
    bitmap: { stale: atMost(0) },
    freed: { stale: atMost(0) },
    kept: { stale: atMost(0) },
  },
  tolerances: { reserve: margins, bitmap: margins, heard: { ignore: 0.1, reject: 0.35 } },
  wins: { reserve: { won: 'hold' }, start: { started: 'checkout' }, webhook: { sold: 'sale' } },
  invariants: [
    'one-live-hold-a-seat',
    'every-win-is-kept',
    'seat-agrees',
    'bitmap-equals-database',
    'registry-equals-database',
    'holds-expire',
    'all-or-nothing',
    'tenants-are-apart',
    'each-change-is-heard-once',
    'no-news-of-what-did-not-happen',
    'frames-are-small-and-private',
    'frames-stay-in-their-tenant',
    'reads-follow-writes',
    'unique-indexes-stand',
  ],
})
