import { connectStores, preparedBefore } from '../data/index.js'
import type { LaidLoad } from '../model/plan.js'
import { messageOf, UserError } from '../model/errors.js'
import { dropLaid, noteClearing, readLaidRows, writeLoad } from '../plan/laid.js'
import { profileOf, type FoundScenario } from '../scenario/find.js'
import { cleanAway, readyArm } from './arms.js'
import type { ArmTarget, MeasureContext } from './context.js'
import { dismissal, stagesAlone } from './layouts.js'
import { journeysOf } from './lengths.js'
import { planStage } from './plan-stage.js'
import type { StartOptions } from './scenario-run.js'

// Of the one start that a laid load has.
const group = 0

/**
 * Prepares a target and lays out in a folder what is to be sent to it, elsewhere and later: the same plans as those of a start of a target
 * alone. The rows stay in the target until the load is collected; they are taken away again when it cannot be laid.
 */
export async function layLoad(
  context: MeasureContext,
  found: FoundScenario,
  profileName: string,
  target: ArmTarget,
  { folder, ...how }: { readonly folder: string; readonly named: string; readonly script: string },
): Promise<LaidLoad> {
  const { scenario } = found
  const profile = profileOf(scenario, profileName)
  const seed = `${context.seed}-${group}`
  const arm = await readyArm(
    context,
    scenario,
    profile.data({ arrivals: journeysOf(profile, 1) }),
    target,
    seed,
  )
  let load: LaidLoad
  try {
    const stages = stagesAlone(profile, { seed, cold: true, first: 0 })
    const plans = [...stages, ...(profile.audience === undefined ? [] : [dismissal])].map((stage, unit) =>
      planStage(context, found, profileName, [arm], { ...stage, seed, unit }),
    )
    const head = { scenario: scenario.name, ...how, profile: profileName, seed: context.seed }
    load = writeLoad(folder, plans, head)
  } catch (error) {
    await arm.close()
    throw error
  }
  await arm.stores.close()
  return load
}

/** An arm whose rows were made when its load was laid out. They stay: what fails can be collected again. */
export const laidArm =
  (folder: string): StartOptions['ready'] =>
  async ({ contract, config, say }, { name: scenario }, _shape, target, seed) => {
    say({ scenario, doing: 'reading what came back' })
    const dataset = readLaidRows(folder)
    const stores = await connectStores(storesOf(target))
    return {
      target,
      stores,
      // Whoever reads what came back sends nothing, and needs no file of rows.
      prepared: preparedBefore(config.data, dataset, { contract, stores, seed }),
      plan: { arm: target.arm, urls: target.urls, redis: target.redis, rowsFile: '' },
      receipts: [],
      close: () => stores.close(),
    }
  }

/** Takes the rows of a load out of its target, and then what is secret out of its folder. Rows that stay are said, in both places, and no error. */
export async function removeLaid(
  context: MeasureContext,
  scenario: string,
  target: ArmTarget,
  folder: string,
): Promise<void> {
  noteClearing(folder)
  const clean = (): Promise<void> => withLaidRows(context, target, folder, (rows) => rows.clean())
  if (await cleanAway(context, scenario, target, { dataset: readLaidRows(folder), clean })) dropLaid(folder)
}

/** Throws `UserError` where the stores that a target names do not hold the rows of a load: they are others, and what they lack the target did not lose. */
export async function assertLaidRows(
  context: MeasureContext,
  target: ArmTarget,
  folder: string,
): Promise<void> {
  const lack = await withLaidRows(context, target, folder, (rows) =>
    // Another database may not even have the tables.
    rows.lacks().catch((error: unknown) => `they could not be asked (${messageOf(error)})`),
  )
  if (lack === undefined) return
  throw new UserError(`The rows of this load are not in the stores that are named: ${lack}.`, {
    hint: `Give the --postgres and --redis of the target that the load was laid for. Nothing was touched. Where its rows are gone, delete ${folder}.`,
    reason: 'other_stores',
  })
}

async function withLaidRows<T>(
  { contract, config, seed }: MeasureContext,
  target: ArmTarget,
  folder: string,
  work: (rows: ReturnType<typeof preparedBefore>) => Promise<T>,
): Promise<T> {
  const dataset = readLaidRows(folder)
  const stores = await connectStores(storesOf(target))
  try {
    return await work(preparedBefore(config.data, dataset, { contract, stores, seed: `${seed}-${group}` }))
  } finally {
    await stores.close()
  }
}

const storesOf = ({ postgres, redis }: ArmTarget): Parameters<typeof connectStores>[0] => ({
  ...(postgres === undefined ? {} : { postgres }),
  ...(redis === undefined ? {} : { redis }),
})
