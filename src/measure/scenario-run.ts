import { join } from 'node:path'
import type { Arm, Plan } from '../model/plan.js'
import type { RunEnd, RunHeader, UnitRecord } from '../model/artefact.js'
import type { ResolvedProfile } from '../model/scenario.js'
import type { FoundScenario } from '../scenario/find.js'
import { isTakenFrom } from '../health/judge.js'
import { version } from '../model/package.js'
import { planHash } from '../plan/hash.js'
import type { UnitLayout } from '../plan/unit.js'
import { createGroup, type GroupWriter } from '../store/index.js'
import { formatVersion } from '../model/artefact.js'
import { micros } from '../model/time.js'
import { promisesOf } from './promises.js'
import type { readyArm, ReadyArm } from './arms.js'
import type { Calm, Theft } from './calm.js'
import type { ArmTarget, MeasureContext } from './context.js'
import { fingerprint } from './fingerprint.js'
import { Fit } from './fit.js'
import { dismissal, Layouts, stagesAlone, type Stage } from './layouts.js'
import { journeysOf, unitLength } from './lengths.js'
import { planStage } from './plan-stage.js'
import { probeFacts } from './probes.js'
import { lastWords, runUnit, TargetLost } from './unit.js'
import { awaitQuiet, verifyArm } from './verify.js'

/** What one fresh start is to give. */
export interface StartOptions {
  readonly group: number
  readonly arms: readonly ArmTarget[]
  /** Units of slices to measure. */
  readonly units: number
  readonly confirmation: boolean
  /** Nothing was sent to these processes before. */
  readonly cold: boolean
  /** Whether there is time to send a unit again that other machines on the same host spoilt. */
  readonly patient: () => boolean
  /** What is done after a unit of which other machines took some time. */
  readonly calm: Calm
  /** Whether the cores are kept awake by now. */
  readonly awake: () => boolean
  /** Opens the stores of an arm and makes its rows. */
  readonly ready: typeof readyArm
}

/** A load that was sent before, and not from here. */
export interface SentElsewhere {
  readonly at: Date
  /** What sent it, in words. */
  readonly by: string
}

/** One scenario over all fresh starts of a command: target → prepare → engine → verify → artefact. */
export class ScenarioRun {
  readonly folder: string
  private index = 0
  private offset = 0
  private readonly fit: Fit
  /** What other machines took of the time of what was sent last. */
  private taken: Theft | undefined
  /** The start of which it was told that the cores are awake. */
  private toldAwake: number | undefined

  private constructor(
    private readonly context: MeasureContext,
    private readonly found: FoundScenario,
    readonly profileName: string,
    private readonly profile: ResolvedProfile,
    private readonly writer: GroupWriter,
    folder: string,
  ) {
    this.folder = folder
    this.fit = new Fit(profile.leastLoad)
  }

  get name(): string {
    return this.found.scenario.name
  }

  /** True while nothing was sent for it. */
  get empty(): boolean {
    return this.index === 0
  }

  static async open(
    context: MeasureContext,
    found: FoundScenario,
    options: {
      readonly profile: string
      readonly folder: string
      readonly arms: readonly ArmTarget[]
      readonly topology: string
      readonly repeat: string
      readonly regressionCheck: boolean
      readonly sent?: SentElsewhere | undefined
    },
  ): Promise<ScenarioRun> {
    const { scenario } = found
    const profile = scenario.profiles[options.profile]
    if (profile === undefined) throw new Error(`no profile ${options.profile}`)
    const hash = planHash(scenario, profile)
    const header = (target: ArmTarget): RunHeader => ({
      formatVersion,
      tool: `vge-perf ${version()}`,
      arm: target.arm,
      scenario: scenario.name,
      profile: options.profile,
      slice: scenario.slice,
      seed: context.seed,
      planHash: hash,
      startedAt: (options.sent?.at ?? new Date()).toISOString(),
      engine: { name: context.engine.name },
      fingerprint: fingerprint({
        config: context.config,
        scenario: scenario.name,
        profile: options.profile,
        planHash: hash,
        engine: context.engine.name,
        topology: options.topology,
        subject: target.subject,
        sentBy: options.sent?.by,
      }),
      promises: promisesOf(scenario, profile),
      // Nobody asked the nodes before and after a load that was sent elsewhere.
      probes: options.sent === undefined ? probeFacts(context.contract) : {},
      repeat: options.repeat,
      regressionCheck: options.regressionCheck,
    })
    const folder = join(options.folder, scenario.name)
    const arms = options.arms.map(({ arm }) => arm)
    const headers: Partial<Record<Arm, RunHeader>> = {}
    for (const target of options.arms) headers[target.arm] = header(target)
    const writer = await createGroup(
      folder,
      { scenario: scenario.name, profile: options.profile, arms },
      headers,
    )
    return new ScenarioRun(context, found, options.profile, profile, writer, folder)
  }

