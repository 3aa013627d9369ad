import type { UnitRecord } from '../model/artefact.js'
import { placementOf } from '../machine/placement.js'
import type { Accounting, ArmAccounting, Placement, RunSink } from '../model/engine.js'
import { exitCode, UserError } from '../model/errors.js'
import type { Arm, Plan } from '../model/plan.js'
import { micros } from '../model/time.js'
import { phaseRows } from '../plan/rows.js'
import type { UnitLayout } from '../plan/unit.js'
import type { GroupWriter } from '../store/index.js'
import type { ReadyArm } from './arms.js'
import type { MeasureContext } from './context.js'
import { withProbes } from './probes.js'

/** The target went away while it was under load: not a regression, and not a pass. */
export class TargetLost extends UserError {
  constructor(message: string) {
    super(message, {
      exit: exitCode.failed,
      reason: 'target_lost',
      hint: 'What was measured until then is saved. See the target’s own log for why it ended.',
    })
    this.name = 'TargetLost'
  }
}

const nothing: ArmAccounting = {
  intended: 0,
  started: 0,
  notStarted: 0,
  steps: { begun: 0, answered: 0, timedOut: 0, failed: 0 },
  outcomes: {},
  errors: [],
  receipts: {},
  bytesReceived: 0,
  bytesSent: 0,
  connections: 0,
  frames: {},
  drain: {},
}

/** Where a unit stands in its run. */
export interface UnitPlace {
  readonly index: number
  readonly group: number
  readonly offset: number
  readonly phase: 'warm-up' | 'measure'
  readonly confirmation: boolean
  /** Share of the profile's rates, where it is not all of them. */
  readonly load?: number
}

/**
 * Sends one unit and records it on all arms; as a warm-up where `discard` says, once it is over, why it is no measurement. Returns how many
 * seconds of the log it takes, and whether it counts.
 */
export async function runUnit(
  context: MeasureContext,
  scenario: string,
  writer: GroupWriter,
  arms: readonly ReadyArm[],
  plan: Plan,
  layout: UnitLayout,
  place: UnitPlace,
  discard: (unit: UnitRecord) => UnitRecord['discarded'],
): Promise<{ readonly seconds: number; readonly discarded: UnitRecord['discarded'] }> {
  const lost = new AbortController()
  let lostBy: string | undefined
  for (const { target } of arms) {
    void target.lost?.then((what) => {
      lostBy ??= `The ${target.arm} went away during the load: ${what}`
      lost.abort()
    })
  }
  const arm = (name: Arm): ReadyArm | undefined => arms.find(({ target }) => target.arm === name)
  const sink: RunSink = {
    interval: (interval) => writer.arm(interval.arm)?.interval(place.offset, place.index, interval),
    receipt: (name, receipt) => {
      arm(name)?.receipts.push(receipt)
      writer.arm(name)?.receipt(place.index, receipt)
    },
    event: (event) => {
      if (event.kind === 'target_lost') lostBy ??= event.text
      for (const { target } of arms) writer.arm(target.arm)?.event(place.index, event)
    },
    exemplar: (exemplar) => writer.arm(exemplar.arm)?.exemplar(place.index, exemplar),
    progress: (done) =>
      context.say({
        scenario,
        doing: place.phase === 'warm-up' ? 'warm-up' : `unit ${place.index}`,
        share: plan.arrivals === 0 ? 0 : Math.min(1, done.started / plan.arrivals),
      }),
  }
  const signal = AbortSignal.any([context.signal, lost.signal])
  const load = (): Promise<Accounting> => context.engine.run(plan, sink, signal)
  const accounting =
    place.phase === 'measure' ? await withProbes(writer, arms, place.index, signal, load) : await load()
  const order = layout.order.flatMap((index) => arms[index]?.target.arm ?? [])
  const seconds = Math.ceil(accounting.elapsed / 1_000_000) + 1
  const generator = accounting.placement
  const record = (name: Arm): UnitRecord => ({
    ...place,
    kind: layout.kind,
    seconds,
    loaded: micros(layout.loaded),
    order,
    phases: phaseRows(layout, plan.load),
    accounting: accounting.arms[name] ?? nothing,
    health: accounting.health,
    ...(generator === undefined ? {} : { placement: { generator, target: placed(arm(name)) } }),
    startedAt: accounting.startedAt,
  })
  const records = arms.map(({ target }) => record(target.arm))
  // Of both arms or of none: the generator is the same.
  const [first] = records
  const discarded = first === undefined ? undefined : discard(first)
  const kept = records.map((one) =>
    discarded === undefined ? one : { ...one, phase: 'warm-up' as const, discarded },
  )
  await writer.unit(Object.fromEntries(arms.map(({ target }, at) => [target.arm, kept[at]])))
  context.signal.throwIfAborted()
  if (lostBy !== undefined) throw new TargetLost(lostBy)
  assertAudience(plan, accounting)
  return { seconds, discarded }
}

const placed = (arm: ReadyArm | undefined): readonly Placement[] =>
  (arm?.target.processes ?? []).flatMap(({ what, pid }) => placementOf(what, pid) ?? [])

/** Asks the watchers what they heard, and lets them go. Their receipts belong to `unit`, the last that they heard. */
export async function lastWords(
  context: MeasureContext,
  writer: GroupWriter,
  arms: readonly ReadyArm[],
  plan: Plan,
  unit: number,
): Promise<void> {
  const sink: RunSink = {
    interval: () => {},
    receipt: (name, receipt) => {
      arms.find(({ target }) => target.arm === name)?.receipts.push(receipt)
      writer.arm(name)?.receipt(unit, receipt)
    },
    event: () => {},
    exemplar: () => {},
    progress: () => {},
  }
  assertAudience(plan, await context.engine.run(plan, sink, context.signal))
}

/** Watchers that died with a worker of ours would be missed by nobody. Throws `UserError`, exit 4. */
function assertAudience(plan: Plan, { health }: Accounting): void {
  if (plan.audience === undefined || health.workersLost === 0) return
  throw new UserError('A worker of the load generator died, and its watchers with it.', {
    hint: 'Run it again; if it dies again, the scenario or the contract ends the process.',
    exit: exitCode.failed,
    reason: 'engine_failed',
  })
}
