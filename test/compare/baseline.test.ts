import { expect, test } from 'vitest'
import type { BaselineSession, Run } from '../../src/model/artefact.js'
import { sessionFigures } from '../../src/compare/index.js'
import { draws } from '../stats/draws.js'
import { arms, judged, latencies } from './cases.js'
import { memoryRun } from './runs.js'

const { normal } = draws('sessions')
const calm = (): number => 0
const one = (factor: number, must?: Record<string, string>): Run =>
  memoryRun({
    units: Array.from({ length: 4 }, () => ({ samples: latencies(200, factor, normal) })),
    ...(must === undefined ? {} : { must }),
  })

const session = (run: Run, index: number, recordedAt = '2026-11-20T12:00:00Z'): BaselineSession => ({
  formatVersion: 1,
  name: 'main',
  session: `s${index}`,
  recordedAt,
  scenario: 'seats',
  profile: 'ci',
  fingerprint: run.file.fingerprint,
  ...sessionFigures(run),
})
const sessions = Array.from({ length: 8 }, (_, index) => session(one(Math.exp(0.01 * normal())), index))
const ended = (candidate: Run, baseline: readonly BaselineSession[]) => {
  const { verdict, wants } = judged({ mode: 'baseline', candidate, baseline })
  return [verdict.outcome, verdict.exit, verdict.reason, wants]
}

test('a session is judged by the spread of eight earlier ones', () => {
  expect(ended(one(1), sessions)).toEqual(['pass', 0, 'within_tolerance', 'nothing'])
  expect(ended(one(1.25), sessions).slice(0, 2)).toEqual(['regression', 1])
  expect(Object.keys(sessions[0]?.metrics ?? {})).toEqual([
    'reserve p50',
    'reserve p75–p95',
    'achieved share',
    'error share',
  ])
  const missing = memoryRun({
    units: Array.from({ length: 4 }, () => ({ samples: latencies(200, 1, normal), intended: 440 })),
  })
  expect(judged({ mode: 'baseline', candidate: missing, baseline: sessions }).verdict.headline).toMatch(
    /^fewer journeys are answered: achieved share −50 %/,
  )
})

test('too few sessions, too old ones and other conditions are inconclusive, each with its word', () => {
  const old = sessions.map((earlier) => ({ ...earlier, recordedAt: '2026-10-01T12:00:00Z' }))
  expect(ended(one(2), sessions.slice(1))).toEqual(['inconclusive', 3, 'too_few_sessions', 'nothing'])
  expect(ended(one(2), old)).toEqual(['inconclusive', 3, 'baseline_expired', 'nothing'])
  const elsewhere = judged({
    mode: 'baseline',
    candidate: one(2, { plan: 'plan', machine: 'm2' }),
    baseline: sessions,
  }).verdict
  expect([elsewhere.exit, elsewhere.reason]).toEqual([3, 'fingerprint_differs'])
  expect(elsewhere.headline).toBe('not measured under the same conditions: machine: m1 → m2')
  expect(judged(arms({}, { must: { plan: 'other', machine: 'm1' } })).verdict.reason).toBe(
    'fingerprint_differs',
  )
})

test('sessions of other conditions under the same name are left aside, never judged with the rest', () => {
  const foreign = Array.from({ length: 8 }, (_, index) =>
    session(one(3, { plan: 'plan', machine: 'm2' }), 20 + index),
  )
  expect(ended(one(1), [...sessions, ...foreign])).toEqual(['pass', 0, 'within_tolerance', 'nothing'])
  const few = judged({
    mode: 'baseline',
    candidate: one(1),
    baseline: [...sessions.slice(0, 3), ...foreign],
  }).verdict
  expect([few.exit, few.reason]).toEqual([3, 'fingerprint_differs'])
  expect(few.headline).toBe(
    'only 3 of 11 sessions were measured under the same conditions, and 8 are needed; the others differ: machine: m2 → m1',
  )
})

