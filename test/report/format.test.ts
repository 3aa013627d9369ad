import { expect, test } from 'vitest'
import {
  between,
  change,
  changeWithin,
  count,
  duration,
  limit,
  measure,
  moment,
  share,
} from '../../src/report/format.js'

test('durations take a fitting unit and never round into a foreign one', () => {
  const said = [
    310, 999.6, 8_100, 41_200, 99_960, 500_000, 620_000, 9_996_000, 51_000_000, 200_000_000, 7_260_000_000,
  ].map(duration)
  expect(said).toEqual([
    '310 µs',
    '1.0 ms',
    '8.1 ms',
    '41.2 ms',
    '100 ms',
    '500 ms',
    '0.62 s',
    '10.0 s',
    '51.0 s',
    '3 min 20 s',
    '2 h 1 min',
  ])
  expect([duration(0), duration(0.4), duration(NaN)]).toEqual(['0 µs', '0.4 µs', '–'])
})

test('a share is never rounded to nothing or to all', () => {
  expect([0, 0.00001, 0.001, 0.1234, 0.996, 0.99999, 1].map(share)).toEqual([
    '0 %',
    '< 0.01 %',
    '0.10 %',
    '12.3 %',
    '99.60 %',
    '> 99.99 %',
    '100 %',
  ])
})

test('limits read as they were written; measured figures keep their digits', () => {
  expect([
    limit(5_000_000, 'us'),
    limit(500_000, 'us'),
    limit(0.001, 'share'),
    limit(100, 'per_second'),
  ]).toEqual(['5 s', '500 ms', '0.1 %', '100 /s'])
  expect([
    measure(1_234, 'per_second'),
    measure(undefined, 'us'),
    measure(5.25, 'count'),
    count(10_000),
  ]).toEqual(['1,234 /s', '–', '5.25', '10,000'])
})

test('changes carry their sign and the wider half of the interval', () => {
  expect(changeWithin({ mean: 0.14, low: 0.11, high: 0.18 })).toBe('+14 % ±4')
  expect(changeWithin({ mean: -0.02, low: -0.03, high: -0.011 })).toBe('−2.0 % ±1.0')
  expect(changeWithin({ mean: 0.14, low: -Infinity, high: Infinity })).toBe('+14 %')
  expect([change(0), change(11), between(0.11, 0.17)]).toEqual(['0.0 %', '×12', 'between +11 and +17 %'])
})

test('places on the axis of time read as clocks do', () => {
  expect([0, 0.7, 12, 12.5, 200, 600].map(moment)).toEqual([
    '0 s',
    '0.7 s',
    '12 s',
    '12.5 s',
    '3 min 20 s',
    '10 min',
  ])
})
