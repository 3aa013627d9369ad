import { expect, test } from 'vitest'
import { reporters } from '../../src/report/index.js'
import type { Verdict } from '../../src/model/verdict.js'
import { crowded, hostile } from './extremes.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}
interface Family {
  readonly type: string
  readonly unit: string
  readonly samples: Sample[]
}

const metricName = '[A-Za-z_:][A-Za-z0-9_:]*'
const escapedString = '(?:[^\\n"\\\\]|\\\\[n"\\\\])*'
const label = `[A-Za-z_][A-Za-z0-9_]*="${escapedString}"`
const number = '[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?'
const descriptor = new RegExp(`^# (TYPE|UNIT|HELP) (${metricName}) (.+)$`, 'u')
const sampleLine = new RegExp(`^(${metricName})(?:\\{(${label}(?:,${label})*)?\\})? (${number})$`, 'u')

/**
 * Reads an exposition by the rules of OpenMetrics 1.0: its ABNF, and what the text says beside it of order, units, state sets and infos. Throws
 * for anything else. Exemplars and timestamps, which we never write, are refused.
 */
function read(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('# EOF\n')) throw new Error('no EOF at the end')
  if (/\r|\ufeff/.test(text)) throw new Error('a carriage return or a byte order mark')
  const families = new Map<string, Family>()
  const seen = new Set<string>()
  let open = ''
  let told: string[] = []
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, word, name = '', rest = ''] = descriptor.exec(line) ?? []
    if (word !== undefined) {
      if (name !== open) {
        if (families.has(name)) throw new Error(`${name} comes twice`)
        open = name
        told = []
        families.set(name, { type: 'unknown', unit: '', samples: [] })
      }
      const order = ['TYPE', 'UNIT', 'HELP']
      if (told.length > 0 && order.indexOf(word) <= order.indexOf(told.at(-1) ?? ''))
        throw new Error(`order of ${line}`)
      told.push(word)
      const family = families.get(name)
      if (family === undefined || family.samples.length > 0) throw new Error(`${line} behind its samples`)
      if (word === 'TYPE' && !['gauge', 'stateset', 'info'].includes(rest)) throw new Error(line)
      if (word === 'UNIT' && !name.endsWith(`_${rest}`)) throw new Error(`${name} does not end in its unit`)
      families.set(name, {
        ...family,
        ...(word === 'TYPE' ? { type: rest } : word === 'UNIT' ? { unit: rest } : {}),
      })
      continue
    }
    const [, full = '', labels = '', value = ''] = sampleLine.exec(line) ?? []
    const family = families.get(open)
    if (full === '' || family === undefined) throw new Error(`no sample: ${line}`)
    if (full !== (family.type === 'info' ? `${open}_info` : open)) throw new Error(`${full} within ${open}`)
    const pairs = [...labels.matchAll(new RegExp(`([A-Za-z0-9_]+)="(${escapedString})"`, 'gu'))].map(
      ([, key = '', raw = '']) =>
        [key, raw.replaceAll(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one))] as const,
    )
    if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error(`a label twice: ${line}`)
    const known = JSON.stringify([
      full,
      pairs.map((pair) => pair.join('=')).toSorted((a, b) => (a < b ? -1 : 1)),
    ])
    if (seen.has(known)) throw new Error(`the same series twice: ${line}`)
    seen.add(known)
    family.samples.push({ name: full, labels: Object.fromEntries(pairs), value: Number(value) })
  }
  for (const [name, family] of families) assertWhole(name, family)
  return families
}

/** A state set has each state of a metric in one stretch, just one of them true (ours exclude each other); an info is 1. */
function assertWhole(name: string, { type, samples }: Family): void {
  if (type === 'info' && samples.some(({ value }) => value !== 1)) throw new Error(`${name}: an info is 1`)
  if (type !== 'stateset') return
  const keyOf = ({ labels }: Sample): string =>
    JSON.stringify(Object.entries(labels).filter(([key]) => key !== name))
  const keys = samples.map(keyOf)
  const stretches = keys.filter((key, at) => key !== keys[at - 1])
  if (new Set(stretches).size < stretches.length) throw new Error(`${name}: metrics are interleaved`)
  for (const key of stretches) {
    const states = samples.filter((one) => keyOf(one) === key)
    if (states.some(({ labels, value }) => labels[name] === undefined || ![0, 1].includes(value)))
      throw new Error(name)
    if (states.reduce((sum, { value }) => sum + value, 0) !== 1)
      throw new Error(`${name}: not one state is true`)
  }
}

