import { UserError } from '../../model/errors.js'
import type { PlanAudience } from '../../model/plan.js'
import type { Journey, Start } from './journey.js'
import type { Unit } from './unit.js'

interface Member {
  readonly arm: number
  readonly journey: Journey
  /** `absent`: it has not come in, or ended in an error of its own. */
  state: 'absent' | 'in'
}

/** Watchers of this worker. They outlive units: each counts for the one that runs. */
export class Audience {
  private readonly members: Member[] = []

  constructor(readonly id: string) {}

  async enter(unit: Unit, arm: number, start: Start): Promise<void> {
    const { journey, outcome } = unit.enter(start)
    const member: Member = { arm, journey, state: 'absent' }
    this.members.push(member)
    if ((await outcome) !== 'error') member.state = 'in'
    journey.stay()
  }

  /** Counts for another unit from now on. A watcher that was refused or lost is an error of each unit that misses it. */
  attach(unit: Unit): void {
    for (const { arm, journey } of this.members) {
      const there = unit.arms[arm]
      if (there !== undefined) journey.moveTo(unit, there)
    }
    this.count(unit)
  }

  /** Says in the unit's tallies who is there. */
  count(unit: Unit): void {
    for (const { tally } of unit.arms) tally.audience = { members: 0, lost: 0, absent: 0 }
    for (const { arm, journey, state } of this.members) {
      const audience = unit.arms[arm]?.tally.audience
      if (audience === undefined) continue
      audience.members += 1
      if (journey.misses) audience.lost += 1
      else if (state === 'absent') audience.absent += 1
    }
  }

  /** Each says what it heard. */
  report(): void {
    for (const { journey } of this.members) journey.reportHearings()
  }

  leave(): void {
    for (const { journey } of this.members.splice(0)) journey.leave()
  }
}

/** The audience of a worker, kept from one plan to the next. */
export class AudienceKeeper {
  private current: Audience | undefined

  /**
   * The audience that a plan names: a new one when it is to gather, else the one that is here. Another one leaves.
   * Throws `UserError`, exit 4, when it gathered in a worker that is no more: nobody else would miss its watchers.
   */
  of(wanted: PlanAudience | undefined): Audience | undefined {
    if (this.current !== undefined && (wanted?.stage === 'gather' || wanted?.id !== this.current.id)) {
      this.current.leave()
      this.current = undefined
    }
    if (wanted?.stage === 'gather') this.current = new Audience(wanted.id)
    if (wanted !== undefined && this.current === undefined)
      throw new UserError('A worker of the load generator died, and its watchers with it.', {
        hint: 'Run it again; if it dies again, the scenario or the contract ends the process.',
        exit: 4,
        reason: 'engine_failed',
      })
    return this.current
  }

  get here(): Audience | undefined {
    return this.current
  }

  /** After its last word. */
  dismiss(): void {
    this.current?.leave()
    this.current = undefined
  }
}
