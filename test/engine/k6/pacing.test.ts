import { expect, onTestFinished, test, vi } from 'vitest'
import { readBy } from '../../../src/engine/journey/clock.js'
import { TimerPacing } from '../../../src/engine/k6/script/pacing.js'

/** Begins things at instants, microseconds, by timers that sleep for whole milliseconds and a clock that a look at takes a microsecond of. */
async function pace(
  instants: readonly number[],
  slow: (index: number) => number = () => 0,
  set: (looks: number) => number = () => 0,
) {
  let now = 0
  let looks = 0
  readBy(() => {
    looks += 1
    now += 1 + set(looks)
    return now
  })
  let rung = 0
  let longest = 0
  const timers: { readonly at: number; readonly ring: () => void }[] = []
  vi.stubGlobal('setTimeout', (ring: () => void, wait: number) => {
    timers.push({ at: now + Math.ceil(wait) * 1_000, ring })
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  const begun: number[] = []
  const turns: number[] = []
  const prepared = new Set<number>()
  const ended = new TimerPacing({
    count: instants.length,
    due: (index) => instants[index] ?? 0,
    begin: (index) => {
      expect(index).toBe(begun.length)
      begun.push(now)
      turns.push(rung)
      now += slow(index)
    },
    prepare: (index) => prepared.add(index),
    atOnce: 64,
  }).run()
  for (let timer = timers.shift(); timer !== undefined; timer = timers.shift()) {
    now = Math.max(now, timer.at)
    rung += 1
    const before = looks
    timer.ring()
    longest = Math.max(longest, looks - before)
  }
  await ended
  return { lags: begun.map((at, index) => at - (instants[index] ?? 0)), looks, longest, prepared, turns }
}

const spaced = (count: number, gap: number): number[] =>
  Array.from({ length: count }, (_, n) => (n + 1) * gap)

test('each begins at its instant, though timers ring up to a millisecond late', async () => {
  const { lags, prepared } = await pace(spaced(200, 20_313))
  expect(Math.min(...lags)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...lags)).toBeLessThanOrEqual(5)
  expect(prepared.size).toBe(200)
})

test('little time is waited busily where many are to begin, and they begin a millisecond late at most', async () => {
  const instants = spaced(5_000, 1_370)
  const { lags, looks } = await pace(instants)
  expect(Math.min(...lags)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...lags)).toBeLessThanOrEqual(1_100)
  // A look takes a microsecond; a few of them are no waiting.
  expect(looks - 5 * instants.length).toBeLessThan(0.11 * (instants.at(-1) ?? 0))
})

test('after a long quiet no more is waited busily than ever', async () => {
  const { longest } = await pace([1_000, 600_000_000, ...spaced(20, 5_300).map((at) => 600_000_000 + at)])
  expect(longest).toBeLessThanOrEqual(1_010)
})

test('answers are read between so many that are due at once', async () => {
  const { turns } = await pace(Array.from({ length: 200 }, () => 5_000))
  expect(Math.max(...turns.map((turn) => turns.filter((one) => one === turn).length))).toBe(64)
})

test('a clock that is set back ends the waiting', async () => {
  // By then it is waited busily.
  const { lags, longest } = await pace(
    [20_500],
    () => 0,
    (looks) => (looks === 100 ? -4_000_000 : 0),
  )
  expect(lags).toHaveLength(1)
  expect(longest).toBeLessThanOrEqual(1_010)
})

test('those that are late begin as soon as may be, and what comes after them in time', async () => {
  const { lags } = await pace(spaced(300, 10_111), (index) => (index === 50 ? 300_000 : 0))
  expect(lags[51]).toBeGreaterThan(200_000)
  expect(Math.max(...lags.slice(100))).toBeLessThanOrEqual(5)
})
