import { readFileSync } from 'node:fs'
import type { Plan } from '../../model/plan.js'

let last: { readonly plan: Plan; readonly text: string } | undefined

/** What a plan names by path, as JSON text of `Contents`. Read once for all VUs of a run. */
export function contentsOf(plan: Plan): string {
  if (last?.plan !== plan) {
    const text = (path: string): string => readFileSync(path, 'utf8')
    const rows = plan.arms.map(({ rowsFile }) => text(rowsFile))
    last = {
      plan,
      text: `{"arrivals":${text(plan.arrivalsFile)},"secrets":${text(plan.secretsFile)},"rows":[${rows.join(',')}]}`,
    }
  }
  return last.text
}
