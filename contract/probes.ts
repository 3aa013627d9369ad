import type { Probe } from 'vge-perf'

type Change = ReadonlyMap<string, number>

const every = /^/
/** Not what the tool and its like ask for: that is nobody's use of the platform. */
const used = /^(?!.*[{,]route="(?:metrics|health)")/
const ofEts = /[{,]layer="ets"/
const hitsOfEts = /(?=.*[{,]layer="ets")(?=.*[{,]result="hit")/
const ofSeats = /[{,]event="seat_(?:held|released|sold)"/

/** Sum over the series of a metric whose labels match. Undefined where the target has no such metric: no data, not zero. */
const total = (change: Change, metric: string, wanted = every): number | undefined => {
  const all = [...change].filter(([series]) => series === metric || series.startsWith(`${metric}{`))
  if (all.length === 0) return undefined
  return all.reduce((sum, [series, value]) => sum + (wanted.test(series) ? value : 0), 0)
}

const ratio = (part: number | undefined, whole: number | undefined): number | undefined =>
  part === undefined || whole === undefined || whole <= 0 ? undefined : part / whole

const requests = (change: Change): number | undefined => total(change, 'voelgoedevents_requests_total', used)

const lookups = 'voelgoedevents_cache_lookups_total'

// Background work on a timer is in them too, so a few in a hundred are luck.
const work = { ignore: 0.05, reject: 0.25 }

/** What the platform says of itself. Source: contract §6 (counters, figures), §11 (flash sale), §12 (names, no data). */
export const probes: Readonly<Record<string, Probe>> = {
  'without-database': {
    title: 'requests answered without Postgres',
    unit: 'share',
    of: (change) => ratio(total(change, 'voelgoedevents_requests_without_db_total', used), requests(change)),
    atLeast: 0.9,
    during: 'surge',
  },
  'ets-hits': {
    title: 'lookups that ETS answered',
    unit: 'share',
    of: (change) => ratio(total(change, lookups, hitsOfEts), total(change, lookups, ofEts)),
    atLeast: 0.8,
  },
  'sql-statements': {
    title: 'SQL statements a request',
    unit: 'per_request',
    of: (change) => ratio(total(change, 'voelgoedevents_sql_statements_total'), requests(change)),
    tolerance: work,
  },
  'redis-commands': {
    title: 'Redis commands a request',
    unit: 'per_request',
    of: (change) => ratio(total(change, 'voelgoedevents_redis_commands_total'), requests(change)),
    tolerance: work,
  },
  'seat-broadcasts': {
    title: 'broadcasts a change of a seat',
    unit: 'count',
    of: (change) =>
      ratio(
        total(change, 'voelgoedevents_pubsub_broadcasts_total', ofSeats),
        total(change, 'voelgoedevents_seating_changes_total'),
      ),
  },
  'resident-memory': {
    title: 'resident memory of the nodes, MiB',
    unit: 'count',
    of: (change) => {
      const bytes = total(change, 'process_resident_memory_bytes')
      return bytes === undefined ? undefined : bytes / 2 ** 20
    },
    // A heap grows by leaps.
    tolerance: { ignore: 0.15, reject: 0.6 },
  },
}
