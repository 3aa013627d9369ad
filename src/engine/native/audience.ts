import type { PlanAudience } from '../../model/plan.js'
import type { Journey, Start } from './journey.js'
import type { Unit } from './unit.js'

interface Member {
  readonly arm: number
  readonly journey: Journey
}

/** Watchers of this worker. They outlive units: each counts for the one that runs. */
export class Audience {
  private readonly members: Member[] = []

  constructor(readonly id: string) {}

  async enter(unit: Unit, arm: number, start: Start): Promise<void> {
    const journey = await unit.enter(start)
    journey.stay()
    this.members.push({ arm, journey })
  }

  /** Counts for another unit from now on. A watcher that never came in, or was lost, is an error of each unit that misses it. */
  attach(unit: Unit): void {
    for (const { arm, journey } of this.members) {
      const there = unit.arms[arm]
      if (there !== undefined) journey.moveTo(unit, there)
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

  /** The audience that a plan names: a new one when it is to gather, else the one that is here. Another one leaves. */
  of(wanted: PlanAudience | undefined): Audience | undefined {
    if (this.current !== undefined && (wanted?.stage === 'gather' || wanted?.id !== this.current.id)) {
      this.current.leave()
      this.current = undefined
    }
    if (wanted?.stage === 'gather') this.current = new Audience(wanted.id)
    return this.current
  }

  /** After its last word. */
  dismiss(): void {
    this.current?.leave()
    this.current = undefined
  }
}
