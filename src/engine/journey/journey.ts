import { messageOf } from '../../model/errors.js'
import type { Answer, JsonObject, StepArguments, Steps, Vu } from '../../model/scenario.js'
import { monotonic, wallOf } from './clock.js'
import type { Failure } from './errors.js'
import { assertJson } from './json.js'
import { Live } from './live/live.js'
import { contractThrew, type Caller, type Reply } from './reply.js'
import { Step, type StepCall } from './step.js'
import { countError, countMissing, countOutcome, spanEnd, spanStart } from './tally.js'
import { Thinking } from './thinking.js'
import type { Unit, UnitArm } from './unit.js'
import { vuOf, type Acts } from './vu.js'

/** One journey to begin. `intended` is on the monotonic clock, `phase` the number of the plan's phase. */
export interface Start {
  readonly arm: UnitArm
  readonly phase: number
  readonly phaseName: string
  readonly n: number
  readonly intended: number
  /** When its phase began, on the monotonic clock. */
  readonly phaseBegan: number
  readonly row: () => unknown
}

/** Where a journey is counted: one unit from its start to its end, but for watchers, who outlive units. */
export interface Place {
  readonly unit: Unit
  readonly start: Start
}

// Two clocks are read, and one is rounded. Milliseconds.
const clockError = 5
/** Nothing that is observed took longer, milliseconds: seconds in place of them would seem to. */
const longestAgo = 3_600_000

// What is called once the unit has ended never answers: nobody would count it.
const never = new Promise<never>(() => {})

/** One user's way, or one watcher's stay. */
export class Journey implements Acts {
  private readonly thinking = new Thinking()
  private completed = false
  private broken = false
  /** Steps that a watcher misses, and why: what it could not open, or lost since. */
  private missed: Map<string, Failure> | undefined
  private live: Live | undefined

  constructor(private place: Place) {}

  /** Runs to its outcome. Never rejects; what it throws is counted as the generator's error `journey_threw`. */
  async run(journey: (vu: Vu<Steps>, row: unknown) => Promise<string | void>): Promise<string> {
    const { unit, start } = this.place
    const began = monotonic()
    const { tally } = start.arm
    unit.lag(began - start.intended)
    tally.started += 1
    spanStart(tally, start.phase, start.intended - unit.start)
    let returned = 'error'
    try {
      returned = (await journey(vuOf(unit.scenario, this), start.row())) ?? 'done'
    } catch (error) {
      if (!unit.closed)
        countError(tally, 'whole', { class: 'generator', reason: 'journey_threw', message: messageOf(error) })
    }
    return unit.closed ? returned : this.end(returned, began)
  }

  /** It has come in, and outlives its unit. */
  stay(): void {
    this.place.unit.open.delete(this)
  }

  /** Counts for another unit from now on. */
  moveTo(unit: Unit, arm: UnitArm): void {
    this.place = { unit, start: { ...this.place.start, arm } }
    for (const [step, failure] of this.missed ?? []) countMissing(arm.tally, step, failure)
  }

  /** Whether the target refused or lost something that it opened. */
  get misses(): boolean {
    return this.missed !== undefined && this.missed.size > 0
  }

  reportHearings(): void {
    this.live?.report(this.receipt)
  }

  /** Closes its pages and sockets. */
  leave(): void {
    if (this.live === undefined) return
    this.place.unit.open.delete(this)
    this.live.close()
  }

  /** The unit ends while it is under way. */
  abandon(): void {
    this.live?.destroy()
  }

  called(step: StepCall): ((args?: StepArguments) => Promise<Answer>) | undefined {
    const caller = this.place.start.arm.callers[step.name]
    return caller === undefined ? undefined : (args = {}) => this.step(step, caller, args)
  }

  get began(): number {
    return wallOf(this.place.start.phaseBegan)
  }

  // Asked for one at a time, so that a journey carries only what it uses.
  get think(): Acts['think'] {
    return (time) => (this.place.unit.closed ? never : this.thinking.think(time))
  }

