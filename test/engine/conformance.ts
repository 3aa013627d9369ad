import { expect } from 'vitest'
import type { Engine } from '../../src/model/engine.js'
import { parts } from '../../src/model/engine.js'
import type { Plan } from '../../src/model/plan.js'
import { identities, keepAll } from './harness.js'

/**
 * What every engine owes to what comes behind it. `plan` has the arms control and candidate, 40 journeys of
 * one `take` each that all are won, each leaving one receipt `hold`, within its first second.
 */
export async function conforms(engine: Engine, plan: Plan): Promise<void> {
  const kept = keepAll()
  const accounting = await engine.run(plan, kept.sink, new AbortController().signal)
  expect(accounting.cutShort).toBe(false)
  expect(Object.keys(accounting.arms).toSorted()).toEqual(['candidate', 'control'])
  for (const arm of ['control', 'candidate'] as const) {
    const account = accounting.arms[arm]
    expect(identities(account)).toEqual([])
    expect(account).toMatchObject({ intended: 20, started: 20, notStarted: 0, receipts: { hold: 20 } })
    expect(account?.outcomes.take?.won).toBe(20)
    expect(kept.receipts.filter((one) => one.arm === arm && one.receipt.kind === 'hold')).toHaveLength(20)
    expect(kept.values('take', 'total', arm, 'won')).toHaveLength(20)
    expect(kept.values('whole', 'total', arm)).toHaveLength(20)
  }
  for (const { part, second, values } of kept.intervals) {
    expect(engine.capabilities.parts).toContain(part)
    expect(parts).toContain(part)
    expect(Number.isInteger(second) && second >= 0).toBe(true)
    expect(values).toBeInstanceOf(Uint32Array)
  }
  expect(kept.progress.at(-1)?.started).toBe(40)
}

/** An engine that is told to stop before it began sends nothing and says so. */
export async function stopsBeforeItBegan(engine: Engine, plan: Plan): Promise<void> {
  const kept = keepAll()
  const accounting = await engine.run(plan, kept.sink, AbortSignal.abort())
  expect(accounting.cutShort).toBe(true)
  expect(kept.intervals).toEqual([])
  for (const account of Object.values(accounting.arms)) {
    expect(identities(account)).toEqual([])
    expect(account).toMatchObject({ intended: 20, started: 0, notStarted: 20 })
  }
}
