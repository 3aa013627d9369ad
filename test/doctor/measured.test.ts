import { expect, test } from 'vitest'
import { clockByAsking, clockByDates, judgeClock, readDates } from '../../src/doctor/clock.js'
import { judgeNoise, noise } from '../../src/doctor/noise.js'
import { inTime } from '../../src/doctor/patience.js'
import { judgeTimers, timers } from '../../src/doctor/timers.js'
import { rules } from '../../src/health/rules.js'
import { examined, machineWith, said } from './examined.js'

const crisp = { step: 0.04, timer: { p50: 80, p99: 300 }, immediate: { p50: 2, p99: 40 } }

test('timers: a coarse clock and late timers, by the limits of the schedule lag', () => {
  expect(said(judgeTimers(crisp, 'tsc'))).toMatch(
    /^ok: the clock steps by 40 ns \(tsc\); .* 80 µs late, p99 300 µs/,
  )
  const { degraded = 0, invalid = 0 } = rules.find(({ name }) => name === 'schedule-lag') ?? {}
  expect([degraded, invalid].every((limit) => limit > 0)).toBe(true)
  const late = (p99: number) => said(judgeTimers({ ...crisp, timer: { p50: 80, p99 } }))
  expect(late(degraded + 1)).toMatch(/^warning: .* → End what else runs/)
  expect(late(invalid + 1)).toMatch(/^failing: /)
  expect(said(judgeTimers({ ...crisp, step: 4 }))).toMatch(
    /^warning: the clock steps by 4 µs; .* → .*clocksource/,
  )
  expect(said(judgeTimers({ ...crisp, step: 10_000 }))).toMatch(/^failing: the clock steps by 10.0 ms/)
})

test('noise: the spread of equal things, steal and waiting, each with its own limits', () => {
  const spread = (sigma: number) => Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? sigma : -sigma))
  const quiet = { logRatios: spread(0.01), steal: 0, waited: 0.01 }
  expect(said(judgeNoise(quiet))).toMatch(
    /^ok: .* spread by 1\.0 %: in one unit a change below 0\.\d+ % could/,
  )
  expect(said(judgeNoise({ ...quiet, logRatios: spread(0.2) }))).toMatch(/^warning: /)
  expect(said(judgeNoise({ ...quiet, logRatios: spread(0.8) }))).toMatch(/^failing: /)
  expect(said(judgeNoise({ ...quiet, steal: 0.05 }))).toMatch(/^warning: .* → The hypervisor/)
  expect(said(judgeNoise({ ...quiet, waited: 0.5 }))).toMatch(/^failing: .* → End what else/)
  const unknown = said(judgeNoise({ ...quiet, steal: undefined, waited: undefined }))
  expect(unknown).toMatch(/^ok: /)
  expect(unknown).not.toMatch(/steal|waited/)
})

test('both are measured here in a moment, and come to a word', async () => {
  const here = examined(machineWith({}))
  expect(said(await timers(here))).toMatch(/^(ok|warning|failing): the clock steps by [1-9]/)
  expect(said(await noise(here))).toMatch(
    /^(ok|warning|failing): equal blocks of a bare loop spread by [\d<]/,
  )
})

/** Answers of a clock that is `ahead` of ours, and writes whole seconds. */
const dated = (ahead: number) =>
  Array.from({ length: 21 }, (_, at) => {
    const asked = 1_000_000_000_350 + at * 60
    return { asked, had: asked + 4, date: Math.floor((asked + 2 + ahead) / 1_000) * 1_000 }
  })

test.each([0, 250, -730, 5_000, -86_400_000])(
  'whole seconds, seen changing, tell %i ms within 34 ms',
  (ahead) => {
    const clock = clockByDates('It is', dated(ahead))
    expect(clock?.within).toBeLessThanOrEqual(34)
    expect(Math.abs((clock?.offset ?? NaN) - ahead)).toBeLessThanOrEqual(clock?.within ?? NaN)
  },
)

test('asking keeps the quickest answer', async () => {
  let looks = 0
  const clock = await clockByAsking('It is', async () => {
    looks += 1
    if (looks !== 3) await new Promise((resolve) => setTimeout(resolve, 60))
    return performance.timeOrigin + performance.now() + 70
  })
  expect(looks).toBe(9)
  expect(clock?.within).toBeLessThan(30)
  expect(Math.abs((clock?.offset ?? NaN) - 70)).toBeLessThanOrEqual((clock?.within ?? NaN) + 0.1)
  expect(await clockByAsking('It is', async () => NaN)).toBeUndefined()
})

test('a clock is warned of when it is surely farther off than its reading can tell', () => {
  const read = (offset: number, within: number, limit: number) =>
    said(judgeClock('clock', [{ of: 'It is', offset, within, limit }]))
  expect(read(3, 0.5, 10)).toBe('ok: It is 3.0 ms ahead (± 500 µs)')
  expect(read(-40, 1, 10)).toMatch(/^warning: It is 40.0 ms behind .* → Let both machines keep time/)
  expect(read(-40, 35, 10)).toMatch(/^ok/)
  expect(read(900, 30, 1_000)).toMatch(/^ok/)
  expect(read(5_000, 30, 1_000)).toMatch(/^warning/)
  expect(said(judgeClock('clock', []))).toMatch(/^ok: cannot be known/)
})

test('dates are read until an answer fails or has none', async () => {
  let asked = 0
  const dates = await readDates(async () => {
    asked += 1
    if (asked === 4) throw new Error('gone')
    return new Response('', { headers: { date: 'Wed, 25 Nov 2026 10:00:00 GMT' } })
  }, 200)
  expect(dates).toHaveLength(3)
  expect(await readDates(async () => new Response(''), 200)).toEqual([])
})

test('what comes too late is handed back, to be closed', async () => {
  const closed: string[] = []
  const late = new Promise<string>((resolve) => setTimeout(resolve, 3_100, 'pool'))
  await expect(inTime('Redis', late, (value) => closed.push(value))).rejects.toThrow(
    /did not answer within 3 s/,
  )
  await late
  expect(closed).toEqual(['pool'])
  expect(await inTime('Redis', Promise.resolve('pool'), (value) => closed.push(value))).toBe('pool')
  expect(closed).toHaveLength(1)
})
