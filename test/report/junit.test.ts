import { expect, test } from 'vitest'
import { reporters } from '../../src/report/index.js'
import type { Outcome, Verdict } from '../../src/model/verdict.js'
import { exitOf } from '../../src/compare/findings.js'
import { crowded, hostile } from './extremes.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'
import { readXml, type Element } from './xml-reader.js'

interface Rule {
  readonly needs: readonly string[]
  readonly may: readonly string[]
  readonly holds: readonly string[]
}

/**
 * What both schemas in use allow. Sources: jenkinsci/xunit-plugin, junit-10.xsd (commit 8c515de); apache/maven-surefire,
 * surefire-test-report.xsd (commit 15475f2), which has no root `testsuites`, wants `time` of a case, `type` of a failure, and an order.
 */
const rules: Readonly<Record<string, Rule>> = {
  testsuites: { needs: [], may: ['name', 'time', 'tests', 'failures', 'errors'], holds: ['testsuite'] },
  testsuite: {
    needs: ['name', 'tests', 'failures', 'errors', 'skipped'],
    may: ['time', 'group'],
    holds: ['properties', 'testcase'],
  },
  properties: { needs: [], may: [], holds: ['property'] },
  property: { needs: ['name', 'value'], may: [], holds: [] },
  testcase: {
    needs: ['name', 'time'],
    may: ['classname', 'group'],
    holds: ['failure', 'skipped', 'error', 'system-out', 'system-err'],
  },
  failure: { needs: ['type'], may: ['message'], holds: [] },
  error: { needs: ['type'], may: ['message'], holds: [] },
  skipped: { needs: [], may: ['message'], holds: [] },
  'system-out': { needs: [], may: [], holds: [] },
}
const mixed = new Set(['failure', 'error', 'skipped', 'system-out'])
const surefireTime = /^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]{0,3})?$/

function assertAllowed(element: Element): void {
  const { name, attributes, children, text } = element
  const rule = rules[name]
  if (rule === undefined) throw new Error(`no element ${name}`)
  expect(Object.keys(attributes)).toEqual(expect.arrayContaining([...rule.needs]))
  expect(Object.keys(attributes).filter((key) => ![...rule.needs, ...rule.may].includes(key))).toEqual([])
  if (attributes['time'] !== undefined) expect(attributes['time']).toMatch(surefireTime)
  const places = children.map((child) => rule.holds.indexOf(child.name))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  if (!mixed.has(name)) expect(text.trim()).toBe('')
  for (const child of children) assertAllowed(child)
}

const suites = (one: Verdict): readonly Element[] => {
  const root = readXml(reporters.junit.render(one, []))
  expect(root.name).toBe('testsuites')
  assertAllowed(root)
  const total = { tests: 0, failures: 0, errors: 0 }
  for (const suite of root.children) {
    const cases = suite.children.filter(({ name }) => name === 'testcase')
    const count = (what: string): number => cases.filter((each) => each.children[0]?.name === what).length
    const { tests, failures, errors, skipped } = suite.attributes
    expect([tests, failures, errors, skipped].map(Number)).toEqual([
      cases.length,
      count('failure'),
      count('error'),
      count('skipped'),
    ])
    // A pipeline knows a case again by its class and name.
    expect(
      new Set(cases.map(({ attributes }) => `${attributes['classname']} ${attributes['name']}`)).size,
    ).toBe(cases.length)
    total.tests += Number(tests)
    total.failures += Number(failures)
    total.errors += Number(errors)
  }
  expect(root.attributes).toMatchObject(
    Object.fromEntries(Object.entries(total).map(([key, value]) => [key, String(value)])),
  )
  return root.children
}

/** `reserve p90` → `failure`, of the first suite. */
const resultsOf = (one: Verdict): Record<string, string> =>
  Object.fromEntries(
    (suites(one)[0]?.children ?? [])
      .filter(({ name }) => name === 'testcase')
      .map(({ attributes, children }) => [
        `${attributes['classname']?.split('.').at(-1)} ${attributes['name']}`,
        children[0] === undefined || children[0].name === 'system-out' ? 'passed' : children[0].name,
      ]),
  )

test('a suite a scenario, a case for all that decides, diagnostics not', () => {
  expect(suites(verdict()).map(({ attributes }) => attributes['name'])).toEqual([
    'seat-selection (ci)',
    'checkout (ci)',
  ])
  expect(resultsOf(verdict())).toEqual({
    'verdict verdict': 'failure',
    'metrics reserve p90': 'failure',
    'metrics reserve p50': 'passed',
    'budgets reserve p99 ≤ 500 ms': 'failure',
    'mix reserve rate_limited': 'error',
    'invariants one-live-hold-a-seat': 'passed',
    'generator health': 'passed',
  })
  const text = reporters.junit.render(verdict(), [])
  expect(text).toMatch(
    /<failure message="✗ regression: 47\.0 ms, control 41\.2 ms; \+14 % ±3; worse by more than what is ignored/,
  )
})

