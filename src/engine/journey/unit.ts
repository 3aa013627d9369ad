import type { Receipt } from '../../model/contract.js'
import type { Arm, Plan } from '../../model/plan.js'
import type { Dataset, Scenario } from '../../model/scenario.js'
import { Deadlines } from './deadlines.js'
import { Journey, type Start } from './journey.js'
import type { LiveBinding } from './live/binding.js'
import type { Sample, SampleKind, SampleTaker } from './sample.js'
import type { Caller } from './reply.js'
import type { Tally } from './tally.js'

/** One arm as journeys of this worker see it. */
export interface UnitArm {
  readonly arm: Arm
  readonly tally: Tally
  readonly dataset: Dataset
  readonly callers: Readonly<Record<string, Caller>>
  readonly live: Readonly<Record<string, LiveBinding>>
  receipts: Receipt[]
}

/** The running unit of a worker: what all its journeys share. */
export class Unit {
  readonly deadlines: Deadlines
  /** Start of the unit on the monotonic clock. */
  start = 0
  /** Nothing is counted any more. */
  closed = false
  /** The phase that began last: what watchers hear belongs to it. */
  phase = { index: 0, name: '' }
  /** What still holds connections when it is closed. */
  readonly open = new Set<{ readonly abandon: () => void }>()
  private running = 0
  private whenIdle: (() => void)[] = []
  private readonly severalPhases: boolean
  /** Names of metrics by phase and step: a name that is made anew each time must be hashed each time. */
  private readonly metrics = new Map<string, Map<string, string>>()

  constructor(
    plan: Plan,
    readonly scenario: Scenario,
    readonly arms: readonly UnitArm[],
    private readonly samples: SampleTaker,
    /** Takes how late a journey began, microseconds. */
    readonly lag: (value: number) => void,
  ) {
    this.deadlines = new Deadlines(plan.timeout)
    this.severalPhases = plan.load.phases.length > 1
  }

  /** The load begins: at its first phase, at `start` on the monotonic clock. */
  begin(start: number): void {
    if (this.start !== 0) return
    this.start = start
  }

  /** Runs a journey to its outcome. */
  journey(start: Start): Promise<string> {
    const journey = new Journey({ unit: this, start })
    this.running += 1
    return journey.run(this.scenario.journey).then((outcome) => {
      journey.leave()
      this.ended()
      return outcome
    })
  }

  /** Lets a watcher in; it stays open. */
  enter(start: Start): { readonly journey: Journey; readonly outcome: Promise<string> } {
    const journey = new Journey({ unit: this, start })
    this.running += 1
    const outcome = journey.run(this.scenario.audience ?? this.scenario.journey)
    void outcome.then(() => this.ended())
    return { journey, outcome }
  }

  private ended(): void {
    this.running -= 1
    if (this.running === 0) for (const resolve of this.whenIdle.splice(0)) resolve()
  }

  /** Resolves when no journey is under way, at latest after `patience` microseconds. */
  async idle(patience: number): Promise<void> {
    if (this.running === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patience / 1_000)
      this.whenIdle.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** `phaseName`: of the journey, or of the load that a watcher hears. */
  record(
    start: Start,
    step: string,
    outcome: string,
    intended: number,
    sample: Sample,
    kind: SampleKind,
    phaseName = start.phaseName,
  ): void {
    const metric = this.severalPhases ? this.metricOf(step, phaseName) : step
    this.samples.add({ arm: start.arm.arm, metric, outcome }, start.n, intended - this.start, sample, kind)
  }

  private metricOf(step: string, phase: string): string {
    let names = this.metrics.get(phase)
    if (names === undefined) this.metrics.set(phase, (names = new Map()))
    let name = names.get(step)
    if (name === undefined) names.set(step, (name = `${step}@${phase}`))
    return name
  }

  /** Ends the counting: what is under way fails as the generator's. */
  close(): void {
    for (const pending of this.deadlines.drain()) pending.cancel()
    for (const journey of this.open) journey.abandon()
    this.closed = true
    this.deadlines.close()
  }
}
