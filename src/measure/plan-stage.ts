import { reachOf } from '../config/reach.js'
import type { Plan } from '../model/plan.js'
import { planHash } from '../plan/hash.js'
import { writePlan, writePrivate } from '../plan/write.js'
import { profileOf, type FoundScenario } from '../scenario/find.js'
import type { ReadyArm } from './arms.js'
import type { MeasureContext } from './context.js'
import type { Stage } from './layouts.js'

/** Makes the plan of one stage, with its files in the context's folder. */
export function planStage(
  context: MeasureContext,
  { scenario, module }: FoundScenario,
  profileName: string,
  arms: readonly ReadyArm[],
  stage: Pick<Stage, 'layout' | 'audience'> & { readonly seed: string; readonly unit: number },
): Plan {
  const profile = profileOf(scenario, profileName)
  const { layout, audience, seed, unit } = stage
  const environment = reachOf(
    context.config,
    arms.flatMap(({ target }) => target.behind ?? target.urls),
  )
  return writePlan(
    context.folder,
    unit,
    {
      scenario: scenario.name,
      profile: profileName,
      seed,
      hash: planHash(scenario, profile),
      load: profile.load,
      ...(profile.audience === undefined
        ? {}
        : { audience: { id: `${scenario.name} ${seed}`, stage: audience } }),
      arms: arms.map((arm) => arm.plan),
      scenarioModule: module,
      contractModule: context.contractModule,
      settings: context.config.settings,
      headers: context.config.headers,
      secretsFile: writePrivate(context.folder, 'secrets.json', context.config.secrets),
      timeout: profile.timeout,
      ...(environment === undefined ? {} : { maxConnections: environment.maxConnections }),
      workers: context.workers,
    },
    layout,
  )
}
