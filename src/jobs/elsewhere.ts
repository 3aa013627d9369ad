import { createCollectedEngine } from '../engine/k6/collected.js'
import { scriptOf } from '../engine/k6/index.js'
import { readSentBack } from '../engine/k6/segments.js'
import { timetable } from '../engine/journey/timetable.js'
import { checkScenario } from '../measure/check-scenario.js'
import { openContract } from '../measure/contract.js'
import { laidArm, layLoad, removeLaid } from '../measure/laid.js'
import type { Config } from '../model/config.js'
import { UserError } from '../model/errors.js'
import type { LaidLoad } from '../model/plan.js'
import { reachOf, targetUrl } from '../config/reach.js'
import { assertNoLoad, readLaidRows } from '../plan/laid.js'
import { assertWithinLimits } from '../plan/limits.js'
import { profileOf, type FoundScenario } from '../scenario/find.js'
import { gate, type GateOptions, type GateResult } from './gate.js'
import { withWorkshop } from './workshop.js'

/** One script that plain k6 runs, and whether k6 needs the Redis extension for it. `vus`: pacing VUs, when the environment does not say. */
export async function compile(
  config: Config,
  { scenario, source }: FoundScenario,
  vus?: number,
): Promise<{ readonly script: string; readonly needsRedis: boolean }> {
  const { contract, module } = await openContract(config)
  checkScenario(scenario, contract)
  return scriptOf({ scenario, source, contract, contractModule: module }, vus)
}

/**
 * Prepares the target and lays out in a folder what is to be sent to it elsewhere. Sends nothing. `named`: how the command line names
 * the scenario.
 */
export async function lay(
  options: Pick<
    GateOptions,
    'config' | 'seed' | 'workers' | 'signal' | 'say' | 'repeat' | 'source' | 'scenarios' | 'profile'
  >,
  place: { readonly folder: string; readonly named: string },
): Promise<{ readonly load: LaidLoad; readonly seconds: number }> {
  assertNoLoad(place.folder)
  const [found] = options.scenarios
  if (found === undefined) throw new Error('nothing to lay out')
  const { source, config, profile } = options
  return withWorkshop(options, async (context) => {
    checkScenario(found.scenario, context.contract)
    assertWithinLimits(profileOf(found.scenario, profile), profile, reachOf(config, source.urls))
    const targets = await source.start(0, options.signal)
    try {
      const [target] = targets.arms
      if (target === undefined) throw new Error('no target')
      const load = await layLoad(context, found, profile, target, place)
      return { load, seconds: (timetable(load.plans).at(-1)?.end ?? 0) / 1e6 }
    } finally {
      await targets.stop()
    }
  })
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
 * Makes one artefact of what came back of a load that was sent elsewhere, weighs it against the target's stores, and judges it. Rows are
 * taken out of the target then. Throws `UserError` when anything is missing or double, before anything is touched.
 */
export async function collect(
  options: Omit<GateOptions, 'engine' | 'ready'>,
  { laid, load, samples, expect }: CollectOptions,
): Promise<GateResult> {
  readLaidRows(laid)
  const urls = options.source.urls.map((url) => targetUrl(url).href)
  const sentTo = load.plans[0]?.arms[0]?.urls ?? []
  if (JSON.stringify(urls) !== JSON.stringify(sentTo))
    throw new UserError(`The load was sent to ${sentTo.join(', ')}, not to ${urls.join(', ')}.`, {
      hint: 'Leave --target out: the load names its target.',
      reason: 'other_target',
    })
  const back = await readSentBack(laid, load, samples, expect)
  const result = await gate({
    ...options,
    engine: createCollectedEngine(back),
    ready: laidArm(laid),
    sent: { at: new Date(back.startAt / 1_000), by: `${back.files.length} program(s) elsewhere` },
  })
  // Only now: whatever failed before can be mended, and collected again.
  await withWorkshop(options, async (context) => {
    const { arms, stop } = await options.source.start(0, options.signal)
    for (const target of arms) await removeLaid(context, load.scenario, target, laid)
    await stop()
  })
  return result
}
