import { afterEach, expect, test, vi } from 'vitest'
import { storeHost } from '../../src/data/store-host.js'

afterEach(() => vi.unstubAllEnvs())

test.each([
  ['postgres://ann:pass@db.example:5432/x', 'db.example'],
  ['postgres://ann@DB.example/x', 'db.example'],
  ['postgres://ann@127.0.0.1/x?host=10.1.2.3', '10.1.2.3'],
  ['postgres://ann@db.example/x?host=/run/postgresql', 'localhost'],
  ['postgres://ann@%2Frun%2Fpostgresql/x', 'localhost'],
  ['socket:/run/postgresql?db=x', 'localhost'],
  ['postgres://[::1]/x', '[::1]'],
  ['postgres://a%zz/x', 'a%zz'],
])('the host of %s is %s', (url, host) => {
  expect(storeHost(url, 'Postgres')).toBe(host)
})

test('an address without a place means PGHOST, or this machine', () => {
  vi.stubEnv('PGHOST', undefined)
  expect(storeHost('postgres:///x', 'Postgres')).toBe('localhost')
  vi.stubEnv('PGHOST', '10.1.2.3')
  expect(storeHost('postgres:///x', 'Postgres')).toBe('10.1.2.3')
  expect(storeHost('redis:///0', 'Redis')).toBe('localhost')
})

test('for Redis a host in the query is only taken where the place has none', () => {
  expect(storeHost('redis://10.1.2.3/0?host=127.0.0.1', 'Redis')).toBe('10.1.2.3')
  expect(storeHost('redis:///0?host=10.1.2.3', 'Redis')).toBe('10.1.2.3')
})

test('what is no URL says so', () => {
  expect(() => storeHost('10.1.2.3', 'Redis')).toThrow(/not a URL/)
})
