import { connectStores, preparedBefore } from '../data/index.js'
import type { LaidLoad } from '../model/plan.js'
import { dropLaidRows, readLaidRows, writeLoad } from '../plan/laid.js'
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
  { folder, named }: { readonly folder: string; readonly named: string },
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
  try {
    const stages = stagesAlone(profile, { seed, cold: true, first: 0 })
    const plans = [...stages, ...(profile.audience === undefined ? [] : [dismissal])].map((stage, unit) =>
      planStage(context, found, profileName, [arm], { ...stage, seed, unit }),
    )
    const head = { scenario: scenario.name, named, profile: profileName, seed: context.seed }
    const load = writeLoad(folder, plans, head)
    await arm.stores.close()
    return load
  } catch (error) {
    await arm.close()
    throw error
  }
}

/** An arm whose rows were made when its load was laid out. They stay: what fails can be collected again. */
export const laidArm =
  (folder: string): StartOptions['ready'] =>
  async ({ contract, config }, _scenario, _shape, target, seed) => {
    const dataset = readLaidRows(folder)
    const stores = await connectStores(storesOf(target))
    return {
      target,
      stores,
      prepared: preparedBefore(config.data, dataset, { contract, stores, seed }),
      plan: { arm: target.arm, urls: target.urls, redis: target.redis, rowsFile: folder },
      receipts: [],
      close: () => stores.close(),
    }
  }

/** Takes the rows of a load out of its target, and out of its folder. Rows that stay in the stores are said, and no error. */
export async function removeLaid(
  context: MeasureContext,
  scenario: string,
  target: ArmTarget,
  folder: string,
): Promise<void> {
  const { contract, config } = context
  const dataset = readLaidRows(folder)
  const stores = await connectStores(storesOf(target))
  try {
    const seed = `${context.seed}-${group}`
    const prepared = preparedBefore(config.data, dataset, { contract, stores, seed })
    await cleanAway(context, scenario, target, prepared)
    dropLaidRows(folder)
  } finally {
    await stores.close()
  }
}

const storesOf = ({ postgres, redis }: ArmTarget): Parameters<typeof connectStores>[0] => ({
  ...(postgres === undefined ? {} : { postgres }),
  ...(redis === undefined ? {} : { redis }),
})
