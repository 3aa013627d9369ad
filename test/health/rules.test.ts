import { expect, test } from 'vitest'
import { findingsOf, judgeHealth } from '../../src/health/judge.js'
import { rules } from '../../src/health/rules.js'
import type { UnitRecord } from '../../src/model/artefact.js'
import type { GeneratorHealth } from '../../src/model/engine.js'
import { micros } from '../../src/model/time.js'
import { healthy, latency, units } from './units.js'

type Sick = (value: number) => Partial<UnitRecord>

const health =
  (of: (value: number) => Partial<GeneratorHealth>): Sick =>
  (value) => ({ health: { ...healthy, ...of(value) } })

const time = (value: number) => ({ p50: micros(0), p99: micros(value), max: micros(value) })

/** What makes a unit's figure by a rule `value`. */
const sickBy: Readonly<Record<string, Sick>> = {
  'worker-death': health((workersLost) => ({ workersLost })),
  'not-started': (notStarted) => ({ accounting: { ...plain.accounting, notStarted } }),
  'samples-dropped': health((samplesDropped) => ({ samplesDropped })),
  'clock-step': health((value) => ({ clockStep: micros(-value) })),
  'local-limits': (share) => ({
    accounting: {
      ...plain.accounting,
      errors: [
        {
          step: 'reserve',
          class: 'generator',
          reason: 'no_port',
          count: Math.round(share * steps),
          example: '',
        },
      ],
    },
  }),
  'descriptor-waits': health((descriptorWaits) => ({ descriptorWaits })),
  'connection-waits': health((connectionWaits) => ({ connectionWaits })),
  'schedule-lag': health((value) => ({ lag: time(value) })),
  'lag-of-latency': health((value) => ({ lag: { ...healthy.lag, p50: micros(value * latency) } })),
  'event-loop-delay': health((value) => ({ eventLoopDelay: time(value) })),
  stopped: health((value) => ({ longestStop: micros(value) })),
  saturation: health((cpu) => ({ cpu })),
  'run-queue': health((runQueue) => ({ runQueue })),
  'garbage-collection': health((share) => ({ gcPause: { ...healthy.gcPause, share } })),
  'longest-pause': health((value) => ({ gcPause: { ...healthy.gcPause, max: micros(value) } })),
  steal: health((steal) => ({ steal })),
  'shared-cores': health((busy) => ({ cores: { allowed: 2, busy, own: 0.3, targetHere: true } })),
}

const steps = 10_000
const [made] = units(0, {})
if (made === undefined) throw new Error('There is no unit.')
const plain: UnitRecord = {
  ...made,
  accounting: { ...made.accounting, steps: { begun: steps, answered: steps, timedOut: 0, failed: 0 } },
  health: healthy,
}
/** The smallest step over a limit that a figure can make. */
const step = { time: 1_000, share: 0.0002, count: 1 } as const

const unitsOf = (name: string, value: number, sick: number): readonly UnitRecord[] =>
  Array.from({ length: 6 }, (_, index) => (index < sick ? { ...plain, ...sickBy[name]?.(value) } : plain))

const limits = rules.flatMap((rule) =>
  (['degraded', 'invalid'] as const).flatMap((state) => {
    const limit = rule[state]
    return limit === undefined ? [] : [{ rule, name: rule.name, state, limit }]
  }),
)

test('a healthy generator breaks no rule, and each rule is tried below', () => {
  expect(findingsOf([plain], latency)).toEqual([])
  expect(Object.keys(sickBy)).toEqual(rules.map(({ name }) => name))
})

test.each(limits)(
  '$name: on its limit of $limit it is not yet $state, over it is',
  ({ rule, state, limit }) => {
    const stateAt = (value: number) =>
      findingsOf(unitsOf(rule.name, value, 6), latency).find((one) => one.rule === rule.name)
    expect(stateAt(limit)?.state).not.toBe(state)
    const found = stateAt(limit + step[rule.unit])
    expect(found?.state).toBe(state)
    expect(found?.sentence).toContain(rule.what)
    expect(found?.sentence).toContain(rule.remedy)
  },
)

test.each(limits)('$name: $state by as many units as it says, no fewer', ({ rule, state, limit }) => {
  const value = limit + 3 * step[rule.unit]
  const stateOf = (sick: number) =>
    findingsOf(unitsOf(rule.name, value, sick), latency).find((one) => one.rule === rule.name)?.state
  const enough = { often: 3, ever: 1, middle: 3, together: 6 }[rule.judged]
  expect(stateOf(enough)).toBe(state)
  expect(stateOf(0)).toBeUndefined()
  if (rule.judged === 'often' || rule.judged === 'middle') expect(stateOf(2)).toBeUndefined()
})

test.each(limits)('$name: a run of a single unit is judged by that unit', ({ rule, state, limit }) => {
  const [unit] = unitsOf(rule.name, limit + step[rule.unit], 1)
  expect(findingsOf(unit === undefined ? [] : [unit], latency)[0]).toMatchObject({ rule: rule.name, state })
})

test.each(rules.filter((rule) => rule.units === 'slices'))('$name is not asked of a burst', (rule) => {
  const most = (rule.invalid ?? 0) + 10 * step[rule.unit]
  const block = unitsOf(rule.name, most, 6).map((unit) => ({ ...unit, kind: 'block' as const }))
  expect(findingsOf(block, latency)).toEqual([])
})

test('the worst state decides, and only its reasons are given', () => {
  const slow = { ...healthy, steal: 0.05 }
  const some = [plain, { ...plain, health: slow }, { ...plain, health: slow }]
  expect(judgeHealth(some).state).toBe('degraded')
  const { state, reasons } = judgeHealth([...some, { ...plain, health: { ...slow, workersLost: 1 } }])
  expect([state, reasons]).toEqual([
    'invalid',
    [
      'workers were lost where none may be, in 1 of 4 measurements (up to 1): look at the event worker_lost for its last words; SIGKILL without words is often the memory limit',
    ],
  ])
})

test('a sentence says what was found, the limit and what to do', () => {
  expect(judgeHealth(unitsOf('schedule-lag', 80_000, 3)).reasons).toEqual([
    'schedule lag p99 more than 50.0 ms, in 3 of 6 measurements (up to 80.0 ms): lower the rate, give the plan more workers (k6: more VUs), or give the generator cores of its own',
  ])
})

test('runs from before a figure was recorded are judged by what they have', () => {
  expect(judgeHealth(units(0, {}), latency)).toEqual({ state: 'valid', reasons: [] })
  expect(judgeHealth([])).toEqual({ state: 'valid', reasons: [] })
})

test('units of a warm-up are not asked', () => {
  const warm = unitsOf('worker-death', 1, 6).map((unit) => ({ ...unit, phase: 'warm-up' as const }))
  expect(judgeHealth(warm).state).toBe('valid')
})
