import { createCollectedEngine } from '../engine/k6/collected.js'
import { scriptOf } from '../engine/k6/index.js'
import { readSentBack } from '../engine/k6/segments.js'
import { timetable } from '../engine/journey/timetable.js'
import { checkScenario } from '../measure/check-scenario.js'
import type { ArmTarget } from '../measure/context.js'
import { openContract } from '../measure/contract.js'
import { assertLaidRows, laidArm, layLoad, removeLaid } from '../measure/laid.js'
import type { Config } from '../model/config.js'
import { exitCode, messageOf, UserError } from '../model/errors.js'
import type { LaidLoad } from '../model/plan.js'
import { reachOf, targetUrl } from '../config/reach.js'
import { assertNoLoad, assertOwnRows, isClearing } from '../plan/laid.js'
import { assertWithinLimits } from '../plan/limits.js'
import { plural } from '../report/format.js'
import { profileOf, type FoundScenario } from '../scenario/find.js'
import { gate, type GateOptions, type GateResult } from './gate.js'
import { isUnanswered } from '../truth/weigh.js'
import { withWorkshop } from './workshop.js'

/** Makes one script that plain k6 runs, and says whether k6 needs the Redis extension for it. */
export async function compile(
  config: Config,
  { scenario, source }: FoundScenario,
  how: { readonly vus: number; readonly named: string },
): ReturnType<typeof scriptOf> {
  const { contract, module } = await openContract(config)
  checkScenario(scenario, contract)
  return scriptOf({ scenario, source, contract, contractModule: module }, how)
}

/**
 * Prepares the target and lays out in a folder what is to be sent to it elsewhere. Sends nothing. `named`: how the command line names
 * the scenario; `script`: the mark of what will send it. Returns the load and its length in seconds.
 */
export async function lay(
  options: Pick<
    GateOptions,
    'config' | 'seed' | 'workers' | 'signal' | 'say' | 'repeat' | 'source' | 'scenarios' | 'profile'
  >,
  place: { readonly folder: string; readonly named: string; readonly script: string },
): Promise<{ readonly load: LaidLoad; readonly seconds: number }> {
  assertNoLoad(place.folder)
  const [found] = options.scenarios
  if (found === undefined) throw new Error('nothing to lay out')
  const { source, config, profile } = options
  return withWorkshop(options, (context) => {
    checkScenario(found.scenario, context.contract)
    assertWithinLimits(profileOf(found.scenario, profile), profile, reachOf(config, source.urls))
    return withTarget(options, async (target) => {
      const load = await layLoad(context, found, profile, target, place)
      return { load, seconds: (timetable(load.plans).at(-1)?.end ?? 0) / 1e6 }
    })
  })
}

async function withTarget<T>(
  { source, signal }: Pick<GateOptions, 'source' | 'signal'>,
  work: (target: ArmTarget) => Promise<T>,
): Promise<T> {
  const { arms, stop } = await source.start(0, signal)
  try {
    const [target] = arms
    if (target === undefined) throw new Error('no target')
    return await work(target)
  } finally {
    await stop()
  }
}

/** What is to be collected. */
export interface CollectOptions {
  /** Folder in which the load was laid out. */
  readonly laid: string
  readonly load: LaidLoad
  /** Folder of what came back. */
  readonly samples: string
  /** So many programs were to send it. */
  readonly expect: number | undefined
}

/**
 * Makes one artefact of what came back of a load that was sent elsewhere, weighs it against the target's stores, and judges it. `settled`:
 * it will not be judged otherwise another time, so that its rows may go. Throws `UserError` when anything is missing or double.
 */
