import { atLeast, call, ms, open, perSecond, scenario, seconds } from 'vge-perf'

const promised = {
  scan: { p95: ms(150), p99: ms(500) },
  batch: { p95: seconds(2) },
}
const batchEvery = 100
const batchSize = 50
const bulkEvery = 5_000
const bulkSize = 1_000

const shape = (arrivals: number) => ({
  events: 1,
  gates: 10,
  devices: 50,
  foreignDevices: 2,
  tickets: arrivals,
  offline: (Math.floor(arrivals / batchEvery) + 1) * batchSize,
})

/** Guests at ten gates: each ticket once, some codes at several gates at the same time, some scanned offline in batches. */
export default scenario('ticket-validation', {
  slice: 'scanning',
  steps: {
    scan: call('scan', { admitted: 'admitted', denied: 'denied', 429: 'rate_limited' }),
    race: call('scan', { admitted: 'admitted', denied: 'denied' }),
    again: call('scan', { admitted: 'admitted', denied: 'denied' }),
    unknown: call('scan', { 404: 'rejected', admitted: 'leaked' }),
    trespass: call('scan', {
      401: 'denied',
      403: 'denied',
      404: 'denied',
      denied: 'denied',
      admitted: 'leaked',
    }),
    batch: call('sync', { 200: 'synced', 429: 'rate_limited' }),
    bulk: call('sync', { 200: 'synced', 429: 'rate_limited' }),
    resync: call('sync', { 200: 'synced', 429: 'rate_limited' }),
  },
  data: ({ arrivals }) => shape(arrivals),

  row({ n, entity, size, pick }) {
    const many = (kind: string, every: number, length: number) =>
      n % every === every / 2
        ? Array.from({ length }, (_, index) =>
            String(entity(kind, Math.floor(n / every) * length + index).code),
          )
        : []
    const bulk = size('bulk') === 0 ? [] : many('bulk', bulkEvery, bulkSize)
    return {
      code: entity('tickets', n).code,
      event: entity('events', 0).id,
      devices: [0, 1, 2].map((gate) => entity('devices', n + gate)),
      // Each device may sync a few times a minute only, so batches go round all of them.
      synchroniser: entity('devices', Math.floor(n / batchEvery)),
      foreign: n % 100 === 19 ? entity('foreignDevices', Math.floor(n / 100)) : undefined,
      races: n % 20 === 4,
      again: n % 20 === 14,
      nobodys: n % 100 === 69 ? `NONE-${1_000 + pick('code', 9_000)}-${1_000 + (n % 9_000)}` : undefined,
      offline: bulk.length > 0 ? bulk : many('offline', batchEvery, batchSize),
      // A batch's id is a UUID of its own: the event's, with the journey's number at its end.
      batch: `${String(entity('events', 0).id).slice(0, 24)}${n.toString(16).padStart(12, '0')}`,
    }
  },

  async journey(vu, { code, devices, synchroniser, foreign, races, again, nobodys, offline, batch }) {
    const [first] = devices
    if (first === undefined) return 'no_device'
    const at = (device: typeof first) => ({ device: device.id, as: device.token })
    if (nobodys !== undefined) return (await vu.unknown({ ...at(first), code: nobodys })).outcome
    if (foreign !== undefined) {
      const { outcome } = await vu.trespass({ ...at(foreign), code })
      vu.receipt('trespass', { code, device: foreign.id, outcome })
      return outcome
    }
    if (offline.length > 0) {
      const started = Date.now()
      const scans = offline.map((one, index) => ({
        offline_id: `${batch}-${index}`,
        ticket_code: one,
        scanned_at: new Date(started - 60_000 + index).toISOString(),
      }))
      const request = { ...at(synchroniser), batch, created: new Date(started).toISOString(), scans }
      const synced = await (offline.length === bulkSize ? vu.bulk(request) : vu.batch(request))
      if (synced.outcome !== 'synced') return synced.outcome
      const fact = {
        batch,
        size: offline.length,
        device: first.id,
        reply: JSON.stringify(synced.json.summary),
      }
      vu.receipt('batch', fact)
      const repeated = await vu.resync(request)
      if (repeated.outcome === 'synced')
        vu.receipt('batch', { ...fact, reply: JSON.stringify(repeated.json.summary) })
      return 'synced'
    }
    if (races) {
      const answers = await Promise.all(devices.map((device) => vu.race({ ...at(device), code })))
      const outcomes = answers.map((answer) => answer.outcome)
      vu.receipt('race', { code, outcomes })
      return outcomes.includes('error') ? 'error' : 'raced'
    }
    const scanned = await vu.scan({ ...at(first), code })
    if (scanned.outcome === 'admitted') vu.receipt('admission', { code, gate: first.gate, device: first.id })
    if (again) vu.receipt('again', { code, outcome: (await vu.again({ ...at(first), code })).outcome })
    return scanned.outcome
  },

  profiles: {
    smoke: {
      leastLoad: 0.35,
      load: open(perSecond(500), seconds(6)),
      budgets: { ...promised, errors: 0.001 },
    },
    ci: { load: open(perSecond(500), seconds(50)), budgets: { ...promised, errors: 0.01 } },
    full: {
      load: open(perSecond(500), seconds(60)),
      budgets: { ...promised, bulk: { p95: seconds(2) }, errors: 0.01 },
      data: ({ arrivals }) => ({
        ...shape(arrivals),
        bulk: (Math.floor(arrivals / bulkEvery) + 1) * bulkSize,
      }),
    },
  },
  mix: { scan: { admitted: atLeast(0.99) } },
  // Two busy cores spread a unit's p50 by 6 to 9 %: the default margins would often stay undecided.
  tolerances: { scan: { ignore: 0.05, reject: 0.2 } },
  wins: { scan: { admitted: 'admission' } },
  invariants: [
    'one-admission-a-ticket',
    'tenants-are-apart',
    'idempotent',
    'all-or-nothing',
    'event-state',
    'unique-indexes-stand',
  ],
})