  get observe(): Acts['observe'] {
    return (step, answer, since) => this.observed(step, answer, since, monotonic())
  }

  get liveview(): Acts['liveview'] {
    return (step, args, options = {}) => this.ofLive().view(step, args, options)
  }

  get socket(): Acts['socket'] {
    return (step, args, options = {}) => this.ofLive().channel(step, args, options)
  }

  get receipt(): Acts['receipt'] {
    return (kind, fact) => this.keep(kind, fact)
  }

  private ofLive(): Live {
    if (this.live !== undefined) return this.live
    this.live = new Live({
      n: this.place.start.n,
      place: () => this.place,
      act: (name, caller, args = {}) => {
        const call = this.place.unit.scenario.steps[name]
        if (call === undefined) throw new Error(`The scenario has no step "${name}".`)
        return this.step({ name, call, kind: 'page' }, caller, args)
      },
      observe: (step, answer, since, at) => this.observed(step, answer, since, at),
      missing: (step, failure) => {
        if (failure === undefined) this.missed?.delete(step)
        else (this.missed ??= new Map()).set(step, failure)
      },
    })
    this.place.unit.open.add(this)
    return this.live
  }

  /** Ends the journey with what it returned; gives its outcome. */
  private end(returned: string, began: number): string {
    const { unit, start } = this.place
    const now = monotonic()
    const thought = this.thinking.until(now)
    const outcome = this.broken ? 'error' : returned
    const total = Math.max(0, now - start.intended - thought)
    const lag = Math.max(0, began - start.intended)
    unit.record(start, 'whole', outcome, start.intended, [total, Math.max(0, total - lag), lag], 'whole')
    return outcome
  }

  private keep(kind: string, fact: JsonObject): void {
    if (this.place.unit.closed) return
    assertJson(fact, `Receipt "${kind}"`)
    const { arm, n } = this.place.start
    arm.tally.receipts[kind] = (arm.tally.receipts[kind] ?? 0) + 1
    arm.receipts.push({ kind, n, at: Date.now(), fact })
  }

  private observed(step: string, answer: string, since: number, at: number): void {
    const { unit, start } = this.place
    if (unit.closed || unit.start === 0) return
    const age = wallOf(at) - since
    if (!(age < longestAgo))
      throw new Error(
        `observe("${step}") is told an instant of ${since}, which is no wall clock in milliseconds.`,
      )
    // Clocks that differ would make it look sudden: no sample is better than a false one.
    if (age < -clockError) return
    const { tally } = start.arm
    const outcome = unit.scenario.steps[step]?.answers[answer]
    if (outcome === undefined) throw new Error(`Step "${step}" does not declare the answer "${answer}".`)
    tally.begun += 1
    tally.answered += 1
    countOutcome(tally, step, outcome)
    const total = Math.max(0, Math.round(age * 1_000))
    spanEnd(tally, unit.phase.index, at - unit.start)
    // A change of the unit before is not of this one's time.
    const intended = Math.max(unit.start, at - total)
    unit.record(start, step, outcome, intended, [total, total], 'page', unit.phase.name)
  }

  private step(what: StepCall, caller: Caller, args: StepArguments): Promise<Answer> {
    const { unit, start } = this.place
    if (unit.closed) return never
    const called = monotonic()
    // Steps begun before any has ended were due with the arrival; later ones when the journey calls them.
    const intended = this.completed ? called : Math.min(called, start.intended + this.thinking.until(called))
    return new Promise((resolve) => {
      const step = new Step(unit, start, what, intended, called, resolve)
      const done = (reply: Reply): void => {
        this.completed = true
        if (step.ended(reply)) this.broken = true
      }
      try {
        step.pending = caller(start.n, args, step.split, done)
        // A page may answer at once.
        if (step.split.ended === 0) unit.deadlines.add(step)
      } catch (error) {
        step.split.end(monotonic())
        done(contractThrew(error))
      }
    })
  }
}
