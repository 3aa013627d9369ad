import { expect, test } from 'vitest'
import { Fit, spareUnits } from '../../src/measure/fit.js'
import type { UnitRecord } from '../../src/model/artefact.js'
import type { GeneratorHealth } from '../../src/model/engine.js'
import { micros, seconds } from '../../src/model/time.js'
import { healthy, units } from '../health/units.js'

/** As both arms saw it: the generator is one. */
const unit = (health: Partial<GeneratorHealth>): readonly UnitRecord[] => {
  const [made] = units(0, {})
  const one = { ...(made ?? expect.fail('no unit')), health: { ...healthy, ...health } }
  return [one, one]
}
const cores = (busy: number, targetHere = true) => ({ allowed: 2, busy, own: 0.2, targetHere })
const roomy = unit({})
const full = unit({ cores: cores(0.97), runQueue: 0.2 })
const stolen = unit({ steal: 0.3 })

test('a machine with room is sent all of the load, and every unit counts', () => {
  const fit = new Fit(0.35)
  fit.warmedUp(roomy)
  expect([1, 2, 3].map(() => fit.discard(roomy, true))).toEqual([undefined, undefined, undefined])
  expect([fit.load, fit.lengthOf(seconds(3))]).toEqual([1, seconds(3)])
})

test('without room the load is lowered, never below its least, and its units last longer', () => {
  const fit = new Fit(0.35)
  expect([1, 2, 3].map(() => fit.discard(full, true))).toEqual(['no_room', 'no_room', undefined])
  expect(fit.load).toBeCloseTo(0.36)
  expect(fit.lengthOf(seconds(3))).toBe(seconds(6))
  const promised = new Fit(1)
  expect([promised.discard(full, true), promised.load]).toEqual([undefined, 1])
})

test.each([
  ['busy cores', { cores: cores(0.72), runQueue: 0.1 }, 'no_room'],
  ['a generator that waits for a core', { cores: cores(0.6), runQueue: 0.13 }, 'no_room'],
  ['neither', { cores: cores(0.69), runQueue: 0.119 }, undefined],
])('what leaves no room: %s', (_, health, discarded) => {
  expect(new Fit(0.35).discard(unit(health), true)).toBe(discarded)
})

test('a warm-up tells of the room as well, but only until a unit counts', () => {
  const nearly = unit({ cores: cores(0.68), runQueue: 0.11 })
  const fit = new Fit(0.35)
  fit.warmedUp(full)
  expect(fit.discard(nearly, true)).toBe('no_room')
  expect(fit.discard(nearly, true)).toBeUndefined()
  fit.start()
  fit.warmedUp(full)
  expect([fit.discard(full, true), fit.load]).toEqual([undefined, 0.6])
})

test('targets on other machines are not spared: that they are behind is what is measured', () => {
  expect(new Fit(0.35).discard(unit({ cores: cores(0.99, false), runQueue: 0.2 }), true)).toBeUndefined()
})

test('a spoilt unit is sent again while there is time, and as long as there are rows', () => {
  const fit = new Fit(1)
  const spoilt = Array.from({ length: spareUnits }, () => 'spoilt')
  expect(fit.discard(stolen, false)).toBeUndefined()
  expect([1, 2, 3, 4].map(() => fit.discard(stolen, true))).toEqual([...spoilt, undefined])
  fit.start()
  expect(fit.discard(stolen, true)).toBe('spoilt')
  expect(fit.load).toBe(1)
})

test('room comes first: who takes the machine’s time for minutes leaves room for less', () => {
  const fit = new Fit(0.35)
  const both = unit({ steal: 0.3, cores: cores(0.95), runQueue: 0.4 })
  expect([1, 2, 3].map(() => fit.discard(both, true))).toEqual(['no_room', 'no_room', 'spoilt'])
  expect(fit.load).toBeCloseTo(0.36)
})

test('a build cannot be rid of its own slow units: what it may have caused counts', () => {
  const lag = { p50: micros(90_000), p99: micros(400_000), max: micros(500_000) }
  for (const health of [
    { workersLost: 1 },
    { samplesDropped: 4 },
    { runQueue: 0.6 },
    { lag },
    { descriptorWaits: 1 },
  ])
    expect(new Fit(1).discard(unit(health), true)).toBeUndefined()
})

test('a unit that hides what is to be told behind a busy machine is not discarded', () => {
  for (const health of [{ workersLost: 1 }, { samplesDropped: 4 }, { clockStep: micros(30_000) }])
    for (const more of [{ steal: 0.4 }, { cores: cores(0.99) }])
      expect(new Fit(0.35).discard(unit({ ...health, ...more }), true)).toBeUndefined()
  // What failed at the machine's limits, on whichever arm.
  const [control, candidate] = unit({ steal: 0.4 })
  if (control === undefined || candidate === undefined) return expect.fail('no unit')
  const errors = [{ step: 'reserve', class: 'generator', reason: 'no_port', count: 60, example: '' }] as const
  const failed = { ...candidate, accounting: { ...candidate.accounting, errors } }
  expect(new Fit(0.35).discard([control, failed], true)).toBeUndefined()
})
