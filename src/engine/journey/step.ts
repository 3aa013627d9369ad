import type { Answer, Call } from '../../model/scenario.js'
import { wallOf } from './clock.js'
import type { Timed } from './deadlines.js'
import { aborted } from './errors.js'
import type { Start } from './journey.js'
import { judge } from './judge.js'
import type { Sample, SampleKind } from './sample.js'
import type { Pending, Reply } from './reply.js'
import { Split } from './split.js'
import { countError, countFound, countOutcome, spanEnd } from './tally.js'
import type { Unit } from './unit.js'

/** A step by its name and its declaration in the scenario. */
export interface StepCall {
  readonly name: string
  readonly call: Call
  readonly kind: Extract<SampleKind, 'request' | 'page'>
}

/** One step under way: from its call until its answer is judged, counted and recorded. */
export class Step implements Timed {
  readonly split: Split
  earlier: Timed | undefined = undefined
  later: Timed | undefined = undefined
  /** What carries it; undefined until it is sent. */
  pending: Pending | undefined = undefined

  /** `intended` and `called` on the monotonic clock. */
  constructor(
    private readonly unit: Unit,
    private readonly start: Start,
    private readonly step: StepCall,
    private readonly intended: number,
    called: number,
    private readonly resolve: (answer: Answer) => void,
  ) {
    this.split = new Split(called)
    start.arm.tally.begun += 1
  }

  expire(): void {
    this.pending?.expire()
  }

  /** The unit ends before the answer came. */
  cancel(): void {
    this.pending?.cancel()
    const { tally } = this.start.arm
    tally.failed += 1
    tally.unsampled += 1
    countOutcome(tally, this.step.name, 'error')
    countError(tally, this.step.name, aborted)
  }

  /** Counts and records the reply; true when it is none that the scenario declares. */
  ended(reply: Reply): boolean {
    const { unit, start, step, split } = this
    const { tally } = start.arm
    unit.deadlines.delete(this)
    const { outcome, failure, answer, json } = judge(step.call, reply)
    if (reply.kind === 'answered') tally.answered += 1
    else if (reply.kind === 'timed_out') tally.timedOut += 1
    else tally.failed += 1
    countOutcome(tally, step.name, outcome)
    if (failure !== undefined) countError(tally, step.name, failure)
    countFound(tally, failure)
    spanEnd(tally, start.phase, split.ended - unit.start)
    // What this machine could not send says nothing of the target's speed.
    if (failure?.class === 'generator') tally.unsampled += 1
    else
      unit.record(
        start,
        step.name,
        outcome,
        this.intended,
        sampleOf(split, this.intended, step.kind),
        step.kind,
      )
    this.resolve({ outcome, answer, json, at: wallOf(split.ended) })
    return outcome === 'error'
  }
}

const sampleOf = (split: Split, intended: number, kind: StepCall['kind']): Sample => {
  const { spent, begun, ended } = split
  const [total, service, lag] = [ended - intended, ended - begun, begun - intended]
  return kind === 'request'
    ? [
        total,
        service,
        lag,
        spent.queue,
        spent.connect,
        spent.tls,
        spent.send,
        spent.wait,
        spent.receive,
        spent.unattributed,
      ]
    : [
        total,
        service,
        lag,
        spent.connect,
        spent.send,
        spent.page,
        spent.upgrade,
        spent.join,
        spent.reply,
        spent.effect,
      ]
}
