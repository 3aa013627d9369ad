import { messageOf } from '../../model/errors.js'
import type {
  Answer,
  Call,
  Channel,
  ChannelOptions,
  JsonObject,
  Page,
  PageOptions,
  StepArguments,
  Steps,
  Vu,
} from '../../model/scenario.js'
import { monotonic, wallOf } from './clock.js'
import { aborted, type Failure } from './errors.js'
import { assertJson } from './json.js'
import { judge } from './judge.js'
import { Live } from './live/live.js'
import { contractThrew, type Caller, type Pending, type Reply } from './reply.js'
import { Split } from './split.js'
import { countError, countFound, countMissing, countOutcome, spanEnd, spanStart } from './tally.js'
import { Thinking } from './thinking.js'
import type { Unit, UnitArm } from './unit.js'
import type { SampleKind } from './recorder.js'

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
export class Journey {
  private readonly thinking = new Thinking()
  private completed = false
  private broken = false
  /** Steps that a watcher misses, and why: what it could not open, or lost since. */
  private readonly missed = new Map<string, Failure>()
  private live: Live | undefined

  constructor(private place: Place) {}

  /** Runs to its outcome. Never rejects; what it throws is counted as the generator's error `journey_threw`. */
  async run(journey: (vu: Vu<Steps>, row: unknown) => Promise<string | void>): Promise<string> {
    const { unit, start } = this.place
    const began = monotonic()
    const { tally } = start.arm
    unit.health.lag(began - start.intended)
    tally.started += 1
    spanStart(tally, start.phase, start.intended - unit.start)
    let returned = 'error'
    try {
      returned = (await journey(this.vu(), start.row())) ?? 'done'
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
    for (const [step, failure] of this.missed) countMissing(arm.tally, step, failure)
  }

  /** Whether the target refused or lost something that it opened. */
  get misses(): boolean {
    return this.missed.size > 0
  }

  reportHearings(): void {
    this.live?.report((kind, fact) => this.receipt(kind, fact))
  }

  /** Closes its pages and sockets. */
  leave(): void {
    this.place.unit.open.delete(this)
    this.live?.close()
  }

  /** The unit ends while it is under way. */
  abandon(): void {
    this.live?.destroy()
  }

  private vu(): Vu<Steps> {
    const { unit, start } = this.place
    const steps: Record<string, (args?: StepArguments) => Promise<Answer>> = {}
    for (const [step, call] of Object.entries(unit.scenario.steps)) {
      const caller = start.arm.callers[step]
      if (caller !== undefined) steps[step] = (args = {}) => this.step(step, call, caller, args, 'request')
    }
    return Object.assign(steps, {
      receipt: (kind: string, fact: JsonObject) => this.receipt(kind, fact),
      think: (time: number) => (this.place.unit.closed ? never : this.thinking.think(time)),
      liveview: (step: string, args: StepArguments, options: PageOptions<Steps> = {}) =>
        this.ofLive().view(step, args, options),
      socket: (step: string, args: StepArguments, options: ChannelOptions<Steps> = {}) =>
        this.ofLive().channel(step, args, options),
      began: wallOf(start.phaseBegan),
      observe: (step: string, answer: string, since: number) =>
        this.observe(step, answer, since, monotonic()),
    } satisfies {
      liveview: (
        step: string,
        args: StepArguments,
        options?: PageOptions<Steps>,
      ) => Promise<Answer & { readonly page: Page<Steps> | undefined }>
      socket: (
        step: string,
        args: StepArguments,
        options?: ChannelOptions<Steps>,
      ) => Promise<Answer & { readonly channel: Channel<Steps> | undefined }>
      [other: string]: unknown
    })
  }

  private ofLive(): Live {
    if (this.live !== undefined) return this.live
    this.live = new Live({
      n: this.place.start.n,
      place: () => this.place,
      act: (step, caller, args = {}) => {
        const call = this.place.unit.scenario.steps[step]
        if (call === undefined) throw new Error(`The scenario has no step "${step}".`)
        return this.step(step, call, caller, args, 'page')
      },
      observe: (step, answer, since, at) => this.observe(step, answer, since, at),
      missing: (step, failure) => {
        if (failure === undefined) this.missed.delete(step)
        else this.missed.set(step, failure)
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
    const sample = { total, lag, service: Math.max(0, total - lag) }
    unit.record(start, 'whole', outcome, start.intended, sample, 'whole')
    return outcome
  }

  private receipt(kind: string, fact: JsonObject): void {
    if (this.place.unit.closed) return
    assertJson(fact, `Receipt "${kind}"`)
    const { arm, n } = this.place.start
    arm.tally.receipts[kind] = (arm.tally.receipts[kind] ?? 0) + 1
    arm.receipts.push({ kind, n, at: Date.now(), fact })
  }

  private observe(step: string, answer: string, since: number, at: number): void {
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
    unit.record(start, step, outcome, intended, { total, service: total }, 'page', unit.phase.name)
  }

  private step(
    step: string,
    call: Call,
    caller: Caller,
    args: StepArguments,
    kind: SampleKind,
  ): Promise<Answer> {
    const { unit, start } = this.place
    if (unit.closed) return never
    const called = monotonic()
    // Steps begun before any has ended were due with the arrival; later ones when the journey calls them.
    const intended = this.completed ? called : Math.min(called, start.intended + this.thinking.until(called))
    start.arm.tally.begun += 1
    return new Promise((resolve) => {
      const split = new Split(called)
      let underway: Pending | undefined
      let over = false
      const done = (reply: Reply): void => {
        over = true
        if (underway !== undefined) unit.deadlines.delete(underway)
        resolve(this.ended(unit, start, step, call, reply, split, intended, kind))
      }
      try {
        const pending = caller(start.n, args, split, done)
        const abandon = (): void => {
          pending.cancel()
          start.arm.tally.failed += 1
          countOutcome(start.arm.tally, step, 'error')
          countError(start.arm.tally, step, aborted)
        }
        underway = { split, expire: () => pending.expire(), cancel: abandon }
        // A page may answer at once.
        if (!over) unit.deadlines.add(underway)
      } catch (error) {
        split.end(monotonic())
        done(contractThrew(error))
      }
    })
  }

  private ended(
    unit: Unit,
    start: Start,
    step: string,
    call: Call,
    reply: Reply,
    split: Split,
    intended: number,
    kind: SampleKind,
  ): Answer {
    const { tally } = start.arm
    const { outcome, failure, answer, json } = judge(call, reply)
    this.completed = true
    if (outcome === 'error') this.broken = true
    if (reply.kind === 'answered') tally.answered += 1
    else if (reply.kind === 'timed_out') tally.timedOut += 1
    else tally.failed += 1
    countOutcome(tally, step, outcome)
    if (failure !== undefined) countError(tally, step, failure)
    countFound(tally, failure)
    spanEnd(tally, start.phase, split.ended - unit.start)
    // What this machine could not send says nothing of the target's speed.
    if (failure?.class !== 'generator')
      unit.record(start, step, outcome, intended, sampleOf(split, intended), kind)
    return { outcome, answer, json, at: wallOf(split.ended) }
  }
}

const sampleOf = (split: Split, intended: number) => ({
  total: split.ended - intended,
  service: split.ended - split.begun,
  lag: split.begun - intended,
  queue: split.of('queue'),
  connect: split.of('connect'),
  tls: split.of('tls'),
  send: split.of('send'),
  wait: split.of('wait'),
  receive: split.of('receive'),
  page: split.of('page'),
  upgrade: split.of('upgrade'),
  join: split.of('join'),
  reply: split.of('reply'),
  effect: split.of('effect'),
})
