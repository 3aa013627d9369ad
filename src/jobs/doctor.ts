import { targetUrl } from '../config/reach.js'
import { checks, thisMachine, type Machine, type NamedTarget } from '../doctor/index.js'
import { openContract } from '../measure/contract.js'
import { assertTarget, healthAddress } from '../measure/preflight.js'
import type { Condition } from '../model/condition.js'
import type { Config, TargetSpec } from '../model/config.js'
import { exitCode, type ExitCode } from '../model/errors.js'
import type { Arm } from '../model/plan.js'
import { connectionsOf } from '../plan/limits.js'
import { plural } from '../report/format.js'
import { findScenarios } from '../scenario/find.js'

export interface DoctorOptions {
  readonly config: Config
  /** Targets that are up; without one the embedded platform is meant. */
  readonly targets: Readonly<Partial<Record<Arm, TargetSpec>>>
  /** Hears of each condition as soon as it is known. */
  readonly tell?: (condition: Condition) => void
  /** This one when absent. */
  readonly machine?: Machine
  /** For how long noise is measured, milliseconds: 3,000 when absent. */
  readonly noise?: number
}

export interface Diagnosis {
  /** 0, or 3 when a condition is failing. */
  readonly exit: ExitCode
  readonly headline: string
  readonly conditions: readonly Condition[]
}

const needsOf = async (config: Config): Promise<{ readonly smoke: number; readonly any: number }> => {
  const profiles = (await findScenarios([], config.scenarios)).flatMap(({ scenario }) =>
    Object.entries(scenario.profiles),
  )
  const most = (names: (name: string) => boolean): number =>
    Math.max(0, ...profiles.filter(([name]) => names(name)).map(([, profile]) => connectionsOf(profile)))
  return { smoke: most((name) => name === 'smoke'), any: most(() => true) }
}

const named = async ({ config, targets }: DoctorOptions): Promise<readonly NamedTarget[]> => {
  const arms = (['control', 'candidate'] as const).flatMap((arm) => {
    const spec = targets[arm]
    return spec === undefined ? [] : [{ ...spec, arm, urls: spec.urls.map((url) => targetUrl(url).href) }]
  })
  if (arms.length === 0) return []
  const { contract } = await openContract(config)
  return arms.map((arm) => ({
    ...arm,
    greet: (url) => assertTarget(contract, { urls: [url] }, config.headers),
    health: (url) => healthAddress(contract, url),
  }))
}

/**
 * Looks whether this machine, and the targets when some are named, can give a trustworthy result; sends a few requests and no load. Takes
 * about 4 s, at most 10 s. Throws `UserError` for a wrong configuration or
 * address, and without a temporary folder, where nothing can be read: all else that is wrong with the machine is a condition.
 */
export async function doctor(options: DoctorOptions): Promise<Diagnosis> {
  const { config, tell, machine = thisMachine(), noise = 3_000 } = options
  const targets = await named(options)
  const examined = { machine, config, targets, needs: await needsOf(config), noise }
  const conditions: Condition[] = []
  for (const check of checks) {
    const found = [await check(examined)].flat()
    for (const condition of found) tell?.(condition)
    conditions.push(...found)
  }
  const count = (state: Condition['state']): number => conditions.filter((one) => one.state === state).length
  const [failing, warnings] = [count('failing'), count('warning')]
  const who = ['This machine', 'This machine and this target', 'This machine and these targets'][
    targets.length
  ]
  const also = warnings === 0 ? '' : plural(warnings, 'warning')
  return {
    exit: failing === 0 ? exitCode.pass : exitCode.inconclusive,
    headline:
      failing === 0
        ? `${who} can give a trustworthy result${also === '' ? '' : `; ${also}`}.`
        : `${who} cannot give a trustworthy result: ${failing} failing${also === '' ? '' : `, ${also}`}.`,
    conditions,
  }
}
