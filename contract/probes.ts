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

const scripts = /[{,]command="evalsha"/

/** Mean of a duration over its observations, milliseconds. */
const meanMs = (change: Change, metric: string, wanted = every): number | undefined => {
  const seconds = ratio(total(change, `${metric}_sum`, wanted), total(change, `${metric}_count`, wanted))
  return seconds === undefined ? undefined : seconds * 1_000
}

/** Time that the nodes spent for a request, milliseconds. */
const msARequest = (change: Change, metric: string): number | undefined => {
  const seconds = ratio(total(change, metric), requests(change))
  return seconds === undefined ? undefined : seconds * 1_000
}

const redisDuration = 'voelgoedevents_redis_command_duration_seconds'

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
  'sql-time': {
    title: 'an SQL statement, ms',
    unit: 'count',
    of: (change) => meanMs(change, 'voelgoedevents_query_duration_seconds'),
  },
  'redis-time': {
    title: 'a Redis command, ms',
    unit: 'count',
    of: (change) => meanMs(change, redisDuration),
  },
  'redis-script-time': {
    title: 'a Redis script (EVALSHA), ms',
    unit: 'count',
    of: (change) => meanMs(change, redisDuration, scripts),
  },
  'cpu-time': {
    title: 'CPU time of the nodes a request, ms',
    unit: 'count',
    of: (change) => msARequest(change, 'process_cpu_seconds_total'),
  },
  'collection-time': {
    title: 'garbage collection of the nodes a request, ms',
    unit: 'count',
    of: (change) => msARequest(change, 'nodejs_gc_duration_seconds_sum'),
  },
  'event-loop': {
    title: 'time in which the event loops of the nodes were busy',
    unit: 'share',
    better: 'lower',
    of: (change) => {
      const active = total(change, 'nodejs_eventloop_active_seconds_total')
      const idle = total(change, 'nodejs_eventloop_idle_seconds_total')
      return active === undefined || idle === undefined ? undefined : ratio(active, active + idle)
    },
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
