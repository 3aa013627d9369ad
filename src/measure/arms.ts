import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import { requestTools } from '../binding/request-tools.js'
import { connectStores, prepareData, type OpenStores, type Prepared } from '../data/index.js'
import type { Receipt } from '../model/contract.js'
import { messageOf, UserError } from '../model/errors.js'
import type { PlanArm } from '../model/plan.js'
import type { DataShape, Scenario } from '../model/scenario.js'
import { writePrivate } from '../plan/write.js'
import { ArmProbes } from '../probe/arm-probes.js'
import type { ArmTarget, MeasureContext } from './context.js'
import { assertCredentials, assertTarget } from './preflight.js'

/** An arm whose stores are open and whose rows are made. */
export interface ReadyArm {
  readonly target: ArmTarget
  readonly stores: OpenStores
  readonly prepared: Prepared
  readonly plan: PlanArm
  /** None where the load is not sent while we look. */
  readonly probes?: ArmProbes
  /** Receipts of this fresh start. */
  readonly receipts: Receipt[]
  readonly close: () => Promise<void>
}

/** Checks a target, opens its stores, makes its rows and tries the first credentials. */
export async function readyArm(
  context: MeasureContext,
  scenario: Scenario,
  shape: DataShape,
  target: ArmTarget,
  seed: string,
): Promise<ReadyArm> {
  const { contract, config, say } = context
  say({ scenario: scenario.name, doing: 'preparing data' })
  await assertTarget(contract, { urls: target.behind ?? target.urls }, config.headers)
  if (scenario.needs.includes('redis') && target.redis === undefined) {
    throw new UserError(
      `Scenario "${scenario.name}" talks to Redis itself, and the ${target.arm} names none.`,
      {
        hint: 'Give `redis` for this target, or leave the scenario out with --scenario.',
        reason: 'needs_redis',
      },
    )
  }
  const stores = await connectStores({
    ...(target.postgres === undefined ? {} : { postgres: target.postgres }),
    ...(target.redis === undefined ? {} : { redis: target.redis }),
  })
  const tools = requestTools(config.secrets, contract.figures)
  let prepared: Prepared | undefined
  try {
    prepared = await prepareData(config.data, {
      contract,
      stores,
      shape,
      seed,
      login: { url: target.urls[0] ?? '', headers: config.headers, tools },
    })
    const made = prepared
    await assertCredentials(contract, target, made.dataset, config.headers)
    const folder = join(context.folder, target.arm)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const rowsFile = writePrivate(
      folder,
      `rows-${scenario.name}-${seed.replaceAll(/\W/g, '-')}.json`,
      made.dataset,
    )
    return {
      target,
      stores,
      prepared: made,
      plan: { arm: target.arm, urls: target.urls, redis: target.redis, rowsFile },
      probes: new ArmProbes(contract, target.urls, config.headers, tools),
      receipts: [],
      close: async () => {
        await cleanAway(context, scenario.name, target, made)
        await stores.close()
      },
    }
  } catch (error) {
    if (prepared !== undefined) await cleanAway(context, scenario.name, target, prepared)
    // Why there is no arm is what counts.
    await stores.close().catch(() => undefined)
    throw error
  }
}

/** Takes the rows away, and says whether it could. Never rejects: rows that stay are said, and change nothing of what was measured or went wrong. */
export async function cleanAway(
  { say }: MeasureContext,
  scenario: string,
  { arm }: ArmTarget,
  prepared: Prepared,
): Promise<boolean> {
  try {
    await prepared.clean()
    return true
  } catch (error) {
    say({
      scenario: '',
      lasting: true,
      doing: `${scenario}: rows stay in the stores of the ${arm}, they could not be cleaned away (${messageOf(error)})`,
    })
    return false
  }
}
