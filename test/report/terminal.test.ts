import { expect, test } from 'vitest'
import { reporters, terminal } from '../../src/report/index.js'
import type { Verdict } from '../../src/model/verdict.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'

const plain = (one: Verdict, columns = 80): string => terminal(one, { columns, colour: false })

test('the headline is the first line, and the worst scenario comes before those that pass', () => {
  const lines = plain(verdict()).split('\n')
  expect(lines[0]).toMatch(/^REGRESSION {2}reserve is slower: p90 \+14 %/)
  const at = (text: string): number => lines.findIndex((line) => line.includes(text))
  expect(at('seat-selection · ci')).toBeLessThan(at('checkout · ci'))
  expect(at('reserve p90')).toBeLessThan(at('reserve p50'))
  expect(lines.join('\n')).toContain('Page:   reports/2026-11-24T13-05/index.html')
  expect(lines.join('\n')).toContain('Again:  vge-perf gate --scenario seat-selection --seed 81f3')
  expect(lines.join('\n')).toMatch(/Exit: {3}1 /)
})

test('a headline that brings its word is not given a second one', () => {
  expect(plain(verdict({ headline: 'BROKEN  two live holds on seat s1' }))).toMatch(/^BROKEN {2}two/)
})

test('eighty columns hold the longest names, and the figures of all rows end in the same column', () => {
  const long = 'reserve-of-a-very-long-name-indeed@opening-rush mean of p75–p95'
  const scenario = scenarioVerdict({
    scenario: `scenario-${'x'.repeat(90)}`,
    metrics: [
      metric(long, 'regression', {
        control: 41_200,
        candidate: 200_000_000,
        change: { mean: -0.042, low: -0.0733, high: -0.011 },
      }),
      metric('scan achieved rate', 'pass', { unit: 'per_second', control: 12_345, candidate: 9 }),
    ],
    mix: [
      {
        step: 'reserve',
        outcome: 'won',
        control: 0.9999,
        candidate: 0.9955,
        bounds: { atLeast: 0.999, atMost: 1 },
        decision: 'shifted',
        reason: 'mix_shifted',
      },
    ],
    health: {
      state: 'degraded',
      reasons: ['lag p99 of unit 3 was 61 ms, over 50 ms; the machine had other work', 'y'.repeat(200)],
    },
    warnings: [
      'the kernel of the control was 6.1.0-13, of the candidate 6.1.0-18: only recorded, but worth a look',
    ],
  })
  const text = plain(verdict({ scenarios: [scenario] }))
  expect(Math.max(...text.split('\n').map((line) => Array.from(line).length))).toBeLessThanOrEqual(80)
  const rows = text.split('\n').filter((line) => /^ {4}(reserve|scan)/.test(line))
  expect(rows.length).toBe(4)
  expect(new Set(rows.map((line) => line.search(/[✓✗?·] \D+$/u))).size).toBe(1)
})

test('colour adds nothing but colour, and is absent when off', () => {
  const off = plain(verdict())
  const on = terminal(verdict(), { columns: 80, colour: true })
  expect(off).not.toContain('\u001b')
  expect(on).toContain('\u001b[31m')
  expect(on.replaceAll(/\p{Cc}\[\d+m/gu, '')).toBe(off)
})

test('a broken invariant lists five offenders and counts the rest', () => {
  const offenders = Array.from({ length: 20 }, (_, n) => ({
    id: `seat-${n}`,
    what: 'two live holds',
  }))
  const invariants = [
    {
      name: 'one-live-hold-a-seat',
      id: 'I1',
      title: 'A seat has one live hold',
      group: 0,
      status: 'broken',
      offenders,
      count: 137,
    },
    {
      name: 'bitmap-equals-database',
      id: 'I6',
      title: 'x',
      group: 0,
      status: 'not_checked',
      reason: 'no database was named',
      offenders: [],
      count: 0,
    },
  ] as const
  const text = plain(verdict({ scenarios: [scenarioVerdict({ invariants })] }))
  expect(text).toMatch(/32 s\./)
  expect(text).toContain('✗ I1 one-live-hold-a-seat broken')
  expect(text.indexOf('I1 one-live')).toBeLessThan(text.indexOf('reserve p90  '))
  expect(text).toContain('seat-4: two live holds')
  expect(text).not.toContain('seat-5:')
  expect(text).toContain('… and 132 more')
  expect(text).toContain('? I6 bitmap-equals-database not checked: no database was named')
})

test('diagnostics are shown where their step is in trouble, and not where all is well', () => {
  const calm = [metric('scan p50', 'pass'), metric('scan p99', 'regression', { role: 'diagnostic' })]
  expect(plain(verdict())).toMatch(/reserve p99.*· not judged/)
  expect(plain(verdict({ scenarios: [scenarioVerdict({ metrics: calm })] }))).not.toContain('scan p99')
  const alone = [metric('scan p99', 'inconclusive', { role: 'diagnostic', reason: 'no_control' })]
  expect(plain(verdict({ scenarios: [scenarioVerdict({ metrics: alone })] }))).toMatch(
    /scan p99.*· not judged/,
  )
})

test('probes are for the page: by their title there, and nowhere in the terminal', () => {
  const probe = { role: 'diagnostic', statistic: 'probe', title: 'lookups that ETS answered' } as const
  const metrics = [
    metric('whole p50', 'inconclusive', probe),
    metric('scan p99', 'inconclusive', { role: 'diagnostic' }),
  ]
  const shown = verdict({ scenarios: [scenarioVerdict({ metrics })] })
  expect(plain(shown)).toContain('scan p99')
  expect(plain(shown)).not.toMatch(/ETS|whole p50/)
  for (const reporter of [reporters.html, reporters.markdown])
    expect(reporter.render(shown, [])).toContain('lookups that ETS answered')
})

test('many passing rows are counted instead of hiding the failure', () => {
  const metrics = Array.from({ length: 30 }, (_, n) =>
    metric(`step${n} p50`, n === 17 ? 'regression' : 'pass'),
  )
  const text = plain(verdict({ scenarios: [scenarioVerdict({ metrics, budgets: [], mix: [] })] }))
  expect(text).toContain('step17 p50')
  expect(text).toContain('… and 23 more that are fine; the page has them all')
})

test('what came over the wire cannot steer the terminal', () => {
  const warnings = ['seat \u001b[2J\u0007gone\nPASS  all is well']
  const text = plain(verdict({ scenarios: [scenarioVerdict({ warnings })] }))
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  expect(text).not.toMatch(/^PASS/m)
})
