import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { recordCommand } from '../compare/next.js'
import { usableSessions } from '../compare/sets.js'
import { reachOf } from '../config/reach.js'
import { checkScenario } from '../measure/check-scenario.js'
import type { MeasureContext } from '../measure/context.js'
import type { BaselineSession } from '../model/artefact.js'
import { exitCode, UserError } from '../model/errors.js'
import { assertWithinLimits, connectionsOf } from '../plan/limits.js'
import { profileOf } from '../scenario/find.js'
import { isGroup } from '../store/index.js'
import { fewestSessions } from '../stats/prediction.js'
import type { GateOptions } from './gate.js'

/** All that can be known before anything is measured: throws `UserError` for what would not come to a verdict. */
export const checkGate = async (context: MeasureContext, options: GateOptions): Promise<void> => {
  const { scenarios, profile, config, source, waive } = options
  const strange = waive.find((name) => !Object.hasOwn(context.contract.invariants, name))
  if (strange !== undefined) {
    throw new UserError(`"${strange}" is to be waived, but the contract has no such invariant.`, {
      hint: `It has: ${Object.keys(context.contract.invariants).join(', ')}.`,
      reason: 'unknown_invariant',
    })
  }
  assertFresh(options.folder)
  const environment = reachOf(config, source.urls)
  for (const { scenario, source: file } of scenarios) {
    checkScenario(scenario, context.contract)
    const resolved = profileOf(scenario, profile)
    assertWithinLimits(resolved, profile, environment)
    context.engine.assertRoom(connectionsOf(resolved))
    await context.engine.assertAble({ scenario, source: file, ...context })
  }
  checkBaseline(options)
}

/** A report is of one job: what another left would be judged with it, or be lost. */
function assertFresh(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : []
  const left = names.find((name) => isGroup(join(folder, name)))
  if (left === undefined) return
  throw new UserError(`${folder} already holds a report (of ${left}), which is never overwritten.`, {
    hint: 'Choose another folder with --report, or remove this one.',
    reason: 'run_exists',
  })
}

/** The sessions of a baseline that a scenario at a profile has. */
export const sessionsOf = (
  { sessions }: Pick<NonNullable<GateOptions['baseline']>, 'sessions'>,
  scenario: string,
  profile: string,
): readonly BaselineSession[] =>
  sessions.filter((session) => session.scenario === scenario && session.profile === profile)

/** What a baseline lacks is known before anything is measured. */
const checkBaseline = ({ baseline, scenarios, profile, repeat }: GateOptions): void => {
  if (baseline === undefined) return
  for (const { scenario } of scenarios) {
    const { usable, problem } = usableSessions(
      sessionsOf(baseline, scenario.name, profile),
      new Date(),
      baseline.name,
    )
    if (problem === undefined) continue
    throw new UserError(`${scenario.name}: ${problem.sentence}.`, {
      hint: `Record and promote them: ${recordCommand(baseline.name, { scenario: scenario.name, profile }, fewestSessions - usable.length, repeat)}`,
      exit: exitCode.inconclusive,
      reason: problem.reason,
    })
  }
}
