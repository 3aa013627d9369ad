import type { PlanPhase } from '../../model/plan.js'
import { Pacer } from './pacer.js'
import { rowOf, type Session } from './session.js'

/** A stretch of load of one worker. */
export interface RunnablePhase {
  /** Begins it at an instant of the monotonic clock; resolves when the last journey has begun. */
  run(startAt: number): Promise<void>
  /** Begin nothing more. */
  stop(): void
}

const tryOut = (row: () => unknown): (() => unknown) => {
  try {
    row()
  } catch {
    // The journey makes it again, and counts what it throws.
  }
  return row
}

/** Starts the journeys of an open phase or a burst at their set instants. A burst's rows are made at once, before it begins. */
export function openPhase(session: Session, index: number, phase: PlanPhase): RunnablePhase {
  const { unit } = session
  const shares = session.shares[index] ?? []
  const burst = phase.kind === 'burst'
  const rows: ((() => unknown) | undefined)[] = []
  const prepare = (number: number): void => {
    const share = shares[number]
    if (share !== undefined) rows[number] ??= tryOut(rowOf(session, phase, share.arm, share.n))
  }
  if (burst) for (let number = 0; number < shares.length; number += 1) prepare(number)
  const begin = (number: number, startAt: number): void => {
    const share = shares[number]
    const arm = unit.arms[share?.arm ?? -1]
    if (share === undefined || arm === undefined) return
    const row = rows[number] ?? rowOf(session, phase, share.arm, share.n)
    rows[number] = undefined
    const start = {
      arm,
      phase: index,
      phaseName: phase.name,
      n: share.n,
      intended: startAt + share.at,
      phaseBegan: startAt,
      row,
    }
    if (session.audience === undefined) void unit.journey(start)
    else void session.audience.enter(unit, share.arm, start)
  }
  let pacer: Pacer | undefined
  return {
    run: (startAt) => {
      pacer = new Pacer(
        {
          count: shares.length,
          due: (number) => startAt + (shares[number]?.at ?? 0),
          begin: (number) => begin(number, startAt),
          prepare,
          atOnce: burst ? Number.POSITIVE_INFINITY : 64,
        },
        (time) => unit.health.spin(time),
      )
      return pacer.run()
    },
    stop: () => pacer?.stop(),
  }
}
