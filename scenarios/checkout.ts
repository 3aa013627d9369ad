import { atMost, burst, call, inOrder, ms, open, perSecond, phase, scenario, seconds } from 'vge-perf'

const promised = {
  reserve: { p95: ms(200), p99: ms(500) },
  start: { p95: ms(500), p99: seconds(1) },
  webhook: { p95: ms(300) },
  whole: { p99: seconds(5) },
}
const polls = 20
// Two busy cores spread a unit's p50 by 5 to 9 %: the default margins would often stay undecided.
const margins = { ignore: 0.05, reject: 0.2 }

/** From a free seat to tickets in hand; the load plays the payment provider. Some cancel, some webhooks repeat or lie. */
export default scenario('checkout', {
  slice: 'payments',
  steps: {
    reserve: call('reserve', { 201: 'won', 409: 'conflict', 429: 'rate_limited' }),
    start: call('checkoutStart', { 200: 'started', 429: 'rate_limited' }),
    pay: call('checkoutComplete', { 202: 'accepted' }),
    webhook: call('webhook', { 200: 'sold' }),
    replay: call('webhook', { 200: 'same' }),
    lie: call('webhook', { 400: 'rejected', 200: 'accepted' }),
    tickets: call('tickets', { visible: 'visible', none: 'not_yet' }),
    cancel: call('checkoutCancel', { 200: 'cancelled' }),
    cancelAgain: call('checkoutCancel', { 200: 'cancelled' }),
  },
  data: ({ arrivals }) => ({ events: 1, seats: arrivals, buyers: arrivals }),

  row({ n, entity }) {
    const seat = entity('seats', n)
    const lies = ['forged', 'stale', 'amount'] as const
    return {
      seat: { event: seat.event, seat: seat.id },
      organization: seat.organization,
      buyer: entity('buyers', n),
      cancels: n % 10 === 5,
      replays: n % 10 === 1 ? 3 : 0,
      lie: n % 10 === 8 ? lies[Math.floor(n / 10) % lies.length] : undefined,
    }
  },

  async journey(vu, { seat, organization, buyer, cancels, replays, lie }) {
    const as = buyer.token
    const who = { ...seat, buyer: buyer.id }
    const held = await vu.reserve({ ...seat, as })
    if (held.outcome === 'error') vu.receipt('unknown', who)
    if (held.outcome !== 'won') return held.outcome
    const hold = held.json.hold_id
    // A checkout makes its holds last longer, so the receipt does not say until when.
    vu.receipt('hold', { ...who, hold, answered: held.at })

    const started = await vu.start({ seats: [String(seat.seat)], as })
    if (started.outcome !== 'started') return started.outcome
    const checkout = started.json.checkout_id
    if (typeof checkout !== 'string') return 'no_checkout'
    const total = Number(started.json.total_cents)
    vu.receipt('checkout', { ...who, checkout, total, subtotal: started.json.subtotal_cents })

    if (cancels) {
      const sent = Date.now()
      const { outcome, json } = await vu.cancel({ checkout, as })
      vu.receipt('release', {
        ...who,
        hold,
        sent,
        outcome: outcome === 'cancelled' ? 'released' : outcome,
      })
      const again = await vu.cancelAgain({ checkout, as })
      vu.receipt('cancel', {
        ...who,
        checkout,
        outcome,
        released: json.released_count,
        again: again.outcome,
      })
      return outcome
    }

    const paid = await vu.pay({ checkout, token: `tok_external_${checkout}`, as })
    if (paid.outcome !== 'accepted') return paid.outcome
    const created = Math.floor(paid.at / 1_000)
    const reference = paid.json.payment_reference
    const event = { checkout, event: seat.event, organization, reference, created, amount: total }
    if (lie !== undefined) {
      const id = `evt_lie_${checkout}`
      const amount = lie === 'amount' ? total - 100 : total
      const { outcome } = await vu.lie({
        ...event,
        id,
        amount,
        forged: lie === 'forged',
        stale: lie === 'stale',
      })
      vu.receipt('lie', { ...who, checkout, id, lie, outcome })
    }

    const id = `evt_${checkout}`
    const copies = Array.from({ length: replays }, () => vu.replay({ ...event, id }))
    const [sold, ...same] = await Promise.all([vu.webhook({ ...event, id }), ...copies])
    if (replays > 0) same.push(await vu.replay({ ...event, id }))
    for (const { outcome, json } of [sold, ...same])
      vu.receipt('webhook', { ...who, checkout, id, outcome, reply: JSON.stringify(json) })
    if (sold.outcome !== 'sold') return sold.outcome
    vu.receipt('sale', { ...who, hold, checkout, id, reference, total })

    for (let poll = 0; poll < polls; poll += 1) {
      const { outcome } = await vu.tickets({ checkout, as })
      if (outcome !== 'not_yet') return outcome === 'visible' ? 'bought' : outcome
      await vu.think(ms(100))
    }
    return 'no_tickets'
  },

  profiles: {
    smoke: {
      leastLoad: 0.35,
      load: open(perSecond(120), seconds(6)),
      budgets: { ...promised, errors: 0.001 },
    },
    ci: {
      load: open(perSecond(120), seconds(50)),
      budgets: { ...promised, errors: 0.01 },
    },
    full: {
      load: inOrder(phase('steady', open(perSecond(120), seconds(120))), phase('rush', burst(1_000))),
      budgets: { ...promised, errors: 0.01 },
    },
  },
  mix: {
    reserve: { conflict: atMost(0.01), rate_limited: atMost(0.001) },
    start: { rate_limited: atMost(0.001) },
  },
  tolerances: {
    reserve: margins,
    start: margins,
    webhook: margins,
    whole: margins,
  },
  wins: { reserve: { won: 'hold' }, start: { started: 'checkout' }, webhook: { sold: 'sale' } },
  invariants: [
    'one-live-hold-a-seat',
    'every-win-is-kept',
    'no-oversell',
    'seat-agrees',
    'bitmap-equals-database',
    'registry-equals-database',
    'holds-expire',
    'tenants-are-apart',
    'webhook-exactly-once',
    'all-or-nothing',
    'ledger-balances',
    'bad-webhooks-refused',
    'limits-hold',
    'unique-indexes-stand',
  ],
})
