import { isLasting, isTakenFrom } from '../health/judge.js'
import { hadRoom } from '../health/room.js'
import type { UnitRecord } from '../model/artefact.js'
import type { GeneratorHealth } from '../model/engine.js'
import { micros, type Micros } from '../model/time.js'

/** Units of a start that may be sent and not count. Rows are made for so many. */
export const spareUnits = 3
/** How much of the load is left after each time that it found no room. */
const easing = 0.6
/** A lighter unit lasts longer, so that it has as many journeys; but not longer than so many times. */
const longest = 2

/**
 * Fits a scenario to a machine that generator and targets share: how much of its load is sent, and which units count. Decided by how
 * the generator and the machine fared, never by what was measured of a target, and for both arms at once.
 */
export class Fit {
  /** Share of the rates that is sent. Fixed once a unit counts: units of different loads are no repetitions of each other. */
  load = 1
  private fixed = false
  private spare = spareUnits
  /** How the units fared that were sent at this load, until one counts: a warm-up, cold as it is, tells of a machine's room, too. */
  private tried: GeneratorHealth[] = []

  constructor(private readonly leastLoad: number) {}

  /** How long a unit of this load lasts that lasts `length` at all of it. */
  lengthOf(length: Micros): Micros {
    return micros(length * Math.min(longest, 1 / this.load))
  }

  /** A fresh start has rows of its own. */
  start(): void {
    this.spare = spareUnits
  }

  warmedUp(unit: readonly UnitRecord[]): void {
    if (!this.fixed) this.tried.push(...unit.map(({ health }) => health))
  }

  /**
   * Why a unit that was sent does not count; undefined where it does. `unit`: as each arm saw it. `patient`: there is time to send a
   * spoilt one again.
   */
  discard(unit: readonly UnitRecord[], patient: boolean): UnitRecord['discarded'] {
    const discarded = this.spare === 0 ? undefined : this.reason(unit, patient)
    if (discarded === undefined) this.fixed = true
    else this.spare -= 1
    this.tried = []
    if (discarded === 'no_room') this.load *= easing
    return discarded
  }

  private reason(unit: readonly UnitRecord[], patient: boolean): UnitRecord['discarded'] {
    if (isLasting(unit)) return undefined
    // Room first: who takes the machine's time for minutes leaves room for less.
    const mayEase = !this.fixed && this.load * easing >= this.leastLoad
    if (mayEase && !hadRoom([...this.tried, ...unit.map(({ health }) => health)])) return 'no_room'
    return patient && isTakenFrom(unit, 'invalid') ? 'spoilt' : undefined
  }
}
