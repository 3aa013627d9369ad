import type { PlanPhase } from '../../model/plan.js'
import type { Pacing } from './pacing.js'
import { nothing, rowOf, type Session } from './session.js'

/** A stretch of load of one worker. */
export interface RunnablePhase {
  /** Begins it at an instant of the monotonic clock; resolves when the last journey has begun. */
  run(startAt: number): Promise<void>
  /** Begin nothing more. */
  stop(): void
}

type Row = () => unknown

const tryOut = (row: Row): Row => {
  try {
    row()
  } catch {
    // The journey makes it again, and counts what it throws.
  }
  return row
}

/** Rows that are made before their journeys are due. */
class PreparedRows {
  private readonly rows = new Map<number, Row>()

  constructor(private readonly make: (number: number) => Row) {}

  prepare(number: number): void {
    if (!this.rows.has(number)) this.rows.set(number, tryOut(this.make(number)))
  }

  take(number: number): Row {
    const row = this.rows.get(number)
    if (row === undefined) return this.make(number)
    this.rows.delete(number)
    return row
  }
}

/** Starts the journeys of an open phase or a burst at their set instants. A burst's rows are made at once, before it begins. */
export function openPhase(session: Session, index: number, phase: PlanPhase): RunnablePhase {
  const { unit } = session
  const { at, arm: arms, n: numbers } = session.shares[index] ?? nothing
  const burst = phase.kind === 'burst'
  const rows = new PreparedRows((number) => rowOf(session, phase, arms[number] ?? 0, numbers[number] ?? 0))
  if (burst) for (let number = 0; number < at.length; number += 1) rows.prepare(number)
  const begin = (number: number, startAt: number): void => {
    const place = arms[number] ?? 0
    const arm = unit.arms[place]
    if (arm === undefined) return
    const start = {
      arm,
      phase: index,
      phaseName: phase.name,
      n: numbers[number] ?? 0,
      intended: startAt + (at[number] ?? 0),
      phaseBegan: startAt,
      row: rows.take(number),
    }
    if (session.audience === undefined) void unit.journey(start)
    else void session.audience.enter(unit, place, start)
  }
  let pacing: Pacing | undefined
  return {
    run: (startAt) => {
      pacing = session.pace({
        count: at.length,
        due: (number) => startAt + (at[number] ?? 0),
        begin: (number) => begin(number, startAt),
        prepare: (number) => rows.prepare(number),
        atOnce: burst ? Number.POSITIVE_INFINITY : 64,
      })
      return pacing.run()
    },
    stop: () => pacing?.stop(),
  }
}