const written = (one: Verdict): string => reporters.openMetrics.render(one, [])
const value = (one: Verdict, family: string, labels: Record<string, string>): number | undefined =>
  read(written(one))
    .get(family)
    ?.samples.find((sample) => Object.entries(labels).every(([key, is]) => sample.labels[key] === is))?.value

test('verdict, metrics, budgets, mix and invariants are series in base units', () => {
  const one = verdict()
  const of = { scenario: 'seat-selection', profile: 'ci' }
  expect(value(one, 'vge_perf_verdict', { vge_perf_verdict: 'regression' })).toBe(1)
  expect(value(one, 'vge_perf_verdict', { vge_perf_verdict: 'pass' })).toBe(0)
  expect(value(one, 'vge_perf_exit', {})).toBe(1)
  expect(value(one, 'vge_perf_scenario', { scenario: 'checkout', vge_perf_scenario: 'pass' })).toBe(1)
  expect(value(one, 'vge_perf_metric_seconds', { ...of, metric: 'reserve p90', arm: 'candidate' })).toBe(
    0.047,
  )
  expect(value(one, 'vge_perf_metric_seconds', { ...of, metric: 'reserve p90', arm: 'control' })).toBe(0.0412)
  expect(
    ['low', 'mean', 'high'].map((bound) =>
      value(one, 'vge_perf_change_ratio', { ...of, metric: 'reserve p90', bound }),
    ),
  ).toEqual([0.11, 0.14, 0.17])
  expect(
    value(one, 'vge_perf_decision', { ...of, metric: 'reserve p90', vge_perf_decision: 'regression' }),
  ).toBe(1)
  // What is never judged has figures, and no decision.
  expect(value(one, 'vge_perf_decision', { ...of, metric: 'reserve p99' })).toBeUndefined()
  expect(value(one, 'vge_perf_metric_seconds', { ...of, metric: 'reserve p99' })).toBeDefined()
  expect(value(one, 'vge_perf_budget_seconds', { ...of, is: 'limit' })).toBe(0.5)
  expect(value(one, 'vge_perf_budget_seconds', { ...of, is: 'found' })).toBe(0.62)
  expect(value(one, 'vge_perf_budget', { ...of, vge_perf_budget: 'broken' })).toBe(1)
  expect(
    value(one, 'vge_perf_mix_ratio', { ...of, step: 'reserve', outcome: 'rate_limited', arm: 'candidate' }),
  ).toBe(0.02)
  expect(
    value(one, 'vge_perf_invariant', {
      ...of,
      invariant: 'one-live-hold-a-seat',
      vge_perf_invariant: 'held',
    }),
  ).toBe(1)
  expect(value(one, 'vge_perf_generator', { ...of, vge_perf_generator: 'valid' })).toBe(1)
  expect(value(one, 'vge_perf_build', { tool: 'vge-perf 0.1.0', mode: 'paired' })).toBe(1)
})

test('a figure that is missing or no number is left out, and an invariant counts once, as it was at its worst', () => {
  const invariant = { name: 'sound', id: 'I1', title: 'Sound', offenders: [], count: 0 } as const
  const one = verdict({
    scenarios: [
      scenarioVerdict({
        units: 0,
        metrics: [
          metric('pay p50', 'no_data', {
            control: NaN,
            candidate: Infinity,
            change: { mean: NaN, low: -Infinity, high: 1 },
          }),
        ],
        invariants: [
          { ...invariant, group: 0, status: 'held' },
          { ...invariant, group: 1, status: 'broken', count: 4 },
          { ...invariant, name: 'stored', group: 0, status: 'not_checked' },
          { ...invariant, name: 'idle', group: 0, status: 'held', looked: { what: 'tickets', count: 0 } },
          { ...invariant, name: 'once', group: 0, status: 'held', looked: { what: 'tickets', count: 0 } },
          { ...invariant, name: 'once', group: 1, status: 'held', looked: { what: 'tickets', count: 1 } },
        ],
        waived: ['stored'],
      }),
    ],
  })
  const text = written(one)
  expect(text).not.toMatch(/nan|inf\b/i)
  expect(text).not.toContain('vge_perf_generator')
  expect(value(one, 'vge_perf_invariant', { invariant: 'sound', vge_perf_invariant: 'broken' })).toBe(1)
  expect(value(one, 'vge_perf_invariant_offenders', { invariant: 'sound' })).toBe(4)
  expect(value(one, 'vge_perf_invariant', { invariant: 'stored', vge_perf_invariant: 'waived' })).toBe(1)
  for (const [name, state] of Object.entries({ idle: 'nothing_to_weigh', once: 'held' }))
    expect(value(one, 'vge_perf_invariant', { invariant: name, vge_perf_invariant: state })).toBe(1)
})

