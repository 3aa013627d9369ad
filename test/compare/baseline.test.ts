import { expect, test } from 'vitest'
import type { BaselineSession, Run } from '../../src/model/artefact.js'
import { sessionMetrics } from '../../src/compare/index.js'
import { draws } from '../stats/draws.js'
import { arms, judged, latencies } from './cases.js'
import { memoryRun } from './runs.js'

const { normal } = draws('sessions')
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
  metrics: sessionMetrics(run),
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
