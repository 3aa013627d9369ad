import { atLeast, atMost, call, effect, ms, open, perSecond, scenario, seconds } from 'vge-perf'

const promised = {
  // A dead render of 200 ms and a join of 200 ms.
  look: { p95: ms(400) },
  pick: { p95: ms(200), p99: ms(500) },
  seen: { p95: ms(150), p99: ms(500) },
}
// Two busy cores spread a unit's p50 by 5 to 15 %, since a page is open on both sides of it: the default margins would stay undecided.
const margins = { ignore: 0.1, reject: 0.35 }

/** Buyers open the seat map, hold a seat and give it back, while viewers see each change come. */
export default scenario('liveview-latency', {
  slice: 'seating',
  steps: {
    look: call('eventPage', { shown: 'shown' }),
    pick: effect({ mine: 'won', taken: 'conflict', limited: 'rate_limited' }),
    drop: effect({ free: 'released' }),
    seen: effect({ told: 'seen' }),
  },
  data: ({ arrivals }) => ({ events: 1, seats: 500, buyers: arrivals }),

  row({ n, entity, size, pick }) {
    const seat = entity('seats', pick('seat', size('seats')))
    return { event: entity('events', 0), seat, buyer: entity('buyers', n) }
  },

  async audience(vu, { event, buyer }) {
    const { outcome } = await vu.liveview(
      'look',
      { slug: event.org_slug, event: event.slug, as: buyer.token },
      { keep: 'nothing', heard: 'seen' },
    )
    return outcome
  },

  async journey(vu, { event, seat, buyer }) {
    const { outcome, page } = await vu.liveview('look', {
      slug: event.org_slug,
      event: event.slug,
      as: buyer.token,
    })
    if (page === undefined) return outcome
    await vu.think(ms(20))
    const picked = await page.click('pick', `#seat-${seat.label}`, {
      mine: `#mine-${seat.label}`,
      taken: '#notice.taken',
      limited: '#notice.limited',
    })
    if (picked.outcome !== 'won') return picked.outcome
    await vu.think(ms(20))
    const dropped = await page.click('drop', `#drop-${seat.label}`, { free: `#seat-${seat.label}.available` })
    return dropped.outcome === 'released' ? 'won' : dropped.outcome
  },

  profiles: {
    smoke: {
      leastLoad: 0.35,
      load: open(perSecond(80), seconds(4)),
      audience: { count: 20, joining: ms(400) },
      slice: ms(500),
      timeout: seconds(3),
      budgets: { ...promised, errors: 0.001 },
    },
    ci: {
      load: open(perSecond(80), seconds(50)),
      audience: { count: 1_000, joining: seconds(10) },
      slice: ms(500),
      budgets: { ...promised, errors: 0.01 },
      data: ({ arrivals }) => ({ events: 1, seats: 1_000, buyers: arrivals }),
    },
    full: {
      // Each change goes to every viewer: one buyer a second is twenty thousand diffs a second.
      load: open(perSecond(1), seconds(60)),
      audience: { count: 10_000, joining: seconds(120) },
      slice: seconds(1),
      budgets: { ...promised, errors: 0.01 },
      data: ({ arrivals }) => ({ events: 1, seats: 5_000, buyers: arrivals }),
    },
  },
  mix: { pick: { won: atLeast(0.7), rate_limited: atMost(0.001) } },
  tolerances: { look: margins, pick: margins, seen: margins },
  invariants: [
    'one-live-hold-a-seat',
    'no-oversell',
    'seat-agrees',
    'bitmap-equals-database',
    'registry-equals-database',
    'tenants-are-apart',
    'no-news-of-what-did-not-happen',
    'frames-are-small-and-private',
    'unique-indexes-stand',
  ],
})
