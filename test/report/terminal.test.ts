import { expect, test } from 'vitest'
import { reporters, terminal } from '../../src/report/index.js'
import type { ScenarioVerdict, StepTime, Verdict } from '../../src/model/verdict.js'
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
  // A name that is longer than its column is whole, and its figures stand below it.
  expect(text).toContain(`\n    ${long}\n      `)
  const rows = text.split('\n').filter((line) => /^ {4}.*[✓✗?·] [a-z ]+$/u.test(line))
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
  expect(text).toContain('? not checked: I6 bitmap-equals-database: no database was named')
})

test('what held because there was nothing to weigh is said', () => {
  const held = { id: 'I1', title: 'x', status: 'held', offenders: [], count: 0 } as const
  const none = { what: 'tickets', count: 0 }
  const invariants = [
    { ...held, name: 'on-one-start', group: 0, looked: none },
    { ...held, name: 'on-one-start', group: 1, looked: { what: 'tickets', count: 2 } },
    { ...held, name: 'never', group: 0, looked: none },
    { ...held, name: 'never', group: 1, looked: none },
    { ...held, name: 'uncounted', group: 0 },
  ]
  const text = plain(verdict({ scenarios: [scenarioVerdict({ invariants })] }))
  expect(text).toContain('✓ 2 invariants held')
  expect(text).toMatch(/· nothing to weigh: I1 never \(no tickets\)\n/)
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

const time = (step: string, more: Partial<StepTime> = {}): StepTime => ({
  arm: 'candidate',
  metric: step,
  outcome: 'won',
  count: 700,
  mean: 9_000,
  p50: 6_000,
  p95: 32_000,
  p99: 48_000,
  share: 0.4,
  parts: { lag: 500, send: 90, wait: 8_300, receive: 110 },
  ...more,
})
const alone = (more: Partial<ScenarioVerdict>): Verdict => {
  const metrics = [
    metric('reserve p50', 'inconclusive', { role: 'diagnostic', reason: 'no_control' }),
    metric('achieved rate', 'inconclusive', { role: 'diagnostic', reason: 'no_control', unit: 'per_second' }),
  ].map((one) => ({ ...one, control: undefined, change: undefined }))
  return verdict({ mode: 'none', scenarios: [scenarioVerdict({ metrics, mix: [], ...more })] })
}

test('with nothing to compare with, the screen says where the time went and has no column for a control', () => {
  const shown = alone({
    times: [time('whole', { share: 1, parts: {} }), time('reserve'), time('heard', { count: 20_000 })],
  })
  const text = plain(shown)
  const lines = text.split('\n')
  const line = (of: string): string => lines.find((one) => one.startsWith(`    ${of}`)) ?? ''
  expect(line('where the time went')).toMatch(/count {2}share +p50 +p95 +p99 {2}of which$/)
  expect(line('reserve won')).toMatch(/ 700 +40 % +6\.0 ms +32\.0 ms +48\.0 ms {2}wait 92 %$/)
  // Where there is room all parts of some size are told.
  expect(plain(shown, 100)).toMatch(/reserve won .* wait 92 %, lag 6 %\n/)
  const narrow = plain(shown, 60).split('\n').slice(0, -3)
  expect(Math.max(...narrow.map((one) => Array.from(one).length))).toBeLessThanOrEqual(60)
  expect(text).toMatch(/found +limit {2}verdict/)
  expect(text).not.toMatch(/control {2}|reserve p50|no control to compare with/)
  expect(line('achieved rate')).toContain('· not judged')
  expect(Math.max(...lines.slice(0, -3).map((one) => Array.from(one).length))).toBeLessThanOrEqual(80)
  expect(plain(verdict({ scenarios: [scenarioVerdict({ times: [time('reserve')] })] }))).not.toContain(
    'where the time',
  )
})

test('headings of the table are two blanks apart, at every width', () => {
  for (const columns of [60, 80, 100, 120])
    expect(plain(verdict(), columns)).toContain('  control  candidate  change or limit  verdict')
})

test('figures beyond all reason give way, so that the word of the verdict stays in its line', () => {
  const wild = metric('scan p50', 'pass', { control: 1e45, candidate: 1e45 })
  const text = plain(verdict({ scenarios: [scenarioVerdict({ metrics: [wild] })] }), 60)
  expect(text).toMatch(/ ✓ pass$/m)
  expect(Math.max(...text.split('\n').map((line) => Array.from(line).length))).toBeLessThanOrEqual(80)
})

test('errors say which step, what and whose, the most frequent three', () => {
  const errors = [900, 80, 7, 6].map((count, at) => ({
    arm: 'candidate' as const,
    step: `step${at}`,
    class: 'target' as const,
    reason: 'undeclared_404',
    count,
    example: 'it answered 404',
  }))
  const text = plain(alone({ errors }))
  expect(text).toContain('! 900 × step0, undeclared_404 (target): it answered 404')
  expect(text).toContain('! … and 1 kind more of errors')
  expect(text).not.toContain('step3')
  const both = errors.map((one, at) => ({ ...one, arm: at === 0 ? ('control' as const) : one.arm }))
  expect(plain(alone({ errors: both }))).toContain('(target, control)')
})

test('a budget of a step with several outcomes names the one whose figure it tells', () => {
  const budget = {
    name: 'whole@steady p99 ≤ 5 s',
    step: 'whole',
    outcome: 'cancelled',
    arm: 'candidate',
    limit: 5_000_000,
    unit: 'us',
    value: 6_000_000,
    decision: 'broken',
    reason: 'over_limit',
  } as const
  const text = plain(alone({ budgets: [budget] }))
  expect(text).toMatch(/whole@steady cancelled p99 +6\.00 s +≤ 5 s/)
  expect(text).toContain('each outcome is held against it')
})

test('a run that measured nothing says so in a few lines, and does not praise its generator', () => {
  const invariants = ['a-holds', 'b-holds'].map((name) => ({
    name,
    id: name,
    title: name,
    group: 0,
    status: 'not_checked' as const,
    reason: 'the run recorded no result',
    offenders: [],
    count: 0,
  }))
  const metrics = ['reserve', 'pay', 'whole'].map((step) => {
    const {
      control: _,
      candidate: __,
      change: ___,
      ...one
    } = metric(`${step} p50`, 'no_data', { reason: 'no_samples' })
    return one
  })
  const text = plain(alone({ units: 0, starts: 0, metrics, budgets: [], invariants }))
  expect(text).toContain('? no data: reserve p50, pay p50, whole p50: not one sample was recorded')
  expect(text).toContain('? not checked: a-holds, b-holds: the run recorded no result')
  expect(text).toContain('· generator not judged')
  expect(text).not.toMatch(/generator valid|is too much/)
})

test('a degraded generator is told once', () => {
  const health = { state: 'degraded', reasons: ['it waited for a core'] } as const
  expect(plain(alone({ health })).split('it waited for a core')).toHaveLength(2)
})
