import { loadOf } from '../compare/units.js'
import type { Run } from '../model/artefact.js'
import { UserError } from '../model/errors.js'

const onlyAlike = 'Compare two runs of one scenario, one profile and one plan.'
const fitted =
  'A gate fits its load to the machine, a run sends all of it: compare two runs, or two gates of one share.'

/** Other load is no other build. Throws `UserError` for two runs that differ in what was sent; `a` and `b` are their folders. */
export function assertAlike(a: string, first: Run, b: string, second: Run): void {
  const [was, is] = [first.file, second.file]
  const differ = (what: string, one: string, other: string, reason: string): void => {
    if (one === other) return
    throw new UserError(`${a} is a run of ${what} "${one}", ${b} one of "${other}".`, {
      hint: what === 'load' ? fitted : onlyAlike,
      reason,
    })
  }
  differ('scenario', was.scenario, is.scenario, 'other_scenario')
  differ('profile', was.profile, is.profile, 'other_profile')
  differ('plan', was.planHash, is.planHash, 'other_plan')
  differ('load', loadWord(first), loadWord(second), 'other_load')
}

const loadWord = (run: Run): string => `${Math.round(loadOf(run) * 100)} % of its plan`
