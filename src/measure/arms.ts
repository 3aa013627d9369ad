import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import { requestTools } from '../binding/request-tools.js'
import { connectStores, prepareData, type OpenStores, type Prepared } from '../data/index.js'
import type { Receipt } from '../model/contract.js'
import { UserError } from '../model/errors.js'
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
  readonly probes: ArmProbes
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
  const { contract, config } = context
  await assertTarget(contract, target, config.headers)
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
  try {
    const prepared = await prepareData(config.data, {
      contract,
      stores,
      shape,
      seed,
      login: {
        url: target.urls[0] ?? '',
        headers: config.headers,
        tools: requestTools(config.secrets, contract.figures),
      },
    })
    try {
      await assertCredentials(contract, target, prepared.dataset, config.headers)
    } catch (error) {
      await prepared.clean()
      throw error
    }
    const folder = join(context.folder, target.arm)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const rowsFile = writePrivate(
      folder,
      `rows-${scenario.name}-${seed.replaceAll(/\W/g, '-')}.json`,
      prepared.dataset,
    )
    return {
      target,
      stores,
      prepared,
      plan: { arm: target.arm, urls: target.urls, redis: target.redis, rowsFile },
      probes: new ArmProbes(contract, target.urls, config.headers),
      receipts: [],
      close: async () => {
        await prepared.clean().catch(() => undefined)
        await stores.close()
      },
    }
  } catch (error) {
    await stores.close()
    throw error
  }
}
