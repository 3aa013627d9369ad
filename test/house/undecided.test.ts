import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../.ci/undecided.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'vge-perf-undecided-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What it says against it. */
function objections(verdict: object): readonly string[] {
  writeFileSync(join(folder, 'verdict.json'), JSON.stringify(verdict))
  const { status, stdout } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
  const said = stdout.split('\n').flatMap((line) => line.trim() || [])
  expect(status).toBe(said.length === 0 ? 0 : 1)
  return said
}

const steal =
  'the hypervisor gave CPU time to other machines, more than 10 % of the time, in 6 of 12 measurements'

const verdictOf = (change: object, exit = 3) => ({
  exit,
  scenarios: [
    {
      scenario: 'checkout',
      outcome: 'invalid',
      units: 6,
      metrics: [{ name: 'pay p50', role: 'gate', decision: 'inconclusive' }],
      budgets: [{ name: 'pay p95', unit: 'us', decision: 'broken' }],
      mix: [{ step: 'pay', outcome: 'paid', decision: 'as_expected' }],
      invariants: [{ id: 'I1', status: 'held' }],
      health: { state: 'invalid', reasons: [steal] },
      errors: [],
      ...change,
    },
  ],
})

test('a gate that could not tell on a noisy machine is no failure of the tree', () => {
  expect(objections(verdictOf({}))).toEqual([])
  const beside = verdictOf({ outcome: 'inconclusive', health: { state: 'valid', reasons: [] } })
  const both = [...verdictOf({}).scenarios, ...beside.scenarios]
  expect(objections({ exit: 3, scenarios: both })).toEqual([])
})

test.each([
  ['it called a regression', { metrics: [{ name: 'pay p50', role: 'gate', decision: 'regression' }] }],
  ['it had no data', { metrics: [{ name: 'pay p50', role: 'gate', decision: 'no_data' }] }],
  ['a share was wrong', { mix: [{ step: 'pay', outcome: 'paid', decision: 'wrong' }] }],
  ['an invariant was broken', { invariants: [{ id: 'I1', status: 'broken' }] }],
  ['an invariant was not checked', { invariants: [{ id: 'I1', status: 'not_checked' }] }],
  ['nothing was measured', { units: 0 }],
  ['too much ended in an error', { budgets: [{ name: 'errors ≤ 1 %', unit: 'share', decision: 'broken' }] }],
  ['a budget had no data', { budgets: [{ name: 'pay p95', unit: 'us', decision: 'no_data' }] }],
  [
    'the generator lost samples beside',
    {
      health: {
        state: 'invalid',
        reasons: [steal, 'steps were counted and their samples were not, 3 of them'],
      },
    },
  ],
  ['the generator failed by itself', { errors: [{ class: 'generator', reason: 'journey_threw' }] }],
  ['the machine was quiet', { health: { state: 'invalid', reasons: ['a worker died'] } }],
])('it is one when %s', (_, change) => {
  expect(objections(verdictOf(change)).length).toBeGreaterThan(0)
})

test('what a machine without time does beside is no objection, where it is known to have none', () => {
  const behind =
    'the generator waited for a core more than 25 % of the time, in 6 of 9 measurements (up to 40 %)'
  expect(objections(verdictOf({ health: { state: 'invalid', reasons: [behind, steal] } }))).toEqual([])
  const alone = verdictOf({ health: { state: 'invalid', reasons: [behind] } })
  expect(objections({ exit: 3, scenarios: [...verdictOf({}).scenarios, ...alone.scenarios] })).toEqual([])
  expect(objections(alone)).toEqual(['nothing is said against the machine'])
})

test('it is one with any other exit code, and without a scenario', () => {
  expect(objections(verdictOf({}, 1))).toEqual(['the gate ended with 1'])
  expect(objections({ exit: 3, scenarios: [] })).toContain('no scenario was measured')
})
