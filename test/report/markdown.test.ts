import { expect, test } from 'vitest'
import { reporters } from '../../src/report/index.js'
import type { Verdict } from '../../src/model/verdict.js'
import { crowded, hostile } from './extremes.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'

const written = (one: Verdict): string => reporters.markdown.render(one, [])
const bytes = (text: string): number => Buffer.byteLength(text)
const sections = (text: string): string[] =>
  [...text.matchAll(/^#### (\S+) ·/gm)].map(([, name = '']) => name)

test('what fits is whole, and nothing is said to be cut', () => {
  const text = written(crowded(4, 10))
  expect(text).not.toContain('Shortened')
  expect(text.match(/^\| step/gm)).toHaveLength(40)
})

test('forty scenarios of forty metrics fit into a comment, the worst first, and what was cut is said', () => {
  const text = written(crowded(40, 40))
  expect(bytes(text)).toBeLessThanOrEqual(60_000)
  expect(bytes(text)).toBeGreaterThan(20_000)
  expect(text).toMatch(
    /^Shortened to fit a comment, the worst first: at most \d+ rows each where it does not pass, a sentence each where it does\./m,
  )
  expect(text).toContain('All of it: `reports/2026-11-24T13-05/index.html`')
  // All are named, those that pass come last, and what is missing of a table is counted.
  expect(sections(text)).toHaveLength(40)
  expect(sections(text).slice(-10)).toEqual(Array.from({ length: 10 }, (_, n) => `scenario-${30 + n}`))
  const [, count, kinds = ''] = /^… and (\d+) more rows: (.*)$/m.exec(text) ?? []
  const listed = [...kinds.matchAll(/(\d+) [^\d,]+/g)].reduce((sum, [, one]) => sum + Number(one), 0)
  expect(listed).toBe(Number(count))
  const shown = text.split('#### ')[1]?.match(/^\| (?:step|reserve)/gm)?.length ?? 0
  expect(shown + listed).toBe(42)
})

test('what passes gives way before what does not', () => {
  const fine = (at: number) =>
    scenarioVerdict({
      scenario: `fine-${at}`,
      outcome: 'pass',
      exit: 0,
      budgets: [],
      mix: [],
      metrics: Array.from({ length: 40 }, (_, n) => metric(`step-${n} p50`, 'pass')),
    })
  const text = written(
    verdict({ scenarios: [...Array.from({ length: 30 }, (_, at) => fine(at)), scenarioVerdict()] }),
  )
  expect(bytes(text)).toBeLessThanOrEqual(60_000)
  expect(text).not.toContain('does not pass')
  expect(sections(text)[0]).toBe('seat-selection')
  expect(text).toMatch(/reserve p90 .*✗ regression/)
})

test('no verdict is too large, and the answer and the command survive', () => {
  const long = 'x<|@#🙂'.repeat(1_000)
  const huge = scenarioVerdict({
    scenario: long,
    headline: long,
    warnings: Array.from({ length: 5 }, () => long),
  })
  for (const one of [
    verdict({ headline: long, next: long, repeat: long, scenarios: Array.from({ length: 100 }, () => huge) }),
    crowded(800, 3),
    hostile(),
  ]) {
    const text = written(one)
    expect(bytes(text)).toBeLessThanOrEqual(60_000)
    expect(text).toMatch(/^### REGRESSION/)
    expect(text).toMatch(/^Again: `/m)
  }
  expect(written(crowded(800, 3))).toMatch(/\d+ of 800 scenarios left out/)
})

test('an invariant that had nothing to weigh is no tick', () => {
  const held = { id: 'I1', title: 'no seat is sold twice', status: 'held', offenders: [], count: 0 } as const
  const idle = { ...held, name: 'no-oversell', group: 0, looked: { what: 'tickets', count: 0 } }
  const text = written(verdict({ scenarios: [scenarioVerdict({ invariants: [idle] })] }))
  expect(text).toContain('- · nothing to weigh: I1 no seat is sold twice (no tickets)')
})

test('an invariant is told once for all of its starts, but each start that broke it', () => {
  const on = (group: number, status: 'held' | 'broken') => ({
    name: 'no-oversell',
    id: 'I1',
    title: 'no seat is sold twice',
    group,
    status,
    offenders: status === 'broken' ? [{ id: `seat-${group}`, what: 'sold twice' }] : [],
    count: status === 'broken' ? 1 : 0,
    looked: { what: 'tickets', count: 600 },
  })
  const invariants = [on(0, 'held'), on(1, 'broken'), on(2, 'held'), on(3, 'broken')]
  const text = written(verdict({ scenarios: [scenarioVerdict({ invariants })] }))
  expect(text.match(/^- .*I1 no seat is sold twice.*$/gm)).toEqual([
    expect.stringContaining('broken'),
    expect.stringContaining('broken'),
    expect.stringMatching(/held: I1 no seat is sold twice \(1,200 tickets on 2 starts\)$/),
  ])
  expect(text).toMatch(/seat-1: sold twice[^]*seat-3: sold twice/)
})

test('rows that nobody judges are folded away where they are many', () => {
  const rows = (count: number): string => {
    const metrics = Array.from({ length: count }, (_, n) =>
      metric(`step-${n} p99`, 'inconclusive', { role: 'diagnostic' }),
    )
    const one = scenarioVerdict({
      metrics: [metric('reserve p50', 'pass'), ...metrics],
      budgets: [],
      mix: [],
    })
    return written(verdict({ scenarios: [one] }))
  }
  expect(rows(2)).not.toContain('<details>')
  const [open = '', folded = ''] = rows(8).split('<details><summary>8 rows that are not judged</summary>')
  expect([open.match(/^\| step/gm), open.match(/^\| reserve/gm)?.length]).toEqual([null, 1])
  expect(folded.split('</details>')[0]?.match(/^\| step/gm)).toHaveLength(8)
})

test('what comes next is code as far as a shell takes it', () => {
  const next = (text: string): string | undefined => /^Next: .*$/m.exec(written(verdict({ next: text })))?.[0]
  expect(next('vge-perf gate --minutes 32 (about 12 more units)')).toMatch(
    /^Next: `vge-perf gate --minutes 32` \\?\(about 12 more units\\?\)$/,
  )
  expect(next('mend the code of the scenario, then vge-perf gate')).toBe(
    'Next: mend the code of the scenario, then vge-perf gate',
  )
})
