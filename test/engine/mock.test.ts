import { afterAll, expect, test } from 'vitest'
import { createEngine } from '../../src/engine/index.js'
import { createMockEngine, type MockScript } from '../../src/engine/mock/index.js'
import { conforms, stopsBeforeItBegan } from './conformance.js'
import { identities, keepAll, makePlan, oneArm } from './harness.js'

const both = ['control', 'candidate'] as const
const twenty = Array.from({ length: 20 }, (_, index) => 1_000 + index)

const script: MockScript = () => ({
  samples: both.flatMap((arm) => [
    { arm, metric: 'take', outcome: 'won', second: 0, values: twenty },
    { arm, metric: 'whole', outcome: 'done', second: 0, values: twenty },
  ]),
  receipts: both.flatMap((arm) =>
    twenty.map((n) => ({ arm, receipt: { kind: 'hold', n, at: 0, fact: {} } })),
  ),
})

const { plan, remove } = makePlan({
  urls: { control: 'http://127.0.0.1:1', candidate: 'http://127.0.0.1:2' },
  table: oneArm(40, 0),
})
afterAll(remove)

test('the mock engine conforms', async () => {
  expect.hasAssertions()
  await conforms(createMockEngine(script), plan)
})

test('the mock engine stops before it began', async () => {
  expect.hasAssertions()
  await stopsBeforeItBegan(createMockEngine(script), plan)
})

test('the mock engine yields its script to the digit, errors explained', async () => {
  const kept = keepAll()
  const error = { step: 'take', class: 'target', example: 'so it goes' } as const
  const engine = createMockEngine((_, run) => ({
    samples: [
      { arm: 'control', metric: 'take', outcome: 'won', second: 3, values: [5, 7, run] },
      { arm: 'control', metric: 'take', outcome: 'error', second: 4, values: [1, 2, 3, 4] },
    ],
    errors: [
      { arm: 'control', ...error, reason: 'timeout', count: 1 },
      { arm: 'control', ...error, reason: 'http_500', count: 2 },
    ],
    notStarted: { control: 2 },
  }))
  await engine.run(plan, keepAll().sink, new AbortController().signal)
  const { arms } = await engine.run(plan, kept.sink, new AbortController().signal)
  expect(kept.values('take', 'total', 'control', 'won')).toEqual([5, 7, 1])
  expect(identities(arms.control)).toEqual([])
  expect(arms.control?.steps).toEqual({ begun: 7, answered: 5, timedOut: 1, failed: 1 })
  expect(arms.control).toMatchObject({ intended: 9, started: 7, notStarted: 2 })
})

test('an engine that there is not is refused by name', () => {
  expect(() => createEngine('jmeter')).toThrow(/no engine "jmeter"/)
})