test('a session from the future does not count, and the sentence says which', () => {
  const ahead = session(one(1), 9, '2027-11-20T12:00:00Z')
  expect(ended(one(1), [...sessions.slice(1), ahead])).toEqual([
    'inconclusive',
    3,
    'recorded_in_future',
    'nothing',
  ])
  expect(
    judged({ mode: 'baseline', candidate: one(1), baseline: [...sessions.slice(1), ahead] }).verdict.headline,
  ).toMatch(/session s9 says that it was recorded in the future, at 2027-11-20/)
  expect(ended(one(1), [...sessions, ahead])[0]).toBe('pass')
})

test('slow drift since a pinned release is a warning with its figures, and no verdict', () => {
  const released = (factor: number, must?: Record<string, string>) => ({
    release: '1.4',
    sessions: Array.from({ length: 8 }, (_, index) =>
      session(one(factor * Math.exp(0.01 * normal()), must), 40 + index, '2026-08-20T12:00:00Z'),
    ),
  })
  const warned = (pinned: ReturnType<typeof released>) =>
    judged({ mode: 'baseline', candidate: one(1), baseline: sessions, pinned }).verdict
  const drifted = warned(released(0.85))
  expect([drifted.outcome, drifted.exit]).toEqual(['pass', 0])
  expect(drifted.warnings).toEqual([
    expect.stringMatching(
      /^since release 1\.4 reserve p50 has drifted by \+1[67]( |\.).*%, from 6\.8 ms to \d(\.\d)? ms$/,
    ),
    expect.stringMatching(/^since release 1\.4 reserve p75–p95 has drifted by/),
  ])
  // Better than the release, or as it was: nothing to say.
  expect(warned(released(1.3)).warnings).toEqual([])
  expect(warned(released(1)).warnings).toEqual([])
  expect(warned(released(0.85, { plan: 'plan', machine: 'm2' })).warnings).toEqual([
    'whether it has drifted since release 1.4 cannot be told: the release has 0 sessions measured under the same conditions, and 8 are needed (machine: m2 → m1)',
  ])
})

test('a regression against a baseline says that its cause cannot be told, and how often it was looked', () => {
  const { blame, metrics } = judged({ mode: 'baseline', candidate: one(1.25), baseline: sessions }).verdict
  expect(blame?.sentences).toEqual(['not told: a baseline keeps figures, and not where their time went'])
  expect(metrics[0]?.stopped).toEqual({ reason: 'one_look', sentence: 'looked at once, against 8 sessions' })
  expect(judged({ mode: 'baseline', candidate: one(1), baseline: sessions }).verdict).not.toHaveProperty(
    'blame',
  )
})

test('without anything to compare with the end is inconclusive, unless that was said aloud', () => {
  expect(judged({ candidate: one(1) }).verdict.reason).toBe('no_baseline')
  expect(judged({ candidate: one(1), noRegressionCheck: true }).verdict.exit).toBe(0)
})

const wonOf = (count: number, factor: number): readonly number[] =>
  latencies(count, factor, normal)['reserve']?.['won'] ?? []
/** Of 200 answers so many are refusals, which take a quarter of the time of a win. */
const mixed = (refused: number): Run =>
  memoryRun({
    units: Array.from({ length: 4 }, () => ({
      samples: {
        reserve: {
          ...(refused === 200 ? {} : { won: wonOf(200 - refused, 1) }),
          ...(refused === 0 ? {} : { conflict: wonOf(refused, 0.25) }),
        },
      },
    })),
  })
const mostlyWon = Array.from({ length: 8 }, (_, index) => session(mixed(40 + (index % 3)), index))

