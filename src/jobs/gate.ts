import { rmdir } from 'node:fs/promises'
import type { PinnedRelease } from '../compare/drift.js'
import { foldVerdict } from '../compare/fold.js'
import type { Wants } from '../compare/input.js'
import { readyArm } from '../measure/arms.js'
import { wakefulness } from '../machine/awake.js'
import { awaitCalm, type Calm } from '../measure/calm.js'
import type { MeasureContext } from '../measure/context.js'
import { ScenarioRun, type SentElsewhere, type StartOptions } from '../measure/scenario-run.js'
import { TargetLost } from '../measure/unit.js'
import type { BaselineSession, EndOfUnits } from '../model/artefact.js'
import type { Calibration } from '../model/calibration.js'
import { exitCode, messageOf, UserError } from '../model/errors.js'
import { version } from '../model/package.js'
import type { Verdict } from '../model/verdict.js'
import type { FoundScenario } from '../scenario/find.js'
import { saveJudging } from '../store/index.js'
import { earlierGates } from './earlier.js'
import { checkGate } from './gate-checks.js'
import { asJudged, judgeFolder, type Judged, type JudgeOptions } from './judge.js'
import { judgingOf, keepCalibration } from './kept.js'
import type { TargetSource, UpTargets } from './targets.js'
import {
  afterStart,
  costOf,
  minimumStarts,
  nextFor,
  nothingTaken,
  unitsAStart,
  withinTime,
  type LaneTaken,
} from './want.js'
import { withWorkshop, type JobOptions } from './workshop.js'

export interface GateOptions extends JobOptions {
  readonly source: TargetSource
  readonly scenarios: readonly FoundScenario[]
  readonly profile: string
  /** Folder of the report; the artefacts lie in it. */
  readonly folder: string
  readonly waive: readonly string[]
  readonly noRegressionCheck: boolean
  /** Which latencies may gate on this machine, where that was found out. */
  readonly calibration?: Calibration | undefined
  /** So many fresh starts, and no confirmation, whatever the judge would like to see next; as the judge wants when absent. */
  readonly starts?: number
  /** What is done where other machines take time of this one; it is looked at, and kept awake if need be, when absent. */
  readonly calm?: Calm
  /** How an arm's stores are opened and its rows come to be; made anew when absent. */
  readonly ready?: StartOptions['ready']
  /** Of a load that was sent before, and is only read now. */
  readonly sent?: SentElsewhere
  readonly baseline?: {
    readonly name: string
    readonly sessions: readonly BaselineSession[]
    /** The newest release that is pinned beside it. */
    readonly pinned?: PinnedRelease
  }
}

export interface GateResult {
  readonly verdict: Verdict
  readonly judged: readonly Judged[]
}

/** What the targets take to start and to stop, milliseconds. */
const startCost = 8_000

/** One scenario's way through the gate. */
interface Lane {
  readonly run: ScenarioRun
  taken: LaneTaken
  want: Wants
  /** What its quickest start took, milliseconds: the slower ones had units that were sent again. */
  cost: number
  /** Why it gets no more units. */
  stopped: EndOfUnits
}

/** The main job: while the judge wants more units, measure units; then fold the verdicts. */
export async function gate(options: GateOptions): Promise<GateResult> {
  const begun = Date.now()
  const mode =
    options.source.arms.length === 2 ? 'paired' : options.baseline === undefined ? 'none' : 'baseline'
  const limits = { fresh: options.source.fresh, maxUnits: options.config.gate.maxUnits }
  const judge = (run: ScenarioRun, capReached: boolean): Promise<Judged> =>
    judgeFolder(run.folder, {
      ...asJudged(judgingOf(options, mode, run.name)),
      noRegressionCheck: options.noRegressionCheck,
      capReached,
      now: new Date(begun),
    })
  const judged = await withWorkshop(options, async (context) => {
    await checkGate(context, options)
    const lanes: Lane[] = []
    const cores = wakefulness()
    const calm = options.calm ?? ((...how) => awaitCalm(cores, ...how))
    const timeLeft = (): number => options.config.gate.budget / 1_000 - (Date.now() - begun)
    try {
      for (let group = 0; ; group += 1) {
        const forWhat = options.starts === undefined ? reasonOfStart(lanes) : ''
        await withTargets(options, context, { group, forWhat }, async (targets) => {
          if (lanes.length === 0) lanes.push(...(await openLanes(context, options, targets, mode)))
          const open = lanes.filter(({ want }) => want !== 'nothing')
          for (const [place, lane] of open.entries()) {
            // Time for those still to come is no time for units that were spoilt.
            const toCome = [...open.slice(place + 1), ...(group + 1 < minimumStarts ? lanes : [])]
            const patient = (): boolean => options.starts !== undefined || timeLeft() > costOf(toCome)
            await measureLane(lane, group, targets, {
              cold: place === 0,
              patient,
              calm,
              awake: () => cores.awake,
              ready: options.ready ?? readyArm,
            })
            if (mode !== 'paired') lane.want = 'nothing'
          }
        }).finally(cores.rest)
        if (options.starts !== undefined) {
          if (group + 1 < options.starts) continue
          for (const lane of lanes) lane.stopped = 'unit_cap'
          break
        }
        for (const lane of lanes.filter(({ want }) => want !== 'nothing')) {
          const { wants, verdict } = await judge(lane.run, false)
          Object.assign(lane, nextFor(lane.taken, { wants, exit: verdict.exit }, limits))
        }
        const open = lanes.filter(({ want }) => want !== 'nothing')
        const next = withinTime(open, timeLeft() - startCost)
        for (const lane of open)
          if (!next.includes(lane)) Object.assign(lane, { want: 'nothing', stopped: 'time_spent' })
        if (next.length === 0) break
      }
      await Promise.all(lanes.map(({ run, stopped }) => run.end({ status: 'complete', stopped })))
    } catch (error) {
      if (error instanceof TargetLost) await endAll(lanes, { status: 'target_lost', message: error.message })
      else if (options.signal.aborted && lanes.length > 0) await endAll(lanes, { status: 'interrupted' })
      else {
        // What was asked wrongly shows on the target only; a run that began and failed would say that the target did.
        const kept = isMistake(error) ? lanes.filter(({ run }) => !run.empty) : lanes
        for (const lane of lanes) if (!kept.includes(lane)) await lane.run.discard()
        await endAll(kept, { status: 'engine_failed', message: messageOf(error) })
        if (kept.length > 0) throw withFolder(error, options.folder, kept)
        await rmdir(options.folder).catch(() => undefined)
        throw error
      }
    }
    return Promise.all(lanes.map(({ run }) => judge(run, true)))
  })
  const startedAt = new Date(begun).toISOString()
  const candidate = judged[0]?.candidate.file.fingerprint.subject ?? {}
  const earlier =
    mode === 'none'
      ? []
      : await earlierGates(options.folder, {
          startedAt,
          candidate,
          scenarios: judged.map((one) => one.verdict),
        })
  const verdict = foldVerdict(
    judged.map((one) => one.verdict),
    {
      tool: `vge-perf ${version()}`,
      mode,
      ...(options.baseline === undefined ? {} : { baseline: options.baseline.name }),
      startedAt,
      elapsedSeconds: (Date.now() - begun) / 1_000,
      seed: options.seed,
      repeat: options.repeat,
      folder: options.folder,
      control: judged[0]?.control?.file.fingerprint.subject ?? {},
      candidate,
      ...(earlier.length === 0 ? {} : { earlier }),
    },
    { minutes: options.config.gate.budget / 60_000_000 },
  )
  return { verdict, judged }
}

