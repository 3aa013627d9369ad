import { expect, test } from 'vitest'
import { Recorder } from '../../src/engine/conduct/recorder.js'
import type { Sample, SampleKey } from '../../src/engine/journey/sample.js'

const key = (outcome: string, metric = 'take'): SampleKey => ({ arm: 'control', metric, outcome })

const valuesOf = (recorder: Recorder, part: string, outcome: string, before = Infinity) =>
  recorder
    .take(before)
    .filter((one) => one.part === part && one.outcome === outcome)
    .map(({ second, values }) => [second, [...values].sort((a, b) => a - b)])

test('samples are kept by the second of their intended start, and a late one opens its second again', () => {
  const recorder = new Recorder()
  recorder.add(key('won'), 0, 999_999, [5, 4, 1], 'request')
  recorder.add(key('won'), 1, 1_000_000, [7, 7], 'request')
  expect(valuesOf(recorder, 'total', 'won', 1)).toEqual([[0, [5]]])
  recorder.add(key('won'), 2, 500_000, [9, 9], 'request')
  expect(valuesOf(recorder, 'total', 'won')).toEqual([
    [1, [7]],
    [0, [9]],
  ])
  expect(recorder.take(Infinity)).toEqual([])
})

test('a part that was zero for some counts for all, and one that was zero for all is left out', () => {
  const recorder = new Recorder()
  const samples: Sample[] = [
    [30, 30, 0, 20],
    [10, 10],
    [40, 40, 0, 0, 5],
  ]
  for (const [n, sample] of samples.entries()) recorder.add(key('won'), n, 0, sample, 'request')
  const taken = Object.fromEntries(
    recorder.take(Infinity).map(({ part, values }) => [part, [...values].sort((a, b) => a - b)]),
  )
  expect(taken).toEqual({
    total: [10, 30, 40],
    service: [10, 30, 40],
    queue: [0, 0, 20],
    connect: [0, 0, 5],
  })
})

test('no sample is lost, whatever the order of keys and seconds', () => {
  const recorder = new Recorder()
  let taken = 0
  for (let n = 0; n < 5_000; n += 1) {
    recorder.add(
      key(n % 3 === 0 ? 'won' : 'conflict', `step-${n % 5}`),
      n,
      (n % 7) * 300_000,
      [n, n],
      'request',
    )
    if (n % 100 === 0)
      for (const { part, values } of recorder.take(1)) taken += part === 'total' ? values.length : 0
  }
  for (const { part, values } of recorder.take(Infinity)) taken += part === 'total' ? values.length : 0
  expect(taken).toBe(5_000)
})

test('the slowest ten of a metric are kept, of all its outcomes, each with its parts', () => {
  const recorder = new Recorder()
  for (let n = 0; n < 100; n += 1)
    recorder.add(key(n % 2 === 0 ? 'won' : 'conflict'), n, n * 1_000, [(n * 37) % 100, 1, 0, 3], 'request')
  const slowest = recorder.exemplars()
  expect(slowest.map(({ parts }) => parts.total)).toEqual([99, 98, 97, 96, 95, 94, 93, 92, 91, 90])
  expect(slowest[0]).toEqual({
    ...key('conflict'),
    n: 27,
    at: 27_000,
    parts: { total: 99, service: 1, queue: 3 },
  })
})