test('a build that refuses what it sold before has shifted, and its fast refusals are never compared with slow wins', () => {
  expect(mostlyWon[0]?.mix).toEqual({ reserve: { conflict: 160, won: 640 } })
  expect(mostlyWon[0]?.metrics['reserve p50']?.outcome).toBe('won')
  expect(ended(mixed(41), mostlyWon)[0]).toBe('pass')
  const { verdict } = judged({ mode: 'baseline', candidate: mixed(180), baseline: mostlyWon })
  expect([verdict.exit, verdict.reason]).toEqual([1, 'mix_shifted'])
  expect(verdict.headline).toMatch(/^the mix shifted: reserve ends as \w+ in \d+ % instead of \d+/)
  expect(verdict.metrics.find(({ name }) => name === 'reserve p50')?.change?.mean).toBeGreaterThan(-0.2)
  const none = judged({ mode: 'baseline', candidate: mixed(200), baseline: mostlyWon }).verdict
  expect([none.exit, none.reason]).toEqual([1, 'mix_shifted'])
  const lost = none.metrics.find(({ name }) => name === 'reserve p50')
  expect([lost?.decision, lost?.reason, lost?.candidate]).toEqual([
    'inconclusive',
    'too_few_samples',
    undefined,
  ])
})

test('an outcome that the sessions never had, and one out of its bounds, are the build’s doing', () => {
  const won = Array.from({ length: 8 }, (_, index) => session(mixed(0), index))
  const verdict = judged({ mode: 'baseline', candidate: mixed(20), baseline: won }).verdict
  expect([verdict.exit, verdict.reason]).toEqual([1, 'mix_shifted'])
  expect(verdict.mix).toContainEqual(
    expect.objectContaining({ outcome: 'conflict', control: 0, candidate: 0.1, decision: 'shifted' }),
  )
})

