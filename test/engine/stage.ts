import { afterAll, expect } from 'vitest'
import type { Accounting, Engine } from '../../src/model/engine.js'
import { allWon, identities, keepAll, makePlan, oneArm, target, type PlanParts } from './harness.js'

const reasonsOf = ({ arms }: Accounting): Record<string, number> => {
  const reasons: Record<string, number> = {}
  for (const error of arms.control?.errors ?? []) {
    const name = `${error.class} ${error.reason}`
    reasons[name] = (reasons[name] ?? 0) + error.count
  }
  return reasons
}

/** Two arms by turns. */
export const alternating = (count: number, gap: number) => ({
  ...oneArm(count, gap),
  arm: oneArm(count, gap).at.map((_, index) => index % 2),
})

/** Targets and plans for one engine, which are taken away after the tests of a file, and the engine with them. */
export function stageOf(engine: Engine) {
  const cleanups: (() => void)[] = []
  afterAll(async () => {
    await engine.close()
    for (const cleanup of cleanups) cleanup()
  })
  const serve = async (handler: Parameters<typeof target>[0] = allWon) => {
    const served = await target(handler)
    cleanups.push(served.kill)
    return served
  }
  const plan = (parts: PlanParts) => {
    const made = makePlan(parts)
    cleanups.push(made.remove)
    return made.plan
  }
  const run = async (parts: PlanParts, signal = new AbortController().signal) => {
    const kept = keepAll()
    const accounting = await engine.run(plan(parts), kept.sink, signal)
    const account = accounting.arms.control
    expect(identities(account)).toEqual([])
    if (account === undefined) throw new Error('no accounting of the control')
    return { kept, accounting, account, reasons: reasonsOf(accounting) }
  }
  return { engine, serve, plan, run, later: (cleanup: () => void): void => void cleanups.push(cleanup) }
}

export type Stage = ReturnType<typeof stageOf>
