import type { Told } from '../../../model/contract.js'
import { messageOf } from '../../../model/errors.js'
import type { Answer, JsonObject, StepArguments } from '../../../model/scenario.js'
import { wallOf } from '../clock.js'
import type { Failure } from '../errors.js'
import type { Place } from '../journey.js'
import type { Caller } from '../reply.js'
import { countError, countFrame, countMissing } from '../tally.js'
import { targetFailure } from './binding.js'
import { Hearing } from './hearing.js'

/** What pages and topics need of their journey. */
export interface Host {
  readonly n: number
  readonly place: () => Place
  readonly act: (step: string, caller: Caller, args?: StepArguments) => Promise<Answer>
  /** `since` is wall-clock milliseconds, `at` monotonic microseconds. */
  readonly observe: (step: string, answer: string, since: number, at: number) => void
  /** What a step was to open is not there, or went away; undefined once it is there. */
  readonly missing: (step: string, failure: Failure | undefined) => void
}

/** A journey's stay on one page or topic: what came there, counted where the journey counts. */
export class Stay {
  private readonly hearing = new Hearing()
  private ended = false

  /** `heard` is the step under which deliveries are timed. */
  constructor(
    private readonly host: Host,
    private readonly kind: 'watched' | 'viewed',
    private readonly step: string,
    private readonly heard: string | undefined,
    private readonly about: JsonObject,
  ) {}

  frame(bytes: number): void {
    this.hearing.frame(bytes)
    const { unit, start } = this.host.place()
    if (!unit.closed) countFrame(start.arm.tally, this.step, bytes)
  }

  /** Runs code of the contract or the scenario over a frame: its mistakes are the generator's, and end nothing. */
  safely(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.error({ class: 'generator', reason: 'contract_threw', message: messageOf(error) })
    }
  }

  told(told: Told, at: number): void {
    this.hearing.told(told, wallOf(at))
    this.delivered(told.committedAt, at)
  }

  /** A frame tells of a change that was committed then, milliseconds since 1970. */
  came(committedAt: number, at: number): void {
    this.hearing.came(committedAt, wallOf(at))
    this.delivered(committedAt, at)
  }

  problem(word: string, example: string): void {
    this.hearing.problem(word, example)
  }

  /** A frame that is no answer and tells nothing, as the protocol says. */
  odd(word: string, what: string): void {
    this.hearing.problem(word, what)
    this.error(targetFailure(word, what))
  }

  /** It was never there: whoever hears nothing then is not deaf. */
  refused(answer: Answer): void {
    if (answer.outcome === 'error')
      this.host.missing(this.step, targetFailure(answer.answer, `It could not be opened: ${answer.answer}.`))
  }

  /** It ended without our asking; `told` when a step has it for its error. */
  end(failure: Failure, told: boolean): void {
    if (this.ended) return
    this.ended = true
    this.hearing.lose()
    this.host.missing(this.step, failure)
    if (!told) this.error(failure, true)
  }

  /** It is there, for the first time or again. */
  begin(): void {
    this.ended = false
    this.hearing.begin()
    this.host.missing(this.step, undefined)
  }

  /** The journey left it. */
  leave(): void {
    this.ended = true
    this.hearing.lose()
  }

  /** As a receipt. */
  report(receipt: (kind: string, fact: JsonObject) => void): void {
    receipt(this.kind, this.hearing.fact(this.about))
  }

  private delivered(committedAt: number, at: number): void {
    if (this.heard === undefined) return
    const answer = Object.keys(this.host.place().unit.scenario.steps[this.heard]?.answers ?? {})[0]
    if (answer !== undefined) this.host.observe(this.heard, answer, committedAt, at)
  }

  private error(failure: Failure, asStep = false): void {
    const { unit, start } = this.host.place()
    if (unit.closed) return
    if (asStep) countMissing(start.arm.tally, this.step, failure)
    else countError(start.arm.tally, this.step, failure)
  }
}