export async function collect(
  options: Omit<GateOptions, 'engine' | 'ready'>,
  { laid, load, samples, expect }: CollectOptions,
): Promise<GateResult & { readonly settled: boolean }> {
  if (isClearing(laid))
    throw new UserError(
      `The rows of the load in ${laid} were being taken away: what is left cannot be weighed.`,
      {
        hint: `\`vge-perf collect ${laid} --discard\` takes the rest away. If it was judged, \`vge-perf report FOLDER\` judges that again.`,
        reason: 'load_was_collected',
      },
    )
  const target = await assertCollectable(options, laid, load)
  await assertWeighable(options, target, load)
  await withWorkshop(options, (context) => assertLaidRows(context, target, laid))
  try {
    const back = await readSentBack(laid, load, samples, expect)
    const result = await gate({
      ...options,
      engine: createCollectedEngine(back),
      ready: laidArm(laid),
      sent: { at: new Date(back.startAt / 1_000), by: `${plural(back.files.length, 'program')} elsewhere` },
    })
    const told = result.verdict.exit === exitCode.pass || result.verdict.exit === exitCode.regression
    // What was interrupted, went wrong half-way or could not ask a store can be collected again.
    const whole = result.judged.every(({ candidate }) => candidate.file.end?.status === 'complete')
    const asked = result.verdict.scenarios.every(({ invariants }) => !invariants.some(isUnanswered))
    return { ...result, settled: told && whole && asked }
  } catch (error) {
    // Lines that have the form of ours, and figures that none of our scripts writes.
    if (error instanceof TypeError || error instanceof RangeError)
      throw new UserError(`What came back in ${samples} cannot be used: ${messageOf(error)}.`, {
        hint: 'Was it edited, or written by another version? Send the whole load again.',
        exit: exitCode.failed,
        reason: 'k6_stream_broken',
        cause: error,
      })
    throw error
  }
}

/** Takes the rows of a load out of its target, and forgets the load. Throws `UserError` where these are not the stores that they are in. */
export async function discard(
  options: Omit<GateOptions, 'engine' | 'ready'>,
  { laid, load }: Pick<CollectOptions, 'laid' | 'load'>,
): Promise<void> {
  const target = await assertCollectable(options, laid, load)
  await withWorkshop(options, async (context) => {
    // Of rows that were being taken away some may be gone.
    if (!isClearing(laid)) await assertLaidRows(context, target, laid)
    await removeLaid(context, load.scenario, target, laid)
  })
}

/** What is collected is gone from the target, and a store that was forgotten could not be asked any more. */
async function assertWeighable(
  { config, scenarios, waive }: Omit<GateOptions, 'engine' | 'ready'>,
  target: ArmTarget,
  { scenario: name }: LaidLoad,
): Promise<void> {
  const { contract } = await openContract(config)
  const names = { sql: '--postgres', redis: '--redis' } as const
  const given = { sql: target.postgres, redis: target.redis }
  const unasked = (scenarios[0]?.scenario.invariants ?? []).flatMap((invariant) => {
    const lacks = contract.invariants[invariant]?.needs.filter((store) => given[store] === undefined) ?? []
    return waive.includes(invariant) || lacks.length === 0 ? [] : [{ invariant, lacks }]
  })
  if (unasked.length === 0) return
  const stores = [...new Set(unasked.flatMap(({ lacks }) => lacks.map((store) => names[store])))]
  throw new UserError(
    `${unasked.map(({ invariant }) => invariant).join(', ')} of ${name} cannot be checked: the target names no ${stores.join(' and no ')}.`,
    {
      hint: `Give ${stores.join(' and ')}; or --waive each that need not be checked. Nothing was collected: the load is as it was.`,
      reason: 'no_store',
    },
  )
}

/** The load's own target, with the stores that its rows are in. */
async function assertCollectable(
  options: Omit<GateOptions, 'engine' | 'ready'>,
  laid: string,
  load: LaidLoad,
): Promise<ArmTarget> {
  assertOwnRows(laid, load)
  const urls = options.source.urls.map((url) => targetUrl(url).href)
  const sentTo = load.plans[0]?.arms[0]?.urls ?? []
  if (JSON.stringify(urls) !== JSON.stringify(sentTo))
    throw new UserError(`The load was sent to ${sentTo.join(', ')}, not to ${urls.join(', ')}.`, {
      hint: 'Leave --target out: the load names its target.',
      reason: 'other_target',
    })
  const target = await withTarget(options, (one) => Promise.resolve(one))
  if (options.config.data.adapter === 'sql' && target.postgres === undefined)
    throw new UserError('The rows of this load are in a Postgres, and none is named.', {
      hint: 'Name it with --postgres, and its Redis with --redis, as for `compile`; or as `targets.candidate` in vge-perf.config.ts.',
      reason: 'no_store',
    })
  return target
}
