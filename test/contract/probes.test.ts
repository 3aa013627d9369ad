import { expect, test } from 'vitest'
import contract from '../../contract/index.js'

const figure = (name: string, series: Readonly<Record<string, number>>): number | undefined => {
  const probe = contract.probes?.[name]
  if (probe === undefined) throw new Error(`no probe ${name}`)
  return probe.of(new Map(Object.entries(series)))
}

const requests = {
  'voelgoedevents_requests_total{route="reserve",status="201"}': 40,
  'voelgoedevents_requests_total{route="reserve",status="409"}': 60,
  'voelgoedevents_requests_total{route="metrics",status="200"}': 5,
  'voelgoedevents_requests_total{route="health",status="200"}': 5,
}

test('requests without Postgres are a share of all that somebody made', () => {
  const without = {
    'voelgoedevents_requests_without_db_total{route="reserve"}': 60,
    'voelgoedevents_requests_without_db_total{route="metrics"}': 5,
    'voelgoedevents_requests_without_db_total{route="health"}': 0,
  }
  expect(figure('without-database', { ...requests, ...without })).toBe(0.6)
  // All went to Postgres: that is zero. Nobody counted: that is no data.
  expect(
    figure('without-database', {
      ...requests,
      'voelgoedevents_requests_without_db_total{route="reserve"}': 0,
    }),
  ).toBe(0)
  expect(figure('without-database', requests)).toBeUndefined()
  expect(figure('without-database', without)).toBeUndefined()
})

test('hits of ETS are a share of the looks into ETS, whatever the other layers say', () => {
  const lookups = (layer: string, result: string, table: string): string =>
    `voelgoedevents_cache_lookups_total{layer="${layer}",result="${result}",table="${table}"}`
  const looks = {
    [lookups('ets', 'hit', 'a')]: 5,
    [lookups('ets', 'hit', 'b')]: 1,
    [lookups('ets', 'miss', 'b')]: 2,
    [lookups('redis', 'hit', 'b')]: 2,
  }
  expect(figure('ets-hits', looks)).toBe(0.75)
  expect(figure('ets-hits', { [lookups('ets', 'miss', 'b')]: 2 })).toBe(0)
  expect(figure('ets-hits', { [lookups('redis', 'hit', 'b')]: 2 })).toBeUndefined()
  expect(figure('ets-hits', {})).toBeUndefined()
})

test('work is counted a request', () => {
  expect(figure('sql-statements', { ...requests, voelgoedevents_sql_statements_total: 250 })).toBe(2.5)
  expect(figure('redis-commands', { ...requests, voelgoedevents_redis_commands_total: 0 })).toBe(0)
  expect(figure('sql-statements', requests)).toBeUndefined()
  expect(figure('sql-statements', { voelgoedevents_sql_statements_total: 250 })).toBeUndefined()
})

test('durations are means of what was observed, and time that nodes spend is told a request', () => {
  const redis = (what: string, command: string): string =>
    `voelgoedevents_redis_command_duration_seconds_${what}{command="${command}"}`
  const observed = {
    [redis('sum', 'evalsha')]: 0.03,
    [redis('count', 'evalsha')]: 10,
    [redis('sum', 'get')]: 0.01,
    [redis('count', 'get')]: 30,
  }
  expect(figure('redis-script-time', observed)).toBeCloseTo(3)
  expect(figure('redis-time', observed)).toBeCloseTo(1)
  expect(
    figure('redis-script-time', { [redis('sum', 'get')]: 1, [redis('count', 'get')]: 1 }),
  ).toBeUndefined()
  const statements = {
    voelgoedevents_query_duration_seconds_sum: 0.2,
    voelgoedevents_query_duration_seconds_count: 100,
  }
  expect(figure('sql-time', statements)).toBeCloseTo(2)
  expect(figure('cpu-time', { ...requests, process_cpu_seconds_total: 0.25 })).toBeCloseTo(2.5)
  expect(figure('cpu-time', requests)).toBeUndefined()
  expect(figure('collection-time', { ...requests, nodejs_gc_duration_seconds_sum: 0 })).toBe(0)
  const loop = { nodejs_eventloop_active_seconds_total: 1, nodejs_eventloop_idle_seconds_total: 3 }
  expect(figure('event-loop', loop)).toBe(0.25)
  expect(figure('event-loop', {})).toBeUndefined()
})

test('broadcasts of seats are weighed against changes of seats, and memory is in MiB', () => {
  const sent = (event: string): string => `voelgoedevents_pubsub_broadcasts_total{event="${event}"}`
  const changes = {
    'voelgoedevents_seating_changes_total{change="held"}': 6,
    'voelgoedevents_seating_changes_total{change="sold"}': 2,
  }
  const broadcasts = { [sent('seat_held')]: 5, [sent('seat_sold')]: 1, [sent('occupancy_updated')]: 9 }
  expect(figure('seat-broadcasts', { ...changes, ...broadcasts })).toBe(0.75)
  expect(figure('seat-broadcasts', changes)).toBeUndefined()
  expect(figure('seat-broadcasts', broadcasts)).toBeUndefined()
  expect(figure('resident-memory', { process_resident_memory_bytes: 3 * 2 ** 20 })).toBe(3)
  expect(figure('resident-memory', {})).toBeUndefined()
})