test('sessions that cannot judge a mix say so: older ones, those that lack the step, and those that differ too much', () => {
  const warnings = (baseline: readonly BaselineSession[]) =>
    judged({ mode: 'baseline', candidate: mixed(41), baseline }).verdict.warnings
  const old = mostlyWon.map((kept) => {
    const { mix, ...rest } = kept
    expect(mix).toBeDefined()
    return rest
  })
  const none = 'how these steps end was not compared, since 8 sessions are needed: reserve '
  expect(warnings(old)).toEqual([`${none}(0 of 8 sessions say how it did)`])
  expect(warnings(mostlyWon.map((kept, at) => (at === 3 ? { ...kept, mix: {} } : kept)))).toEqual([
    `${none}(7 of 8 sessions say how it did)`,
  ])
  expect(warnings(mostlyWon)).toEqual([])
  const odd = { reserve: { conflict: 720, won: 80 } }
  expect(warnings(mostlyWon.map((kept, at) => (at === 3 ? { ...kept, mix: odd } : kept)))).toEqual([
    expect.stringMatching(/^how these steps end differs so much between sessions .*: reserve \(±\d+ points/),
  ])
})

test('an answer or two that end otherwise prove nothing, and errors are no part of the mix', () => {
  const few = (counts: Readonly<Record<string, number>>): Run =>
    memoryRun({
      promises: { steps: ['reserve', 'cancel'] },
      units: Array.from({ length: 2 }, () => ({
        samples: {
          ...latencies(200, 1, calm),
          cancel: Object.fromEntries(
            Object.entries(counts).map(([outcome, count]) => [
              outcome,
              Array.from({ length: count }, () => 900),
            ]),
          ),
        },
      })),
    })
  const before = Array.from({ length: 8 }, (_, index) => session(few({ cancelled: 40 }), index))
  const of = (counts: Readonly<Record<string, number>>) =>
    judged({ mode: 'baseline', candidate: few(counts), baseline: before }).verdict.mix
  expect(of({ cancelled: 39, late: 1 })).toEqual([])
  expect(of({ cancelled: 36, error: 4 })).toEqual([])
  expect(of({ cancelled: 20, late: 20 })).toContainEqual(expect.objectContaining({ decision: 'shifted' }))
})

/** Cancelled by so many, besides what is reserved. */
const withCancels = (count: number, arm: 'control' | 'candidate' = 'candidate'): Run =>
  memoryRun({
    arm,
    promises: { steps: ['reserve', 'cancel'] },
    units: Array.from({ length: 6 }, (_, index) => ({
      group: Math.floor(index / 3),
      samples: {
        ...latencies(200, 1, calm),
        ...(count === 0 ? {} : { cancel: { cancelled: Array.from({ length: count }, () => 900) } }),
      },
    })),
  })

test('a step that nobody takes any more is missed, beside a control and beside a baseline', () => {
  const gone = {
    exit: 3,
    reason: 'one_sided',
    headline: 'nothing was recorded of cancel, which was taken often before',
  }
  const paired = (was: number, is: number) =>
    judged({ control: withCancels(was, 'control'), candidate: withCancels(is), capReached: true }).verdict
  expect(paired(40, 0)).toMatchObject(gone)
  expect(paired(40, 40).exit).toBe(0)
  // So few may stay away by luck.
  expect(paired(3, 0).exit).toBe(0)
  const before = Array.from({ length: 8 }, (_, index) => session(withCancels(40), index))
  expect(judged({ mode: 'baseline', candidate: withCancels(0), baseline: before }).verdict).toMatchObject(
    gone,
  )
})

test('a latency that the sessions have and the run has not is missed', () => {
  const renamed = mostlyWon.map((kept) => ({
    ...kept,
    metrics: { ...kept.metrics, 'reserve@rush p50': { value: 9_000, count: 400, outcome: 'won' } },
  }))
  const { verdict } = judged({ mode: 'baseline', candidate: mixed(41), baseline: renamed })
  expect([verdict.exit, verdict.reason]).toEqual([3, 'one_sided'])
  expect(verdict.headline).toBe('reserve@rush p50 is undecided: only one side recorded it')
})

test('the tail has its wider tolerance against a baseline, too', () => {
  const { metrics } = judged({ mode: 'baseline', candidate: one(1), baseline: sessions }).verdict
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.tolerance
  expect(of('reserve p50')).toEqual({ ignore: 0.03, reject: 0.1 })
  expect(of('reserve p75–p95')).toEqual({ ignore: 0.12, reject: 0.4 })
})

test('errors that are bounded are held to their bounds, and not to sessions, which keep none', () => {
  const promises = { mix: { reserve: { error: { atMost: 0.1 } } } }
  const run = (): Run =>
    memoryRun({
      promises,
      units: Array.from({ length: 4 }, () => ({
        samples: { reserve: { won: wonOf(190, 1), error: Array.from({ length: 10 }, () => 900) } },
      })),
    })
  const before = Array.from({ length: 8 }, (_, index) => session(run(), index))
  expect(ended(run(), before)).toEqual(['pass', 0, 'within_tolerance', 'nothing'])
})

test('a shift is told by the shares that decided it: those of the answers that were no errors', () => {
  const half = memoryRun({
    units: Array.from({ length: 4 }, () => ({
      samples: {
        reserve: {
          won: wonOf(70, 1),
          conflict: wonOf(30, 0.25),
          error: Array.from({ length: 100 }, () => 900),
        },
      },
    })),
  })
  const { mix } = judged({ mode: 'baseline', candidate: half, baseline: mostlyWon }).verdict
  const conflict = mix.find(({ outcome }) => outcome === 'conflict')
  expect([conflict?.decision, conflict?.candidate]).toEqual(['shifted', 0.3])
})

test('which outcome a session keeps does not hang on its poorest unit', () => {
  const uneven = memoryRun({
    units: [60, 60, 40, 60].map((count) => ({
      samples: { reserve: { won: wonOf(count, 1), conflict: wonOf(150, 0.25) } },
    })),
    promises: { wins: { reserve: { won: 'hold' } } },
  })
  expect(sessionFigures(uneven).metrics['reserve p50']).toMatchObject({ outcome: 'won', count: 220 })
})

test('sessions that kept the latency of another outcome are none of it', () => {
  const other = mostlyWon.map((kept, at) => ({
    ...kept,
    metrics:
      at < 5
        ? kept.metrics
        : { ...kept.metrics, 'reserve p50': { value: 2_000, count: 400, outcome: 'conflict' } },
  }))
  const { metrics } = judged({ mode: 'baseline', candidate: mixed(41), baseline: other }).verdict
  const p50 = metrics.find(({ name }) => name === 'reserve p50')
  expect([p50?.decision, p50?.reason, p50?.units]).toEqual(['inconclusive', 'too_few_sessions', 5])
})