  /** Measures on targets that are up: warm-up, units, blocks, then the truth. Throws `TargetLost`, and on abort. */
  async onStart(options: StartOptions): Promise<void> {
    const { context, profile, found } = this
    const { scenario } = found
    const seed = `${context.seed}-${options.group}`
    // Whether the cores are to be kept awake again, its warm-up tells.
    if (this.taken === 'much') this.taken = 'some'
    const shape = profile.data({ arrivals: journeysOf(profile, options.units) })
    const arms: ReadyArm[] = []
    let gone: string | undefined
    for (const { arm, lost } of options.arms) {
      void lost?.then((what) => (gone ??= `The ${arm} went away: ${what}`))
    }
    try {
      // One after the other would cost a second; but the first failure must still close what is open.
      const made = await Promise.allSettled(
        options.arms.map((target) => options.ready(context, scenario, shape, target, seed)),
      )
      for (const result of made) if (result.status === 'fulfilled') arms.push(result.value)
      for (const result of made) if (result.status === 'rejected') throw result.reason
      if (options.arms.length === 2) await this.sendPaired(arms, seed, options)
      else
        for (const stage of stagesAlone(profile, { seed, cold: options.cold, first: this.index }))
          await this.send(arms, stage, options)
      context.say({ scenario: scenario.name, doing: 'weighing the truth' })
      await Promise.all(arms.map((arm) => awaitQuiet(context, arm)))
      if (profile.audience !== undefined) {
        // Only now: what was changed last, or expired since, was to be heard as well.
        const plan = this.plan(arms, dismissal, options)
        await lastWords(context, this.writer, arms, plan, this.index - 1)
      }
      const results = await Promise.all(arms.map((arm) => verifyArm(context, scenario, arm, options.group)))
      // Stores of a target that died say nothing of what it promised.
      if (gone !== undefined) throw new TargetLost(gone)
      for (const [place, { target }] of arms.entries()) {
        await this.writer.arm(target.arm)?.invariants(results[place] ?? [])
      }
    } finally {
      await Promise.all(arms.map((arm) => arm.close()))
    }
  }

  /** Closes the artefact; it can be read before, too. */
  async end(end: Omit<RunEnd, 'endedAt'>): Promise<void> {
    await this.writer.end({ ...end, endedAt: new Date().toISOString() })
  }

  /** Takes the artefact of a run away to which nothing was sent. */
  async discard(): Promise<void> {
    await this.writer.discard({ status: 'interrupted', endedAt: new Date().toISOString() })
  }

  /** Both arms by turns, as often as units are wanted, at the load that this machine has room for; then the blocks. */
  private async sendPaired(arms: readonly ReadyArm[], seed: string, options: StartOptions): Promise<void> {
    const order = options.group % 2 === 0 ? [0, 1] : [1, 0]
    const layouts = new Layouts(this.profile, { arms: 2, seed, order })
    const send = (layout: UnitLayout, phase: Stage['phase'], audience: Stage['audience'] = 'stay') =>
      this.send(arms, { layout, phase, audience }, options)
    const gathering = layouts.gather(this.index)
    if (gathering !== undefined) await send(gathering, 'warm-up', 'gather')
    if (layouts.hasSteady) {
      await send(layouts.warmUp(this.index, options.cold, this.fit.load), 'warm-up')
      this.fit.start()
      for (let taken = 0; taken < options.units;) {
        const layout = layouts.slices(this.index, this.fit.lengthOf(unitLength), this.fit.load)
        if (await send(layout, 'measure')) taken += 1
      }
    }
    if (layouts.hasBlocks && !options.confirmation) await send(layouts.blocks(this.index), 'measure')
  }

  private plan(
    arms: readonly ReadyArm[],
    stage: Pick<Stage, 'layout' | 'audience'>,
    { group }: Pick<StartOptions, 'group'>,
  ): Plan {
    return planStage(this.context, this.found, this.profileName, arms, {
      ...stage,
      seed: `${this.context.seed}-${group}`,
      unit: this.index,
    })
  }

  private tellAwake(arms: readonly ReadyArm[], unit: number): void {
    const text =
      'the cores are kept awake from here to the end of the start, since other machines took much time of this one'
    for (const { target } of arms)
      this.writer.arm(target.arm)?.event(unit, { at: micros(0), kind: 'awake', text })
  }

  private async send(arms: readonly ReadyArm[], stage: Stage, options: StartOptions): Promise<boolean> {
    const { layout, phase } = stage
    const { context, found } = this
    const plan = this.plan(arms, stage, options)
    // A scenario alone is sent once, as it is.
    const fitted = arms.length > 1 && layout.kind === 'slices'
    const { load } = this.fit
    const place = {
      index: this.index,
      group: options.group,
      offset: this.offset,
      phase,
      confirmation: options.confirmation,
      ...(!fitted || load === 1 ? {} : { load }),
    }
    this.index += 1
    const name = found.scenario.name
    if (this.taken !== undefined && arms.length > 1) {
      context.say({ scenario: name, doing: 'waiting for a calm machine' })
      await options.calm(this.taken, options.patient, context.signal)
    }
    if (options.awake() && this.toldAwake !== options.group) {
      this.toldAwake = options.group
      this.tellAwake(arms, place.index)
    }
    const discard = (unit: readonly UnitRecord[]): UnitRecord['discarded'] => {
      this.taken = takenFrom(unit)
      if (fitted && phase === 'measure') return this.fit.discard(unit, options.patient())
      if (fitted) this.fit.warmedUp(unit)
      return undefined
    }
    const sent = await runUnit(context, name, this.writer, arms, plan, layout, place, discard)
    this.offset += sent.seconds
    if (sent.discarded === undefined) return true
    const doing =
      sent.discarded === 'no_room'
        ? `no room for this load here: on with ${Math.round(this.fit.load * 100)} % of it`
        : 'other machines took the time of this one: once more, when they leave it'
    context.say({ scenario: name, doing })
    return false
  }
}

const takenFrom = (unit: readonly UnitRecord[]): Theft | undefined => {
  if (isTakenFrom(unit, 'invalid')) return 'much'
  return isTakenFrom(unit, 'degraded') ? 'some' : undefined
}
