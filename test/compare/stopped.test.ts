import { expect, test } from 'vitest'
import type { RunFile } from '../../src/model/artefact.js'
import { nextStep } from '../../src/compare/next.js'
import { arms, judged, type Plan } from './cases.js'

const end = (stopped?: 'settled' | 'unit_cap' | 'time_spent'): { readonly end: RunFile['end'] } => ({
  end: { endedAt: '2026-11-24T12:01:00Z', status: 'complete', ...(stopped === undefined ? {} : { stopped }) },
})
const p50 = (plan: Plan, stopped?: 'settled' | 'unit_cap' | 'time_spent', capReached = true) => {
  const { verdict } = judged({ ...arms(plan, {}, end(stopped)), capReached })
  return { verdict, metric: verdict.metrics.find(({ name }) => name === 'reserve p50') }
}
const noisy: Plan = { sigma: 0.12, units: 4, seed: 'noise' }

test('every metric that gates says why no more units were taken, and those that do not gate say nothing', () => {
  const word = (...of: Parameters<typeof p50>): unknown => p50(...of).metric?.stopped?.reason
  expect(word({ units: 4 })).toBe('decided_at_look')
  expect(p50({ units: 4 }).metric?.stopped?.sentence).toBe('decided at look 1 of 5, after 4 units')
  expect(word({ units: 5 })).toBe('decided_at_end')
  expect(word({ units: 6, slower: 1.15, confirmations: 3 })).toBe('confirmed')
  expect(word(noisy, 'time_spent')).toBe('time_spent')
  expect(word(noisy, 'unit_cap')).toBe('unit_cap')
  expect(word(noisy, 'settled')).toBe('nothing_more_wanted')
  expect(word(noisy)).toBe('not_recorded')
  expect(word(noisy, undefined, false)).toBe('measuring')
  const { metrics } = p50(noisy).verdict
  for (const { role, stopped } of metrics) expect(stopped === undefined).toBe(role === 'diagnostic')
})

test('a metric that gates has its change, its spread and the smallest that it would have seen; so has a share of errors', () => {
  for (const metric of p50({ units: 4 }).verdict.metrics.filter(({ role }) => role === 'gate')) {
    const { change, difference, sigma, smallest } = metric
    if (metric.statistic === 'error share') {
      expect(difference?.low).toBeLessThan(difference?.mean ?? NaN)
      expect(difference?.high).toBeGreaterThan(difference?.mean ?? NaN)
      expect(difference?.smallest).toBeGreaterThan(0.001)
    } else {
      expect(change?.low).toBeLessThanOrEqual(change?.mean ?? NaN)
      expect(smallest).toBeGreaterThan(0)
    }
    expect(sigma).toBeGreaterThanOrEqual(0)
  }
})

test('what is undecided says how many more units would settle it, at what price, and which noise is the larger', () => {
  const { verdict, metric } = p50(noisy, 'unit_cap')
  expect(metric?.settling?.units).toBeGreaterThan(0)
  expect((metric?.settling?.units ?? 0) % 2).toBe(0)
  expect(verdict.settling).toMatchObject({ starts: (verdict.settling?.units ?? 0) / 2 })
  // A start has two units of four seconds, and in memory they begin at once.
  expect(verdict.settling?.minutes).toBeCloseTo(((verdict.settling?.starts ?? 0) * 4) / 60, 2)
  const head = { mode: 'paired', repeat: 'vge-perf gate --minutes 9', elapsedSeconds: 1_500 } as const
  const next = nextStep(verdict, head) ?? ''
  expect(next).toMatch(/^vge-perf gate --minutes 2[67] \(about \d+ more units on \d+ starts, /)
  expect(next).toContain(`; gate.maxUnits must allow ${4 + (verdict.settling?.units ?? 0)}`)
  expect(nextStep(p50(noisy, 'time_spent').verdict, head)).not.toContain('gate.maxUnits')
  expect(p50({ units: 4 }).metric).not.toHaveProperty('settling')
  expect(p50({ units: 4 }).verdict).not.toHaveProperty('settling')
})

test('what to do next is never what is refused, nor what was done', () => {
  const { verdict } = p50(noisy, 'unit_cap')
  const head = {
    mode: 'paired',
    repeat: 'vge-perf gate --target URL',
    elapsedSeconds: 600,
    minutes: 60,
  } as const
  expect(nextStep(verdict, head)).toMatch(/^vge-perf gate --target URL --minutes 60 \(/)
  const far = {
    ...verdict,
    settling: { ...verdict.settling, figure: 'reserve p50', noise: 'units' as const, units: 90 },
  }
  expect(nextStep(far, head)).toMatch(
    /^vge-perf gate --target URL \(on a quieter machine.* no more than 60 units\)$/,
  )
  const spent = p50(noisy, 'time_spent').verdict
  expect(nextStep(spent, head)).toMatch(/ --minutes 120 /)
  expect(nextStep(spent, { ...head, minutes: 120 })).toMatch(/no more than 120 minutes\)$/)
  const few = { ...verdict, reason: 'too_few_samples', profile: 'ci' }
  expect(nextStep(few, head)).toBe(
    'vge-perf gate --target URL --profile full (more samples; or a longer phase in the scenario, where it has no such profile)',
  )
  const noisyHere = { ...verdict, reason: 'no_metric_may_gate' }
  expect(
    nextStep(noisyHere, { ...head, repeat: 'vge-perf gate --target A --control B --config c.ts' }),
  ).toContain(' --target A --control B --config c.ts (on a quieter machine')
})

test('what to do next measures the same target in the same way, and is a line that is taken', () => {
  const { verdict } = p50(noisy, 'unit_cap')
  const next = (reason: string, repeat: string, more = {}) =>
    nextStep({ ...verdict, exit: 3, reason }, { mode: 'paired', repeat, ...more })
  const here = ' --config c.ts --nodes 2 --engine k6 --workers 2'
  expect(
    next('fingerprint_differs', `vge-perf gate${here} --baselines /b --baseline rel`, { baseline: 'rel' }),
  ).toBe(
    'vge-perf baseline record rel --scenario seats --profile ci --config c.ts --nodes 2 --engine k6 --workers 2 --baselines /b --sessions 8, then vge-perf baseline promote rel --baselines /b',
  )
  expect(next('wrong_mix', 'vge-perf gate --config c.ts')).toContain('--profile ci --config c.ts (shows')
  expect(next('too_few_samples', "vge-perf gate --profile 'very small' --seed a")).toMatch(
    /^vge-perf gate --seed a --profile full \(/,
  )
  expect(
    next('too_few_samples', 'vge-perf gate --baseline main', { mode: 'baseline', baseline: 'main' }),
  ).toMatch(/^vge-perf baseline record main .*\(after a longer phase/)
  const stored = { mode: 'stored', measuredBy: 'vge-perf gate --target A --control B' }
  expect(next('undecided', 'vge-perf compare a b', stored)).toBe(
    'measure again: vge-perf gate --target A --control B',
  )
})
