import { expect, onTestFinished, test, vi } from 'vitest'
import { monotonic } from '../../../src/engine/journey/clock.js'
import type { K6Program } from '../../../src/engine/k6/program.js'
import { K6Vu } from '../../../src/engine/k6/vu.js'

test('a phase begins at its instant by the wall clock, also after that was set between two units', () => {
  const orders: { readonly startAt: number; readonly unitStart: number }[] = []
  const program = {
    cpu: 0,
    waited: 0,
    cores: 2,
    vus: [],
    order: (_: number, text: string) => orders.push(JSON.parse(text)),
  } as unknown as K6Program
  const real = Date.now
  onTestFinished(() => void vi.restoreAllMocks())
  for (const set of [0, 10_000, -10_000]) {
    vi.spyOn(Date, 'now').mockImplementation(() => real() + set)
    const unitStart = monotonic() + 1_000_000
    new K6Vu(program, 0).send({ type: 'phase', phase: 0, startAt: unitStart + 500_000, unitStart })
    const { startAt = NaN, unitStart: told = NaN } = orders.at(-1) ?? {}
    expect(Math.abs(told / 1_000 - Date.now() - 1_000)).toBeLessThan(20)
    expect(startAt - told).toBe(500_000)
  }
})
