import { expect, onTestFinished, test, vi } from 'vitest'
import { readBy } from '../../../src/engine/journey/clock.js'
import { TimerPacing } from '../../../src/engine/k6/script/pacing.js'

/** Begins things at instants, microseconds, by timers that sleep for whole milliseconds and a clock that a look at takes a microsecond of. */
async function pace(instants: readonly number[], slow: (index: number) => number = () => 0) {
  let now = 0
  let looks = 0
  readBy(() => {
    looks += 1
    now += 1
    return now
  })
  const timers: { readonly at: number; readonly ring: () => void }[] = []
  vi.stubGlobal('setTimeout', (ring: () => void, wait: number) => {
    timers.push({ at: now + Math.ceil(wait) * 1_000, ring })
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  const begun: number[] = []
  const prepared = new Set<number>()
  const ended = new TimerPacing({
    count: instants.length,
    due: (index) => instants[index] ?? 0,
    begin: (index) => {
      expect(index).toBe(begun.length)
      begun.push(now)
      now += slow(index)
    },
    prepare: (index) => prepared.add(index),
    atOnce: 64,
  }).run()
  for (let timer = timers.shift(); timer !== undefined; timer = timers.shift()) {
    now = Math.max(now, timer.at)
    timer.ring()
  }
  await ended
  return { lags: begun.map((at, index) => at - (instants[index] ?? 0)), looks, prepared }
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

test('those that are late begin as soon as may be, and what comes after them in time', async () => {
  const { lags } = await pace(spaced(300, 10_111), (index) => (index === 50 ? 300_000 : 0))
  expect(lags[51]).toBeGreaterThan(200_000)
  expect(Math.max(...lags.slice(100))).toBeLessThanOrEqual(5)
})
