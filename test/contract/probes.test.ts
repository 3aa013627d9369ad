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
