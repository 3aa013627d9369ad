import type { PlanPhase } from '../../model/plan.js'
import { monotonic } from './clock.js'
import type { RunnablePhase } from './open-phase.js'
import { rowOf, type Session } from './session.js'

// A target that refuses at once must not turn users into a flood.
const pauseAfterError = 10_000

const sleepUntil = async (instant: number): Promise<void> => {
  const left = instant - monotonic()
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left / 1_000))
}

/** Turns of the event loop, as far as somebody asks: one question a turn, however many ask. */
class Turns {
  private coming: Promise<void> | undefined
  private count = 0

  constructor(private readonly turn: () => Promise<void>) {}

  /** Which turn it is. */
  now(): number {
    void this.next()
    return this.count
  }

  next(): Promise<void> {
    this.coming ??= this.turn().then(() => {
      this.coming = undefined
      this.count += 1
    })
    return this.coming
  }
}

/**
 * Users that start a journey, think, and start the next, until the phase's time is over. User u of worker u mod W;
 * its i-th journey has row firstRow + u + i × users. A journey that broke is followed by 10 ms of rest at least.
 */
export function closedPhase(session: Session, index: number, phase: PlanPhase): RunnablePhase {
  const { unit, worker, workers } = session
  const state = { stopped: false }
  const turns = new Turns(session.turn)
  const user = async (number: number, startAt: number, end: number): Promise<void> => {
    const arm = unit.arms[phase.arm ?? 0]
    if (arm === undefined) return
    let due = startAt
    await sleepUntil(due)
    for (let n = phase.firstRow + number; due < end && !state.stopped && !unit.closed; n += phase.users) {
      arm.tally.intended += 1
      const turn = turns.now()
      const row = rowOf(session, phase, phase.arm ?? 0, n)
      const outcome = await unit.journey({
        arm,
        phase: index,
        phaseName: phase.name,
        n,
        intended: due,
        phaseBegan: startAt,
        row,
      })
      // A journey that waited for nothing: the next at once would keep the worker from all else.
      if (turns.now() === turn) await turns.next()
      due = monotonic() + Math.max(phase.think, outcome === 'error' ? pauseAfterError : 0)
      if (due < end) await sleepUntil(due)
    }
  }
  return {
    run: async (startAt) => {
      const end = startAt + phase.duration
      const users: Promise<void>[] = []
      for (let number = worker; number < phase.users; number += workers)
        users.push(user(number, startAt, end))
      await Promise.race([Promise.all(users), sleepUntil(end)])
    },
    stop: () => {
      state.stopped = true
    },
  }
}
