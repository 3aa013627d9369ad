import { messageOf } from '../../model/errors.js'
import type { Answer, Call, JsonObject, StepArguments, Steps, Vu } from '../../model/scenario.js'
import { monotonic } from './clock.js'
import { aborted } from './errors.js'
import { judge } from './judge.js'
import { contractThrew, type Caller, type Pending, type Reply } from './reply.js'
import { Split } from './split.js'
import { countError, countFound, countOutcome, spanEnd, spanStart } from './tally.js'
import { Thinking } from './thinking.js'
import type { Unit, UnitArm } from './unit.js'

/** One journey to begin. `intended` is on the monotonic clock, `phase` the number of the plan's phase. */
export interface Start {
  readonly arm: UnitArm
  readonly phase: number
  readonly phaseName: string
  readonly n: number
  readonly intended: number
  readonly row: () => unknown
}

// What is called once the unit has ended never answers: nobody would count it.
const never = new Promise<never>(() => {})

class Journey {
  private readonly thinking = new Thinking()
  private completed = false
  private broken = false
  readonly vu: Vu<Steps>

  constructor(
    private readonly unit: Unit,
    private readonly start: Start,
  ) {
    const steps: Record<string, (args?: StepArguments) => Promise<Answer>> = {}
    for (const [step, call] of Object.entries(unit.scenario.steps)) {
      const caller = start.arm.callers[step]
      if (caller !== undefined) steps[step] = (args = {}) => this.step(step, call, caller, args)
    }
    this.vu = Object.assign(steps, {
      receipt: (kind: string, fact: JsonObject) => this.receipt(kind, fact),
      think: (time: number) => (unit.closed ? never : this.thinking.think(time)),
    })
  }

  /** Ends the journey with what it returned; gives its outcome. */
  end(returned: string, began: number): string {
    const { unit, start } = this
    const now = monotonic()
    const thought = this.thinking.until(now)
    const outcome = this.broken ? 'error' : returned
    const total = Math.max(0, now - start.intended - thought)
    const lag = Math.max(0, began - start.intended)
    const sample = {
      total,
      lag,
      service: Math.max(0, total - lag),
      queue: 0,
      connect: 0,
      tls: 0,
      send: 0,
      wait: 0,
      receive: 0,
    }
    unit.record(start, 'whole', outcome, start.intended, sample)
    return outcome
  }

  private receipt(kind: string, fact: JsonObject): void {
    if (this.unit.closed) return
    const { arm, n } = this.start
    arm.tally.receipts[kind] = (arm.tally.receipts[kind] ?? 0) + 1
    arm.receipts.push({ kind, n, at: Date.now(), fact })
  }

  private step(step: string, call: Call, caller: Caller, args: StepArguments): Promise<Answer> {
    const { unit, start } = this
    if (unit.closed) return never
    const called = monotonic()
    // Steps begun before any has ended were due with the arrival; later ones when the journey calls them.
    const intended = this.completed ? called : Math.min(called, start.intended + this.thinking.until(called))
    start.arm.tally.begun += 1
    return new Promise((resolve) => {
      const split = new Split(called)
      let underway: Pending | undefined
      const done = (reply: Reply): void => {
        if (underway !== undefined) unit.deadlines.delete(underway)
        resolve(this.ended(step, call, reply, split, intended))
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
        unit.deadlines.add(underway)
      } catch (error) {
        split.end(monotonic())
        done(contractThrew(error))
      }
    })
  }

  private ended(step: string, call: Call, reply: Reply, split: Split, intended: number): Answer {
    const { unit, start } = this
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
    if (failure?.class !== 'generator') unit.record(start, step, outcome, intended, sampleOf(split, intended))
    return { outcome, answer, json, at: Date.now() }
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
})

/** Runs one journey to its outcome. Never rejects; what it throws is counted as the generator's error `journey_threw`. */
export async function runJourney(unit: Unit, start: Start): Promise<string> {
  const began = monotonic()
  const { tally } = start.arm
  unit.health.lag(began - start.intended)
  tally.started += 1
  spanStart(tally, start.phase, start.intended - unit.start)
  const journey = new Journey(unit, start)
  let returned = 'error'
  try {
    returned = (await unit.scenario.journey(journey.vu, start.row())) ?? 'done'
  } catch (error) {
    if (!unit.closed)
      countError(tally, 'whole', { class: 'generator', reason: 'journey_threw', message: messageOf(error) })
  }
  return unit.closed ? returned : journey.end(returned, began)
}
