import { atMost, call, effect, ms, open, perSecond, scenario, seconds } from 'vge-perf'

// Two busy cores spread a unit's p50 by 5 to 10 %: the default margins would often stay undecided.
const margins = { ignore: 0.05, reject: 0.2 }

/** Two tenants sell at once; each tries to reach into the other, by route, page and topic. Nothing may cross. */
export default scenario('tenant-isolation', {
  slice: 'tenancy',
  steps: {
    watch: call('seatingTopic', { joined: 'joined' }),
    reserve: call('reserve', { 201: 'won', 409: 'conflict', 429: 'rate_limited' }),
    release: call('release', { 200: 'released' }),
    reach: call('reserve', { 403: 'denied', 404: 'denied', 200: 'leaked', 201: 'leaked' }),
    enter: call('eventPage', { 403: 'denied', 404: 'denied', redirect: 'denied', shown: 'leaked' }),
    forge: call('forgedPage', { stale: 'denied', shown: 'leaked' }),
    listen: call('seatingTopic', { unauthorized: 'denied', joined: 'leaked' }),
    heard: effect({ told: 'heard' }),
  },
  data: ({ arrivals }) => ({
    events: 1,
    seats: Math.ceil(arrivals / 2),
    buyers: Math.ceil(arrivals / 2),
    rivals: Math.ceil(arrivals / 2),
    rivalEvents: 1,
    rivalSeats: Math.ceil(arrivals / 2),
  }),

  row({ n, phase: stretch, entity }) {
    const rival = n % 2 === 1
    const half = Math.floor(n / 2)
    const seat = rival ? entity('rivalSeats', half) : entity('seats', half)
    const foreign = rival ? entity('seats', half) : entity('rivalSeats', half)
    return {
      seat,
      foreign,
      event: rival ? entity('events', 0) : entity('rivalEvents', 0),
      own: rival ? entity('rivalEvents', 0) : entity('events', 0),
      buyer: rival ? entity('rivals', half) : entity('buyers', half),
      attack: stretch === 'audience' ? undefined : (['reach', 'enter', 'listen', 'forge'] as const)[half % 8],
    }
  },

  async audience(vu, { own, buyer }) {
    const asked = { org: own.organization, event: own.id, as: buyer.token }
    return (await vu.socket('watch', asked, { heard: 'heard' })).outcome
  },

  async journey(vu, { seat, foreign, event, own, buyer, attack }) {
    const as = buyer.token
    if (attack === 'reach') {
      const { outcome } = await vu.reach({ event: foreign.event, seat: foreign.id, as })
      vu.receipt('crossing', { what: 'reserve', as: buyer.id, outcome, frames: 0 })
    }
    if (attack === 'enter') {
      // The rival's page under one's own name.
      const { outcome } = await vu.liveview('enter', { slug: own.org_slug, event: event.slug, as })
      vu.receipt('crossing', { what: 'page', as: buyer.id, outcome, frames: 0 })
    }
    if (attack === 'forge') {
      const { outcome } = await vu.liveview('forge', { slug: own.org_slug, event: own.slug, as })
      vu.receipt('crossing', { what: 'forged page', as: buyer.id, outcome, frames: 0 })
    }
    if (attack === 'listen') {
      let frames = 0
      const asked = { org: event.organization, event: event.id, as }
      const { outcome } = await vu.socket('listen', asked, { on: () => (frames += 1) })
      await vu.think(ms(50))
      vu.receipt('crossing', { what: 'topic', as: buyer.id, outcome, frames })
    }
    const who = { event: seat.event, seat: seat.id, buyer: buyer.id }
    const request = { event: seat.event, seat: seat.id, as }
    const held = await vu.reserve(request)
    if (held.outcome === 'error') vu.receipt('unknown', who)
    if (held.outcome !== 'won') return held.outcome
    const hold = held.json.hold_id
    vu.receipt('hold', { ...who, hold, until: held.json.held_until_unix, answered: held.at })
    await vu.think(ms(30))
    const sent = Date.now()
    const { outcome } = await vu.release(request)
    vu.receipt('release', { ...who, hold, sent, outcome })
    return outcome === 'released' ? 'won' : outcome
  },

  profiles: {
    smoke: {
      leastLoad: 0.35,
      load: open(perSecond(150), seconds(4)),
      audience: { count: 8, joining: ms(100) },
      budgets: { reserve: { p95: ms(200), p99: ms(500) }, errors: 0.001 },
    },
    ci: {
      load: open(perSecond(150), seconds(50)),
      audience: { count: 40, joining: seconds(1) },
      budgets: { reserve: { p95: ms(200), p99: ms(500) }, errors: 0.01 },
    },
    full: {
      load: open(perSecond(300), seconds(120)),
      audience: { count: 200, joining: seconds(4) },
      budgets: { reserve: { p95: ms(200), p99: ms(500) }, errors: 0.01 },
    },
  },
  mix: { reserve: { rate_limited: atMost(0.001) } },
  tolerances: { reserve: margins },
  wins: { reserve: { won: 'hold' } },
  invariants: [
    'one-live-hold-a-seat',
    'every-win-is-kept',
    'no-oversell',
    'seat-agrees',
    'registry-equals-database',
    'tenants-are-apart',
    'each-change-is-heard-once',
    'frames-are-small-and-private',
    'frames-stay-in-their-tenant',
    'limits-hold',
    'unique-indexes-stand',
  ],
})
