import type { Run } from '../model/artefact.js'
import { UserError } from '../model/errors.js'

/** Other load is no other build. Throws `UserError` for two runs that differ in what was sent; `a` and `b` are their folders. */
export function assertAlike(a: string, { file: was }: Run, b: string, { file: is }: Run): void {
  const differ = (what: string, first: string, second: string, reason: string): void => {
    if (first === second) return
    throw new UserError(`${a} is a run of ${what} "${first}", ${b} one of "${second}".`, {
      hint: 'Compare two runs of one scenario, one profile and one plan.',
      reason,
    })
  }
  differ('scenario', was.scenario, is.scenario, 'other_scenario')
  differ('profile', was.profile, is.profile, 'other_profile')
  differ('plan', was.planHash, is.planHash, 'other_plan')
}
