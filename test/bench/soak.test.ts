import { expect, test } from 'vitest'
import { judgeSoak } from '../../bench/soak/judge.js'
import type { Minute } from '../../bench/soak/minute.js'

const minutes = (figure: (minute: number) => Partial<Minute>): Minute[] =>
  Array.from({ length: 40 }, (_, index) => ({
    minute: index + 1,
    workers: 100e6,
    main: 80e6,
    lag: { p50: 3, p99: 50, max: 900, count: 60_000 },
    total: { p50: 200, p99: 400, max: 3_000, count: 60_000 },
    ...figure(index + 1),
  }))
const books = { intended: 100, started: 100, answered: 100, cutShort: false }
const missed = (all: readonly Minute[], end = books): string[] =>
  judgeSoak(all, end)
    .filter(({ holds }) => !holds)
    .map(({ id }) => id)

test('a soak that stays as it was holds, whatever its first minutes and a single bad one are like', () => {
  expect(
    missed(minutes((minute) => (minute < 10 ? { workers: 40e6 } : minute === 35 ? { workers: 900e6 } : {}))),
  ).toEqual([])
})

test('memory that grows, a schedule that drifts and work that is not done are each told', () => {
  expect(missed(minutes((minute) => ({ workers: 100e6 + minute * 1e6 })))).toEqual(['soak.memory.workers'])
  expect(missed(minutes((minute) => ({ main: 80e6 + minute * 1e6 })))).toEqual(['soak.memory.main'])
  expect(missed(minutes((minute) => ({ lag: { p50: minute * 10, p99: 0, max: 0, count: 1 } })))).toEqual([
    'soak.drift',
  ])
  expect(
    missed(
      minutes(() => ({})),
      { ...books, started: 99 },
    ),
  ).toEqual(['soak.not-started'])
  expect(
    missed(
      minutes(() => ({})),
      { ...books, answered: 99 },
    ),
  ).toEqual(['soak.not-answered'])
  expect(
    missed(
      minutes(() => ({})),
      { ...books, cutShort: true },
    ),
  ).toEqual(['soak.not-started', 'soak.not-answered'])
})