test('series stay the same from run to run: no label has a seed, a date, a figure or a reason', () => {
  const later = verdict({
    seed: 'other',
    startedAt: '2027-01-01T00:00:00.000Z',
    repeat: 'again',
    folder: 'reports/other',
    headline: 'x',
  })
  expect(written(later)).toBe(written(verdict()))
})

test('words of others are escaped by the rules, and no verdict makes it invalid', () => {
  const hostileOnes = read(written(hostile())).get('vge_perf_budget')?.samples ?? []
  const names = new Set(hostileOnes.map(({ labels }) => labels['budget']))
  expect([...names].some((name) => name?.includes('"quotes" \'single\' & &amp;'))).toBe(true)
  expect([...names].some((name) => name?.includes('e \\ \\n "'))).toBe(true)
  expect(read(written(crowded(4, 20))).size).toBeGreaterThan(10)
  expect(read(written(verdict({ scenarios: [] }))).get('vge_perf_exit')?.samples).toHaveLength(1)
})

/**
 * GitLab drops what follows a `#`, splits the rest as a shell would, and takes the first word as the name and the second as the value.
 * Source: GitLab, ee/lib/gitlab/ci/parsers/metrics/generic.rb.
 */
function asGitlabReads(text: string): ReadonlyMap<string, string> {
  const words = (line: string): string[] =>
    [...line.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g)].map(([word]) => word)
  return new Map(
    text
      .split('\n')
      .map((line) => line.replace(/#.*$/, ''))
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [name = '', of = '', ...more] = words(line)
        expect([line, more]).toEqual([line, []])
        return [name, of]
      }),
  )
}

test('GitLab reads the same file', () => {
  for (const one of [verdict(), hostile(), crowded(3, 9)]) {
    const samples = [...read(written(one)).values()].flatMap((family) => family.samples)
    const readThere = asGitlabReads(written(one))
    expect(readThere.size).toBe(samples.length)
    expect([...readThere.values()].map(Number)).toEqual(samples.map((sample) => sample.value))
  }
})

test('the reader of these tests refuses what is not OpenMetrics', () => {
  const gauge = '# TYPE a gauge\n'
  for (const bad of [
    'a 1\n# EOF\n',
    `${gauge}a 1\n`,
    `${gauge}a{b="x"y"} 1\n# EOF\n`,
    `${gauge}a{b="\\x"} 1\n# EOF\n`,
    `${gauge}a 1 \n# EOF\n`,
    `${gauge}a 1\na 2\n# EOF\n`,
    `${gauge}# UNIT a seconds\na 1\n# EOF\n`,
    `${gauge}b 1\n# EOF\n`,
    `${gauge}a 0x1\n# EOF\n`,
    `# TYPE s stateset\ns{s="a"} 0\ns{s="b"} 0\n# EOF\n`,
    `# TYPE i info\ni_info 2\n# EOF\n`,
    `${gauge}a 1\n# HELP a late\n# EOF\n`,
  ])
    expect(() => read(bad)).toThrow(/./)
  expect(read(`${gauge}# HELP a fine\na{b="x\\"y\\\\"} -1.5e-7\n# EOF\n`).get('a')?.samples[0]).toEqual({
    name: 'a',
    labels: { b: 'x"y\\' },
    value: -1.5e-7,
  })
})
