import { messageOf, UserError } from '../../model/errors.js'
import type { Scenario } from '../../model/scenario.js'
import type { ArrivalTable } from '../../model/plan.js'
import { AudienceKeeper } from './audience.js'
import { closedPhase } from './closed-phase.js'
import type { FromWorker, ToWorker } from './messages.js'
import { openPhase, type RunnablePhase } from './open-phase.js'
import type { Pacing, Schedule } from './pacing.js'
import type { SampleTaker } from './sample.js'
import { takeShares, type Session } from './session.js'
import { countError } from './tally.js'
import { Unit, type UnitArm } from './unit.js'
import type { UnitWatch } from './worker-health.js'

type Prepare = Extract<ToWorker, { type: 'prepare' }>

/** A plan, read and bound by an engine. */
export interface Bound {
  readonly scenario: Scenario
  readonly table: ArrivalTable
  readonly arms: readonly UnitArm[]
  readonly samples: SampleTaker
  readonly watch: UnitWatch
  readonly pace: (schedule: Schedule) => Pacing
  /** Hands on what the unit yields, from now until `end`, whose last word is `done`. */
  readonly report: (unit: Unit) => { end(): void }
}

/** What an engine lends to the journeys of one worker. */
export interface Carrier<Order extends Prepare = Prepare> {
  /** Reads a plan and binds its steps. Throws `UserError` when the plan cannot be carried out. */
  bind(order: Order): Promise<Bound>
  /** Makes ready for a burst. Returns why it could not, if it could not. */
  warm(
    session: Session,
    phase: number,
    stop: () => boolean,
  ): Promise<Extract<FromWorker, { type: 'opened' }>['failure']>
  /** The next turn of the event loop. */
  turn(): Promise<void>
  post(message: FromWorker): void
}

// Beyond the time-out, for the step that began last of all.
const grace = 250_000

interface Current {
  readonly session: Session
  readonly bound: Bound
  readonly report: { end(): void }
  readonly phases: Map<number, RunnablePhase>
}

/** A worker, whatever carries its journeys: does what the parent of a run orders, and says how it went. */
export class Performer<Order extends Prepare = Prepare> {
  private readonly audiences = new AudienceKeeper()
  private current: Current | undefined
  private stopped = false

  constructor(private readonly carrier: Carrier<Order>) {}

  /** Never rejects: an order that cannot be carried out is `refused`. */
  async obey(order: Order | Exclude<ToWorker, Prepare>): Promise<void> {
    try {
      if (order.type === 'prepare') await this.prepare(order)
      else if (order.type === 'open') await this.open(order.phase)
      else if (order.type === 'phase') await this.runPhase(order.phase, order.startAt, order.unitStart)
      else await this.finish(order.patience)
    } catch (error) {
      this.refuse(error)
    }
  }

  /** Nobody gives orders any more: whoever is still there leaves. */
  close(): void {
    this.stopped = true
    for (const phase of this.current?.phases.values() ?? []) phase.stop()
    this.current?.session.unit.close()
    this.current?.bound.watch.end()
    this.current = undefined
    this.audiences.dismiss()
  }

  /** Counts what no journey caught as the generator's. */
  blame(error: unknown): void {
    const tally = this.current?.session.unit.arms[0]?.tally
    const message = `A promise that nobody awaits was rejected: ${messageOf(error)}`
    if (tally !== undefined)
      countError(tally, 'whole', { class: 'generator', reason: 'journey_threw', message })
  }

  private async prepare(order: Order): Promise<void> {
    const { plan, worker, workers } = order
    this.stopped = false
    const audience = this.audiences.of(plan.audience)
    const bound = await this.carrier.bind(order)
    const { arms, table, scenario, samples, watch } = bound
    const unit = new Unit(plan, scenario, arms, samples, watch.lag)
    const session: Session = {
      plan,
      worker,
      workers,
      unit,
      audience: plan.audience?.stage === 'gather' ? audience : undefined,
      shares: takeShares(plan, table, worker, workers, arms),
      pace: bound.pace,
      turn: () => this.carrier.turn(),
    }
    audience?.attach(unit)
    this.current = { session, bound, report: bound.report(unit), phases: new Map() }
    this.carrier.post({ type: 'ready', tallies: arms.map(({ tally }) => tally) })
  }

  private phaseOf({ session, phases }: Current, index: number): RunnablePhase {
    const found = phases.get(index)
    if (found !== undefined) return found
    const phase = session.plan.phases[index]
    if (phase === undefined) throw new Error(`The plan has no phase ${index}.`)
    const made =
      phase.kind === 'closed' ? closedPhase(session, index, phase) : openPhase(session, index, phase)
    phases.set(index, made)
    return made
  }

  private async open(index: number): Promise<void> {
    const { current } = this
    if (current === undefined) return
    this.phaseOf(current, index)
    const over = (): boolean => this.stopped || this.current !== current
    const failure = await this.carrier.warm(current.session, index, over)
    if (this.current === current) this.carrier.post({ type: 'opened', phase: index, failure })
  }

  private async runPhase(index: number, startAt: number, unitStart: number): Promise<void> {
    const { current } = this
    if (current === undefined || this.stopped) return
    const { plan, unit } = current.session
    const { watch } = current.bound
    if (unit.start === 0) watch.begin()
    unit.begin(unitStart)
    unit.phase = { index, name: plan.phases[index]?.name ?? '' }
    await this.phaseOf(current, index).run(startAt)
    watch.loadEnded()
    await unit.idle(plan.timeout + grace)
    if (this.current !== current) return
    current.phases.delete(index)
    this.carrier.post({ type: 'ended', phase: index })
  }

  private async finish(patience: number): Promise<void> {
    this.stopped = true
    const { current } = this
    for (const phase of current?.phases.values() ?? []) phase.stop()
    await current?.session.unit.idle(patience)
    // Told twice when a run is ended while it ends: the first to come here does it.
    if (current === undefined || this.current !== current) return
    const { plan, unit } = current.session
    const audience = plan.audience === undefined ? undefined : this.audiences.here
    audience?.count(unit)
    if (plan.audience?.stage === 'dismiss') {
      audience?.report()
      this.audiences.dismiss()
    }
    unit.close()
    current.report.end()
    this.current = undefined
  }

  private refuse(error: unknown): void {
    const user = error instanceof UserError ? error : undefined
    this.carrier.post({
      type: 'refused',
      message: user?.message ?? `The load cannot run: ${messageOf(error)}`,
      hint: user?.hint,
      exit: user?.exit ?? 4,
      reason: user?.reason ?? 'engine_failed',
    })
  }
}