/** Why there is one more start than every scenario gets, in words. */
function reasonOfStart(lanes: readonly Lane[]): string {
  const named = (want: Wants): string =>
    lanes
      .filter((lane) => lane.want === want && lane.taken.starts >= minimumStarts)
      .map(({ run }) => run.name)
      .join(', ')
  const [confirmed, open] = [named('confirmation'), named('more_units')]
  return [
    ...(confirmed === '' ? [] : [`; to confirm what was found: ${confirmed}`]),
    ...(open === '' ? [] : [`; not decided yet: ${open}`]),
  ].join('')
}

const withTargets = async (
  { source }: GateOptions,
  context: MeasureContext,
  { group, forWhat }: { readonly group: number; readonly forWhat: string },
  work: (targets: UpTargets) => Promise<void>,
): Promise<void> => {
  if (source.fresh)
    context.say({ scenario: '', doing: `starting the targets (start ${group + 1}${forWhat})` })
  const targets = await source.start(group, context.signal)
  try {
    await work(targets)
  } finally {
    await targets.stop()
  }
}

const openLanes = (
  context: MeasureContext,
  options: GateOptions,
  targets: UpTargets,
  mode: JudgeOptions['mode'],
): Promise<Lane[]> =>
  Promise.all(
    options.scenarios.map(async (found): Promise<Lane> => {
      const run = await ScenarioRun.open(context, found, {
        profile: options.profile,
        folder: options.folder,
        arms: targets.arms,
        topology: options.source.topology,
        repeat: options.repeat,
        regressionCheck: !options.noRegressionCheck,
        sent: options.sent,
      })
      await keepCalibration(run, options)
      await saveJudging(run.folder, judgingOf(options, mode, run.name))
      return { run, taken: nothingTaken, want: 'more_units', cost: Infinity, stopped: 'settled' }
    }),
  )

const measureLane = async (
  lane: Lane,
  group: number,
  targets: UpTargets,
  how: Pick<StartOptions, 'cold' | 'patient' | 'calm' | 'awake' | 'ready'>,
): Promise<void> => {
  const begun = Date.now()
  await lane.run.onStart({
    group,
    arms: targets.arms,
    units: unitsAStart,
    confirmation: lane.want === 'confirmation',
    ...how,
  })
  lane.cost = Math.min(lane.cost, Date.now() - begun)
  lane.taken = afterStart(lane.taken, lane.want)
}

/** Of who asked. That a target is another one, or knows nobody, a new build may be to blame for. */
const isMistake = (error: unknown): boolean =>
  error instanceof UserError &&
  error.exit === exitCode.usage &&
  !['wrong_target', 'wrong_credentials'].includes(error.reason)

/** What was measured until it failed is kept, and can be looked at. What went well on one start is no mistake of who called it on the next. */
function withFolder(error: unknown, folder: string, lanes: readonly Lane[]): unknown {
  if (!(error instanceof UserError)) return error
  const { hint, reason } = error
  const again = lanes.every(({ taken }) => taken.starts > 0)
  const exit = again && error.exit === exitCode.usage ? exitCode.failed : error.exit
  const kept = `What there is lies in ${folder}; its page: vge-perf report ${folder}`
  return new UserError(error.message, {
    hint: hint === undefined ? kept : `${hint}\n  ${kept}`,
    exit,
    reason,
    cause: error,
  })
}

const endAll = async (lanes: readonly Lane[], end: Parameters<ScenarioRun['end']>[0]): Promise<void> => {
  await Promise.all(lanes.map(({ run }) => run.end(end)))
}
