import { afterEach, expect, test, vi } from 'vitest'
import { monotonic } from '../../src/engine/journey/clock.js'
import { Deadlines, type Timed } from '../../src/engine/journey/deadlines.js'
import { Split } from '../../src/engine/journey/split.js'

let deadlines: Deadlines | undefined

afterEach(() => {
  deadlines?.close()
  vi.useRealTimers()
})

const expired: string[] = []

const stepOf = (name: string, begun = monotonic()): Timed & { readonly name: string } => ({
  name,
  split: new Split(begun),
  earlier: undefined,
  later: undefined,
  expire: () => void expired.push(name),
  cancel: () => {},
})

const opened = (timeout: number): Deadlines => {
  expired.length = 0
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  deadlines = new Deadlines(timeout)
  return deadlines
}

test('what is over expires in the order in which it began, and only that', () => {
  const line = opened(1_000_000)
  const now = monotonic()
  for (const [name, age] of [
    ['a', 3],
    ['b', 2],
    ['c', 0],
  ] as const)
    line.add(stepOf(name, now - age * 1_000_000))
  vi.advanceTimersByTime(10)
  expect(expired).toEqual(['a', 'b'])
  expect(line.drain()).toMatchObject([{ name: 'c' }])
})

test.each([0, 1, 2])('what ended is out, wherever it stood: place %i', (place) => {
  const line = opened(1_000_000)
  const steps = ['a', 'b', 'c'].map((name) => stepOf(name))
  for (const step of steps) line.add(step)
  const ended = steps[place]
  if (ended !== undefined) {
    line.delete(ended)
    line.delete(ended)
    expect(ended).toMatchObject({ earlier: undefined, later: undefined })
  }
  expect(line.drain()).toEqual(steps.filter((step) => step !== ended))
  expect(line.drain()).toEqual([])
})

test('one that was never in leaves the others alone', () => {
  const line = opened(1_000_000)
  const step = stepOf('a')
  line.add(step)
  line.delete(stepOf('stranger'))
  expect(line.drain()).toEqual([step])
})