test('what could not be told is an error, never a pass nor skipped', () => {
  const invariant = { id: 'I1', title: 'Sound', group: 0, offenders: [], count: 0 } as const
  const one = scenarioVerdict({
    units: 0,
    metrics: [
      metric('a p50', 'inconclusive'),
      metric('b p50', 'no_data'),
      metric('c p50', 'improvement'),
      metric('d p99', 'regression', { role: 'diagnostic' }),
    ],
    budgets: (['held', 'broken', 'inconclusive', 'no_data'] as const).map((decision) => ({
      name: decision,
      step: 's',
      arm: 'candidate',
      limit: 1,
      unit: 'us',
      decision,
      reason: 'x',
    })),
    mix: (['as_expected', 'wrong', 'shifted', 'no_data'] as const).map((decision) => ({
      step: 's',
      outcome: decision,
      decision,
      reason: 'x',
    })),
    invariants: [
      { ...invariant, name: 'often', status: 'held' },
      {
        ...invariant,
        name: 'often',
        group: 1,
        status: 'broken',
        offenders: [{ id: 'seat-7', what: 'two owners' }],
        count: 9,
      },
      {
        ...invariant,
        name: 'often',
        group: 2,
        status: 'broken',
        offenders: [{ id: 'seat-8', what: 'no owner' }],
        count: 1,
      },
      { ...invariant, name: 'open', status: 'not_checked', reason: 'no database was named' },
      { ...invariant, name: 'waived', status: 'not_checked', reason: 'no database was named' },
      { ...invariant, name: 'waived-but-broken', status: 'broken' },
      { ...invariant, name: 'idle', status: 'held', looked: { what: 'tickets', count: 0 } },
      { ...invariant, name: 'once', status: 'held', looked: { what: 'tickets', count: 0 } },
      { ...invariant, name: 'once', group: 1, status: 'held', looked: { what: 'tickets', count: 2 } },
    ],
    waived: ['waived', 'waived-but-broken'],
  })
  expect(resultsOf(verdict({ scenarios: [one] }))).toEqual({
    'verdict verdict': 'failure',
    'metrics a p50': 'error',
    'metrics b p50': 'error',
    'metrics c p50': 'passed',
    'budgets held': 'passed',
    'budgets broken': 'failure',
    'budgets inconclusive': 'error',
    'budgets no_data': 'error',
    'mix s as_expected': 'passed',
    'mix s wrong': 'error',
    'mix s shifted': 'failure',
    'mix s no_data': 'error',
    'invariants often': 'failure',
    'invariants open': 'error',
    'invariants waived': 'skipped',
    'invariants waived-but-broken': 'failure',
    'invariants idle': 'skipped',
    'invariants once': 'passed',
    'generator health': 'error',
  })
  const text = reporters.junit.render(verdict({ scenarios: [one] }), [])
  expect(text).toContain('<skipped message="waived by name: no database was named">')
  expect(text).toContain('<skipped message="nothing to weigh: no tickets">')
  expect(text).toMatch(/seat-7: two owners\nseat-8: no owner\n… and 8 more/)
})

test('a suite is red whenever its scenario does not pass, and a verdict over nothing is red', () => {
  const outcomes: readonly Outcome[] = [
    'pass',
    'improvement',
    'regression',
    'broken',
    'over_budget',
    'inconclusive',
    'invalid',
    'wrong_mix',
    'failed',
    'interrupted',
  ]
  for (const outcome of outcomes) {
    const exit = exitOf(outcome)
    const health = { state: outcome === 'invalid' ? 'invalid' : 'valid', reasons: ['it lagged'] } as const
    const bare = { metrics: [], budgets: [], mix: [], invariants: [], health }
    const [suite] = suites(verdict({ scenarios: [scenarioVerdict({ ...bare, outcome, exit })] }))
    const red = Number(suite?.attributes['failures']) + Number(suite?.attributes['errors']) > 0
    expect([outcome, red]).toEqual([outcome, exit !== 0])
    expect([outcome, Number(suite?.attributes['failures']) > 0]).toEqual([outcome, exit === 1])
  }
  const [nothing] = suites(verdict({ outcome: 'failed', exit: 4, reason: 'no_scenarios', scenarios: [] }))
  expect(nothing?.attributes).toMatchObject({ tests: '1', errors: '1' })
})

test('names and answers of others leave it well-formed and inert', () => {
  const names = suites(hostile()).flatMap(({ children }) =>
    children.map(({ attributes }) => attributes['name'] ?? ''),
  )
  expect(names.some((name) => name.includes('<script>alert(1)</script>'))).toBe(true)
  expect(names.some((name) => name.includes('\uffff'))).toBe(false)
  expect(suites(crowded(9, 9))).toHaveLength(9)
})

test('the reader of these tests refuses what is not XML', () => {
  const head = '<?xml version="1.0" encoding="UTF-8"?>'
  for (const bad of [
    '<a>&b</a>',
    '<a b="<"/>',
    '<a>\u0001</a>',
    '<a></b>',
    '<a b="1" b="2"/>',
    '<a>]]></a>',
    '<a/><b/>',
    '<a>',
  ])
    expect(() => readXml(head + bad)).toThrow(/expected|bare|illegal|twice|\]\]>/)
  expect(() =>
    assertAllowed(readXml(`${head}<testsuites><testsuite name="a" tests="1"/></testsuites>`)),
  ).toThrow(/deeply equal/)
})
