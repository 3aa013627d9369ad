import { expect, test } from 'vitest'
import { exactQuantiles, reportedQuantiles } from '../../bench/frame/quantiles.js'
import { Samples } from '../../bench/frame/samples.js'
import { farthest } from '../../bench/queue/agreement.js'
import type { Interval, Part } from '../../src/model/engine.js'

const truth = { p50: 2_000, p90: 5_000, p99: 50_000, 'p99.9': 100_000, max: 400_000 }

test('up to 100 ms a quantile may be off by 1 ms, above by 1 %', () => {
  expect(farthest({ ...truth, p90: 5_500, max: 401_000 }, truth)).toEqual({ level: 'p90', times: 0.5 })
  expect(farthest({ ...truth, p90: 5_500, max: 397_000 }, truth)).toEqual({ level: 'max', times: 0.75 })
  expect(farthest({ ...truth, p50: 500 }, truth)).toEqual({ level: 'p50', times: 1.5 })
})

test('what was not measured is as far off as can be', () => {
  expect(farthest({ ...truth, p99: NaN }, truth)).toEqual({ level: 'p99', times: Number.POSITIVE_INFINITY })
  expect(exactQuantiles([])).toEqual({ p50: NaN, p90: NaN, p99: NaN, 'p99.9': NaN, max: NaN })
  expect(reportedQuantiles([])).toEqual(exactQuantiles([]))
})

test('quantiles are samples at their ranks, and a report has them to three digits', () => {
  const values = Array.from({ length: 1_000 }, (_, index) => ((index * 7_919) % 1_000) * 100 + 7)
  const exact = exactQuantiles(values)
  expect(exact).toEqual({ p50: 49_907, p90: 89_907, p99: 98_907, 'p99.9': 99_807, max: 99_907 })
  const reported = reportedQuantiles(values)
  for (const level of ['p50', 'p90', 'p99', 'p99.9'] as const)
    expect(Math.abs(reported[level] / exact[level] - 1)).toBeLessThan(0.001)
  expect(reported.max).toBe(exact.max)
})

const interval = (
  metric: string,
  part: Part,
  outcome: string,
  second: number,
  values: number[],
): Interval => ({
  arm: 'candidate',
  metric,
  part,
  outcome,
  second,
  values: Uint32Array.from(values),
})

test('all samples of a part count, of every outcome and second', () => {
  const samples = new Samples()
  samples.add(interval('get', 'total', 'served', 0, [300, 100]))
  samples.add(interval('get', 'total', 'error', 1, [200]))
  samples.add(interval('get', 'service', 'served', 0, [50]))
  samples.add(interval('whole', 'total', 'done', 0, [900]))
  const { get, whole } = samples.summaries()
  expect(get?.total).toMatchObject({ count: 3, least: 100, quantiles: { p50: 200, max: 300 } })
  expect(get?.service?.count).toBe(1)
  expect(whole?.total?.quantiles.max).toBe(900)
  expect(whole?.service).toBeUndefined()
})
